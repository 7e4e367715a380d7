import ByteParsing

/// Gives the bytes of a text one at a time, holding one window of them.
struct SourceWindow {
  let input: Input
  private var bytes: [UInt8] = []
  private var start = 0

  private static let size = 1 << 16

  init(_ input: Input) { self.input = input }

  /// The byte at `offset`, or nil behind the end. Going back by less than a window costs nothing.
  ///
  /// - Throws: what reading the input throws.
  mutating func byte(at offset: Int) throws(ParseError) -> UInt8? {
    let index = offset &- start
    if index >= 0, index < bytes.count { return bytes[index] }
    guard offset >= 0, offset < input.count else { return nil }
    // Some bytes before are kept for readers that look back.
    start = max(0, offset - 64)
    bytes = try input.bytes(at: start, count: min(Self.size, input.count - start), "source text")
    return bytes[offset - start]
  }

  /// The byte at `offset`, where it is `expected`.
  mutating func has(_ expected: UInt8, at offset: Int) throws(ParseError) -> Bool {
    try byte(at: offset) == expected
  }
}
