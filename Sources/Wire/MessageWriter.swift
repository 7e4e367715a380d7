internal import Findings

/// Builds one message: the type byte, then little-endian integers and counted UTF-8 texts.
struct MessageWriter {
  private(set) var bytes: [UInt8]

  init(type: UInt8) { bytes = [type] }

  /// A record without a type byte.
  init() { bytes = [] }

  mutating func append(_ value: some FixedWidthInteger) {
    for shift in stride(from: 0, to: value.bitWidth, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  mutating func append(raw: some Sequence<UInt8>) { bytes.append(contentsOf: raw) }

  /// A 32-bit length and the text, cut to `limit` bytes at a character's boundary.
  mutating func append(_ text: String, limit: Int) {
    let shown = text.clipped(toBytes: limit)
    append(UInt32(shown.utf8.count))
    bytes.append(contentsOf: shown.utf8)
  }

  /// A 32-bit count and that many texts.
  mutating func append(_ texts: [String], limit: Int) {
    append(UInt32(texts.count))
    for text in texts { append(text, limit: limit) }
  }

  mutating func append(_ location: Location) {
    var path = location.path
    if path.count > WireLimit.components {
      path = path.prefix(WireLimit.components - 1) + ["…"]
    }
    // Each component gets an equal share of what the whole path may have.
    let share = path.isEmpty ? 0 : min(WireLimit.component, WireLimit.path / path.count)
    append(path, limit: share)
    append(location.offset.map(Int64.init) ?? -1)
  }
}

extension String {
  /// The text, or its beginning with an ellipsis where it is longer than `limit` bytes of UTF-8.
  package func clipped(toBytes limit: Int) -> String {
    guard utf8.count > limit else { return self }
    let ellipsis = "…"
    var end = utf8.index(utf8.startIndex, offsetBy: max(0, limit - ellipsis.utf8.count))
    while end > utf8.startIndex, utf8[end] & 0xC0 == 0x80 { end = utf8.index(before: end) }
    return String(self[..<end]) + (limit < ellipsis.utf8.count ? "" : ellipsis)
  }
}
