package import ByteParsing

/// Splits protobuf text into names, words and strings.
package struct ProtobufTextLexer {
  private let text: [UInt8]
  package private(set) var offset = 0

  package init(_ text: [UInt8]) { self.text = text }

  package func peek() -> UInt8? { offset < text.count ? text[offset] : nil }

  package mutating func advance() { offset += 1 }

  /// Skips blanks, and comments up to the end of their line. Blanks are those of Python's reader, which are all of Unicode's
  /// and four control characters (`google/protobuf/text_format.py`, `_WHITESPACE`).
  package mutating func skipSpace() {
    while let byte = peek() {
      if byte == UInt8(ascii: "#") {
        while let byte = peek(), byte != 0x0A { advance() }
      } else {
        let count = byte < 0x80 ? Self.isBlank(byte) ? 1 : 0 : wideBlank
        guard count > 0 else { return }
        offset += count
      }
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte) || (0x1C...0x1F).contains(byte)
  }

  /// Bytes of a blank outside of ASCII; 0 where there is none.
  private var wideBlank: Int {
    var iterator = text[offset...].prefix(4).makeIterator()
    var decoder = UTF8()
    guard case .scalarValue(let scalar) = decoder.decode(&iterator), scalar.properties.isWhitespace else {
      return 0
    }
    return UTF8.width(scalar)
  }

  /// Whether nothing is left.
  package var isAtEnd: Bool { offset >= text.count }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
    default: false
    }
  }

  /// The name of a field.
  ///
  /// - Throws: `.unsupported` for an extension in brackets, `.malformed` for what is no name.
  package mutating func readName() throws(ParseError) -> String {
    if peek() == UInt8(ascii: "[") {
      throw ParseError(.unsupported, at: offset, "extension or Any in protobuf text")
    }
    let start = offset
    while let byte = peek(), Self.isWord(byte) { advance() }
    guard offset > start, !(0x30...0x39).contains(text[start]) else {
      throw ParseError(.malformed, at: start, "name in protobuf text")
    }
    return String(decoding: text[start..<offset], as: UTF8.self)
  }

  /// A number, or the name of a value. A sign may stand apart from its number.
  package mutating func readWord() throws(ParseError) -> String {
    var sign = ""
    if peek() == UInt8(ascii: "-") {
      sign = "-"
      advance()
      skipSpace()
    }
    let start = offset
    while let byte = peek() {
      let isSign =
        (byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")) && offset > start
        && text[offset - 1] | 0x20 == UInt8(ascii: "e")
      guard Self.isWord(byte) || byte == UInt8(ascii: ".") || isSign else { break }
      advance()
    }
    guard offset > start else { throw ParseError(.malformed, at: start, "value in protobuf text") }
    return sign + String(decoding: text[start..<offset], as: UTF8.self)
  }

  /// One string, or several after each other, which are one.
  package mutating func readStrings() throws(ParseError) -> [UInt8] {
    var bytes: [UInt8] = []
    var count = 0
    while let quote = peek(), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      advance()
      try readString(until: quote, into: &bytes)
      count += 1
      skipSpace()
    }
    guard count > 0 else { throw ParseError(.malformed, at: offset, "string in protobuf text") }
    return bytes
  }

  private mutating func readString(until quote: UInt8, into bytes: inout [UInt8]) throws(ParseError) {
    while let byte = peek() {
      advance()
      if byte == quote { return }
      if byte == 0x0A { break }
      if byte == UInt8(ascii: "\\") { try readEscape(into: &bytes) } else { bytes.append(byte) }
    }
    throw ParseError(.malformed, at: offset, "string without an end in protobuf text")
  }

  private static let escapes: [UInt8: UInt8] = [
    UInt8(ascii: "n"): 0x0A, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09, UInt8(ascii: "a"): 0x07,
    UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0C, UInt8(ascii: "v"): 0x0B, UInt8(ascii: "\\"): 0x5C,
    UInt8(ascii: "'"): 0x27, UInt8(ascii: "\""): 0x22, UInt8(ascii: "?"): 0x3F,
  ]

  private mutating func readEscape(into bytes: inout [UInt8]) throws(ParseError) {
    guard let byte = peek() else { throw ParseError(.malformed, at: offset, "escape in protobuf text") }
    if let value = Self.escapes[byte] {
      advance()
      return bytes.append(value)
    }
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      bytes.append(UInt8(truncatingIfNeeded: readDigits(atMost: 3, radix: 8)))
    case UInt8(ascii: "x"), UInt8(ascii: "X"):
      advance()
      bytes.append(UInt8(truncatingIfNeeded: readDigits(atMost: 2, radix: 16)))
    case UInt8(ascii: "u"), UInt8(ascii: "U"):
      advance()
      let number = readDigits(atMost: byte == UInt8(ascii: "u") ? 4 : 8, radix: 16)
      guard let scalar = Unicode.Scalar(number) else {
        throw ParseError(.malformed, at: offset, "character in protobuf text")
      }
      bytes += Array(String(Character(scalar)).utf8)
    default: throw ParseError(.malformed, at: offset, "escape in protobuf text")
    }
  }

  private mutating func readDigits(atMost count: Int, radix: UInt32) -> UInt32 {
    var value: UInt32 = 0
    var left = count
    while left > 0, let byte = peek(), let digit = Self.digit(byte), digit < radix {
      value = value &* radix &+ digit
      advance()
      left -= 1
    }
    return value
  }

  private static func digit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x30...0x39: UInt32(byte - 0x30)
    case 0x41...0x46: UInt32(byte - 0x41 + 10)
    case 0x61...0x66: UInt32(byte - 0x61 + 10)
    default: nil
    }
  }

  // MARK: The outermost level

  /// A field of the outermost message.
  package struct Statement {
    package let name: String
    /// Whether its value is a message, or a list.
    package let isMessage: Bool
  }

  /// The next field of the outermost message, passed over; nil at the end, or where no field is.
  package mutating func nextStatement() -> Statement? {
    skipSpace()
    while let byte = peek(), byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";") {
      advance()
      skipSpace()
    }
    guard let name = try? readName() else { return nil }
    skipSpace()
    let hasColon = peek() == UInt8(ascii: ":")
    if hasColon {
      advance()
      skipSpace()
    }
    switch peek() {
    case UInt8(ascii: "{"), UInt8(ascii: "<"), UInt8(ascii: "["):
      skipBrackets()
      return Statement(name: name, isMessage: true)
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      guard hasColon, (try? readStrings()) != nil else { return nil }
    default: guard hasColon, (try? readWord()) != nil else { return nil }
    }
    return Statement(name: name, isMessage: false)
  }

  private mutating func skipBrackets() {
    var depth = 0
    while let byte = peek() {
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "<"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: ">"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        guard (try? readStrings()) != nil else { return advance() }
        continue
      case UInt8(ascii: "#"):
        skipSpace()
        continue
      default: break
      }
      advance()
      if depth <= 0 { return }
    }
  }
}
