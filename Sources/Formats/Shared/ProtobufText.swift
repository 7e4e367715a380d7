package import ByteParsing

/// Reads protobuf messages written as text, and writes them as bytes, so that one reader judges both.
///
/// Source: Protocol Buffers, "Text Format Language Specification". Names that the schema does not have are refused, as
/// protobuf's own parsers do; so are extensions and expanded `Any` values, which no file of these formats has.
package struct ProtobufText {
  var lexer: ProtobufTextLexer
  let schema: ProtobufSchema
  /// Values of enumerations that matter to readers; others become 0.
  let enumerations: [String: UInt64]
  private var depth = 0

  private static let depthLimit = 100

  /// - Throws: `.malformed` for text that is no message of the schema, `.limit` for messages nested too deep.
  package static func encode(
    _ text: [UInt8], as message: Int, of schema: ProtobufSchema, enumerations: [String: UInt64]
  ) throws(ParseError) -> [UInt8] {
    var reader = ProtobufText(
      lexer: ProtobufTextLexer(text), schema: schema, enumerations: enumerations)
    return try reader.readMessage(message, until: nil)
  }

  init(lexer: ProtobufTextLexer, schema: ProtobufSchema, enumerations: [String: UInt64]) {
    self.lexer = lexer
    self.schema = schema
    self.enumerations = enumerations
  }

  private func malformed(_ what: String) -> ParseError {
    ParseError(.malformed, at: lexer.offset, "\(what) in protobuf text")
  }

  /// - Parameter close: the character that ends the message; nil for the end of the text.
  private mutating func readMessage(_ message: Int, until close: UInt8?) throws(ParseError) -> [UInt8] {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else {
      throw ParseError(.limit, at: lexer.offset, "protobuf text nested deeper than \(Self.depthLimit)")
    }
    var bytes: [UInt8] = []
    while true {
      lexer.skipSpace()
      guard let next = lexer.peek() else {
        guard close == nil else { throw malformed("the end of a message is missing") }
        return bytes
      }
      if next == close {
        lexer.advance()
        return bytes
      }
      let name = try lexer.readName()
      guard let field = schema.messages[message].field(named: name) else {
        throw malformed("the field '\(name.prefix(64))' of no message")
      }
      try readField(field, into: &bytes)
      lexer.skipSpace()
      if let next = lexer.peek(), next == UInt8(ascii: ",") || next == UInt8(ascii: ";") { lexer.advance() }
    }
  }

  private mutating func readField(
    _ field: ProtobufSchema.Field, into bytes: inout [UInt8]
  ) throws(ParseError) {
    lexer.skipSpace()
    if lexer.peek() == UInt8(ascii: ":") {
      lexer.advance()
      lexer.skipSpace()
    } else if field.wireType != 2 {
      throw malformed("a colon is missing")
    }
    guard lexer.peek() == UInt8(ascii: "[") else { return try readValue(field, into: &bytes) }
    lexer.advance()
    lexer.skipSpace()
    while lexer.peek() != UInt8(ascii: "]") {
      try readValue(field, into: &bytes)
      lexer.skipSpace()
      guard let next = lexer.peek(), next == UInt8(ascii: ",") || next == UInt8(ascii: "]") else {
        throw malformed("a list without an end")
      }
      if next == UInt8(ascii: ",") { lexer.advance() }
      lexer.skipSpace()
    }
    lexer.advance()
  }

  private mutating func readValue(
    _ field: ProtobufSchema.Field, into bytes: inout [UInt8]
  ) throws(ParseError) {
    Self.append(UInt64(field.number) << 3 | UInt64(field.wireType), to: &bytes)
    switch field.kind {
    case .message(let message):
      let close: UInt8
      switch lexer.peek() {
      case UInt8(ascii: "{"): close = UInt8(ascii: "}")
      case UInt8(ascii: "<"): close = UInt8(ascii: ">")
      default: throw malformed("a message has no beginning")
      }
      lexer.advance()
      let value = try readMessage(message, until: close)
      Self.append(UInt64(value.count), to: &bytes)
      bytes += value
    case .text, .bytes:
      let value = try lexer.readStrings()
      Self.append(UInt64(value.count), to: &bytes)
      bytes += value
    case .integer, .zigzag, .boolean, .enumeration: Self.append(try readInteger(field), to: &bytes)
    case .fixed32: Self.append(try readInteger(field), width: 4, to: &bytes)
    case .fixed64: Self.append(try readInteger(field), width: 8, to: &bytes)
    case .float: Self.append(UInt64(Float(try readDouble()).bitPattern), width: 4, to: &bytes)
    case .double: Self.append(try readDouble().bitPattern, width: 8, to: &bytes)
    }
  }

  private mutating func readInteger(_ field: ProtobufSchema.Field) throws(ParseError) -> UInt64 {
    let word = try lexer.readWord()
    switch field.kind {
    case .boolean:
      switch word {
      case "true", "True", "t", "1": return 1
      case "false", "False", "f", "0": return 0
      default: throw malformed("'\(word.prefix(64))' as a boolean")
      }
    case .enumeration where word.first?.isLetter == true: return enumerations[word] ?? 0
    default: break
    }
    let isNegative = word.hasPrefix("-")
    let digits = isNegative ? word.dropFirst() : word[...]
    let number: UInt64?
    if digits.hasPrefix("0x") || digits.hasPrefix("0X") {
      number = UInt64(digits.dropFirst(2), radix: 16)
    } else if digits.hasPrefix("0"), digits.count > 1 {
      number = UInt64(digits, radix: 8)
    } else {
      number = UInt64(digits)
    }
    guard let number else { throw malformed("'\(word.prefix(64))' as a number") }
    let value = isNegative ? 0 &- number : number
    return field.kind == .zigzag ? value << 1 ^ UInt64(bitPattern: Int64(bitPattern: value) >> 63) : value
  }

  private mutating func readDouble() throws(ParseError) -> Double {
    var word = try lexer.readWord().lowercased()
    if word.hasSuffix("f"), !word.hasSuffix("inf"), !word.hasPrefix("0x") { word.removeLast() }
    guard let number = Double(word) else { throw malformed("'\(word.prefix(64))' as a number") }
    return number
  }

  private static func append(_ value: UInt64, to bytes: inout [UInt8]) {
    var rest = value
    while rest > 0x7F {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private static func append(_ value: UInt64, width: Int, to bytes: inout [UInt8]) {
    for index in 0..<width { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(index)))) }
  }
}
