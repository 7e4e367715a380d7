internal import ByteParsing

/// A layer of confinement that could not be switched on.
package struct MissingLayer: Hashable, Sendable {
  /// `landlock`.
  package let layer: String
  /// What the kernel said.
  package let reason: String
  /// Whether the kernel has the layer and refused it, so that nothing excuses its absence.
  package let refused: Bool

  package init(layer: String, reason: String, refused: Bool) {
    self.layer = layer
    self.reason = reason
    self.refused = refused
  }
}

/// Which layers of confinement a process has on, as it says itself before it sees a byte of input.
package struct Layers: Hashable, Sendable {
  /// In the order they were switched on: `["no-new-privs", "landlock:7"]`.
  package var active: [String]
  package var missing: [MissingLayer]

  package init(active: [String] = [], missing: [MissingLayer] = []) {
    self.active = active
    self.missing = missing
  }

  /// These and what a process further in has on besides.
  package func adding(_ inner: Layers) -> Layers {
    Layers(active: active + inner.active.filter { !active.contains($0) }, missing: missing + inner.missing)
  }
}

extension MessageWriter {
  mutating func append(_ layers: Layers) {
    precondition(layers.active.count <= WireLimit.layers, "more layers than there can be")
    precondition(layers.missing.count <= WireLimit.layers, "more layers than there can be")
    append(layers.active, limit: WireLimit.name)
    append(UInt32(layers.missing.count))
    for missing in layers.missing {
      append(missing.layer, limit: WireLimit.name)
      append(missing.reason, limit: WireLimit.layerReason)
      append(UInt8(missing.refused ? 1 : 0))
    }
  }
}

extension ByteReader {
  mutating func readLayers() throws(ParseError) -> Layers {
    var layers = Layers()
    layers.active = try readTexts(count: WireLimit.layers, bytes: WireLimit.name, "active layers")
    for _ in 0..<(try readCount(limit: WireLimit.layers, "missing layers")) {
      let name = try readText(limit: WireLimit.name, "missing layer")
      let reason = try readText(limit: WireLimit.layerReason, "reason of a missing layer")
      let start = offset
      let refused = try readByte("refused flag")
      guard refused <= 1 else { throw ParseError(.malformed, at: start, "refused flag") }
      layers.missing.append(MissingLayer(layer: name, reason: reason, refused: refused == 1))
    }
    return layers
  }
}
