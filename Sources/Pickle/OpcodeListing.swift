package import ByteParsing

/// Reads the opcodes of a stream one after the other, running nothing: a disassembly.
///
/// It goes wherever it is told, and whoever tells it is the machine: at the end of a window of opcodes it stands
/// where the machine stands.
package struct OpcodeListing {
  /// One opcode as it stands in the stream.
  package struct Row {
    package let offset: Int
    package let opcode: Opcode
    /// As a reader sees it: a number, or text in quotes, cut; empty where there is none.
    package let argument: String

    /// Name and argument: `BININT1 7`.
    package var text: String { argument.isEmpty ? opcode.entry.name : "\(opcode.entry.name) \(argument)" }
  }

  private let input: Input
  /// Where the next opcode is read.
  package private(set) var offset: Int
  /// The part of the input that is in memory, and where it begins.
  private var window: [UInt8] = []
  private var windowStart = 0

  private static let windowBytes = 1 << 14
  /// Characters of a text argument that are shown; bytes that are read of a line whose end is looked for.
  private static let shownCharacters = 80
  private static let lineBytes = 1 << 26

  package init(_ input: Input, at offset: Int) {
    self.input = input
    self.offset = offset
  }

  /// Goes on behind bytes that are no opcodes.
  package mutating func skip(to offset: Int) { self.offset = max(self.offset, offset) }

  /// The opcode that begins before `limit`, or nil where none does.
  ///
  /// - Throws: where the bytes are no opcode, or end in the middle of one; the listing stays there.
  package mutating func next(before limit: Int) throws(ParseError) -> Row? {
    guard offset < limit, offset < input.count else { return nil }
    let start = offset
    let head = try bytes(at: start, count: min(9, input.count - start))
    guard let opcode = Opcode(rawValue: head[0]) else {
      throw ParseError(.malformed, at: start, "no opcode has the code \(head[0])")
    }
    let encoding = opcode.argument
    var position = start + 1
    var texts: [String] = []
    switch encoding {
    case .line, .twoLines:
      for _ in 0..<(encoding == .line ? 1 : 2) { texts.append(try line(at: &position)) }
    default:
      let width = encoding.fixedSize
      guard head.count > width else { throw ParseError(.truncated, at: start, "argument of an opcode") }
      var value: UInt64 = 0
      for index in stride(from: width, to: 0, by: -1) { value = value << 8 | UInt64(head[index]) }
      position += width
      texts.append(try argument(opcode, encoding, value, at: &position))
    }
    offset = position
    let shown = texts.filter { !$0.isEmpty }.joined(separator: " ")
    return Row(offset: start, opcode: opcode, argument: shown)
  }

  private mutating func argument(
    _ opcode: Opcode, _ encoding: ArgumentEncoding, _ value: UInt64, at position: inout Int
  ) throws(ParseError) -> String {
    switch encoding {
    case .none, .line, .twoLines: return ""
    case .int32: return "\(Int32(truncatingIfNeeded: value))"
    case .float64: return "\(Double(bitPattern: value.byteSwapped))"
    case .uint8, .uint16, .uint32, .uint64: return "\(value)"
    case .bytes8, .bytes32, .bytes32Signed, .bytes64:
      guard let count = Int(exactly: value), count <= input.count - position else {
        throw ParseError(.truncated, at: offset, "payload of \(value) bytes")
      }
      let shown = try bytes(at: position, count: min(count, 4 * Self.shownCharacters))
      position += count
      switch opcode {
      case .long1, .long4:
        return IntegerBytes.value(shown).flatMap { count <= shown.count ? "\($0)" : nil }
          ?? "\(count) bytes"
      case .binunicode, .shortBinunicode, .binunicode8:
        return Self.quoted(String(decoding: shown, as: UTF8.self), cut: count > shown.count)
      default:
        return Self.quoted(Self.characters(shown), cut: count > shown.count)
      }
    }
  }

  /// The text before the next line feed, or before the end of the input; moves behind it.
  private mutating func line(at position: inout Int) throws(ParseError) -> String {
    var head: [UInt8] = []
    var length = 0
    while position + length < input.count {
      guard length < Self.lineBytes else { throw ParseError(.limit, at: offset, "a line to show") }
      let part = try bytes(
        at: position + length, count: min(max(64, length), 1 << 12, input.count - position - length))
      let end = part.firstIndex(of: 0x0A)
      if head.count < 4 * Self.shownCharacters { head += part[..<(end ?? part.count)] }
      length += end ?? part.count
      if end != nil { break }
    }
    position = min(position + length + 1, input.count)
    let shown = head.prefix(4 * Self.shownCharacters)
    return Self.quoted(String(decoding: shown, as: UTF8.self), cut: length > shown.count)
  }

  private static func characters(_ bytes: [UInt8]) -> String {
    var text = String.UnicodeScalarView()
    for byte in bytes { text.append(Unicode.Scalar(byte)) }
    return String(text)
  }

  private static func quoted(_ text: String, cut: Bool) -> String {
    let shown = text.prefix(shownCharacters)
    return "'\(ValueTable.escaped(String(shown)))\(cut || shown.count < text.count ? "…" : "")'"
  }

  private mutating func bytes(at start: Int, count: Int) throws(ParseError) -> [UInt8] {
    if start < windowStart || start - windowStart > window.count - count {
      window = try input.bytes(at: start, count: min(max(count, Self.windowBytes), input.count - start))
      windowStart = start
    }
    return Array(window[(start - windowStart)..<(start - windowStart + count)])
  }
}
