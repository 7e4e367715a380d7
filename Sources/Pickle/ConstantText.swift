import ByteParsing

/// How the bytes of a constant are written in the stream.
enum ConstantEncoding {
  /// The bytes themselves.
  case raw
  /// UTF-8, each character one byte of Latin-1.
  case utf8
  /// STRING's quoted line with the escapes of a Python literal.
  case quotedLine
  /// UNICODE's line: `\u` and `\U` escapes, Latin-1 otherwise.
  case unicodeLine

  /// The encoding of an opcode's argument, and the width of its length field; nil for opcodes that carry no text.
  static func of(_ opcode: UInt8) -> (encoding: ConstantEncoding, lengthWidth: Int)? {
    switch opcode {
    case 0x53: (.quotedLine, 0)  // STRING
    case 0x56: (.unicodeLine, 0)  // UNICODE
    case 0x55, 0x43: (.raw, 1)  // SHORT_BINSTRING, SHORT_BINBYTES
    case 0x54, 0x42: (.raw, 4)  // BINSTRING, BINBYTES
    case 0x8e, 0x96: (.raw, 8)  // BINBYTES8, BYTEARRAY8
    case 0x8c: (.utf8, 1)  // SHORT_BINUNICODE
    case 0x58: (.utf8, 4)  // BINUNICODE
    case 0x8d: (.utf8, 8)  // BINUNICODE8
    default: nil
    }
  }

  /// The decoded bytes. A character that Latin-1 does not have becomes `?`, and an escape that is cut short ends the
  /// text: enough to recognise what a text holds. `whole` says that `bytes` are all of the text.
  func decoded(_ bytes: ArraySlice<UInt8>, whole: Bool) -> [UInt8] {
    switch self {
    case .raw: return Array(bytes)
    case .utf8:
      return String(decoding: bytes, as: UTF8.self).unicodeScalars.map { UInt8(exactly: $0.value) ?? 0x3F }
    case .quotedLine, .unicodeLine:
      var result: [UInt8] = []
      var rest = self == .quotedLine ? bytes.dropFirst().dropLast(whole ? 1 : 0) : bytes
      while let unit = nextUnit(&rest) { result.append(unit) }
      return result
    }
  }

  /// How many bytes the text decodes to.
  func decodedCount(_ bytes: ArraySlice<UInt8>) -> Int {
    switch self {
    case .raw: return bytes.count
    case .utf8: return bytes.count { $0 & 0xC0 != 0x80 }
    case .quotedLine, .unicodeLine:
      var count = 0
      var rest = self == .quotedLine ? bytes.dropFirst().dropLast() : bytes
      while nextUnit(&rest) != nil { count += 1 }
      return count
    }
  }

  /// Takes one byte or one escape.
  private func nextUnit(_ rest: inout ArraySlice<UInt8>) -> UInt8? {
    guard let byte = rest.popFirst() else { return nil }
    guard byte == UInt8(ascii: "\\"), let escape = rest.first else { return byte }
    if self == .unicodeLine {
      let digits = escape == UInt8(ascii: "u") ? 4 : escape == UInt8(ascii: "U") ? 8 : 0
      guard digits > 0 else { return byte }
      rest.removeFirst()
      return number(&rest, digits: digits, base: 16).map { UInt8(exactly: $0) ?? 0x3F }
    }
    switch escape {
    case UInt8(ascii: "x"):
      rest.removeFirst()
      return number(&rest, digits: 2, base: 16).map { UInt8(truncatingIfNeeded: $0) }
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      return octal(&rest)
    default:
      guard let known = Self.escapes[escape] else { return byte }  // kept, with the character after it
      rest.removeFirst()
      return known
    }
  }

  private func octal(_ rest: inout ArraySlice<UInt8>) -> UInt8 {
    var value = 0
    for _ in 0..<3 {
      guard let digit = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit) else { break }
      value = value << 3 | Int(digit & 7)
      rest.removeFirst()
    }
    return UInt8(truncatingIfNeeded: value)
  }

  private func number(_ rest: inout ArraySlice<UInt8>, digits: Int, base: Int) -> UInt32? {
    guard rest.count >= digits else { return nil }
    let text = String(decoding: rest.prefix(digits), as: UTF8.self)
    rest.removeFirst(digits)
    return UInt32(text, radix: base)
  }

  private static let escapes: [UInt8: UInt8] = [
    UInt8(ascii: "\\"): UInt8(ascii: "\\"), UInt8(ascii: "'"): UInt8(ascii: "'"),
    UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "a"): 0x07, UInt8(ascii: "b"): 0x08,
    UInt8(ascii: "f"): 0x0C, UInt8(ascii: "n"): 0x0A, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09,
    UInt8(ascii: "v"): 0x0B,
  ]
}
