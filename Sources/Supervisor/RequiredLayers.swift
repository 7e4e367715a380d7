internal import Policy
internal import Wire

extension ScanPolicy {
  /// Which of the layers that this policy requires are not proven to be on.
  ///
  /// Proof is the layer's name in `layers.active`; the name alone or with a version, `landlock:7`. A layer that
  /// nobody speaks of is missing. A layer required where the kernel has it is excused only by a report that the
  /// kernel does not.
  func missingLayers(from layers: Layers) -> [MissingLayer] {
    let active = Set(layers.active.map { String($0.prefix { $0 != ":" }) })
    var missing: [MissingLayer] = []
    for layer in IsolationLayer.allCases where !active.contains(layer.rawValue) {
      let reported = layers.missing.first { $0.layer == layer.rawValue }
      let required =
        requiredLayers.contains(layer) || IsolationLayer.indispensable.contains(layer)
        || (requiredWhereSupported.contains(layer) && reported?.refused != false)
      guard required else { continue }
      missing.append(
        reported
          ?? MissingLayer(layer: layer.rawValue, reason: "nothing says that it was on", refused: true))
    }
    return missing
  }
}
