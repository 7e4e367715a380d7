package import ByteParsing

/// Reads an input from one end to the other through a small window, so that files larger than memory can be read.
///
/// Nothing is read past the end: a short input throws `.truncated`. Offsets count from the input's first byte.
package struct StreamReader {
  private let input: Input
  private var window: [UInt8] = []
  private var windowStart: Int
  /// The next byte's offset.
  package private(set) var offset: Int
  /// Whether integers have their highest byte first.
  package var isBigEndian = false

  private static let windowSize = 64 << 10

  package init(_ input: Input, at offset: Int = 0) {
    self.input = input
    self.offset = offset
    windowStart = offset
  }

  package var remaining: Int { input.count - offset }

  package var isAtEnd: Bool { remaining <= 0 }

  private mutating func fill(_ count: Int, _ field: StaticString) throws(ParseError) {
    guard count <= remaining else { throw ParseError(.truncated, at: offset, "\(field)") }
    guard offset - windowStart + count > window.count || offset < windowStart else { return }
    window = try input.bytes(at: offset, count: min(max(Self.windowSize, count), remaining), field)
    windowStart = offset
  }

  package mutating func readByte(_ field: StaticString) throws(ParseError) -> UInt8 {
    try fill(1, field)
    let byte = window[offset - windowStart]
    offset += 1
    return byte
  }

  package mutating func peekByte(_ field: StaticString) throws(ParseError) -> UInt8 {
    try fill(1, field)
    return window[offset - windowStart]
  }

  /// Reads an unsigned integer of `width` bytes, at most 8.
  package mutating func readInteger(width: Int, _ field: StaticString) throws(ParseError) -> UInt64 {
    try fill(width, field)
    let start = offset - windowStart
    offset += width
    let bytes = window[start..<start + width]
    return isBigEndian
      ? bytes.reduce(0) { $0 << 8 | UInt64($1) } : bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Copies bytes out.
  ///
  /// - Throws: `.limit` where they are more than `limit`.
  package mutating func readBytes(
    _ count: Int, limit: Int, _ field: StaticString
  ) throws(ParseError) -> [UInt8] {
    guard count >= 0, count <= remaining else { throw ParseError(.truncated, at: offset, "\(field)") }
    guard count <= limit else {
      throw ParseError(.limit, at: offset, "\(field) of \(count) bytes, limit \(limit)")
    }
    if count <= Self.windowSize {
      try fill(count, field)
      let start = offset - windowStart
      offset += count
      return Array(window[start..<start + count])
    }
    let bytes = try input.bytes(at: offset, count: count, field)
    offset += count
    return bytes
  }

  package mutating func skip(_ count: Int, _ field: StaticString) throws(ParseError) {
    guard count >= 0, count <= remaining else { throw ParseError(.truncated, at: offset, "\(field)") }
    offset += count
  }
}
