package import ByteParsing

/// One token of TorchScript's serialized source.
package struct ScriptToken: Equatable, Sendable {
  package enum Kind: Equatable, Sendable {
    case name
    case number
    case string
    /// One character: an operator of several is several tokens.
    case punctuation(UInt8)
    case newline
  }

  package let kind: Kind
  /// Bytes from the start of the source. A string's quotes are part of it.
  package let range: Range<Int>
  /// The column of the token, from 0.
  package let column: Int
}

/// Splits TorchScript's serialized source into tokens: names, numbers, strings and the characters between them. Knows
/// nothing of statements; time is linear and nothing recurses.
///
/// Source: `torch/csrc/jit/frontend/lexer.h`, and what `python_print.cpp` writes. What that lexer does not know is an
/// error here too.
package struct ScriptLexer {
  private let bytes: [UInt8]
  private var position = 0
  private var lineStart = 0
  /// Brackets that are open: a line does not end inside of them.
  private var nesting = 0

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next token; nil at the end.
  ///
  /// - Throws: `.malformed` at a character that TorchScript does not have, `.truncated` in a string without an end.
  package mutating func next() throws(ParseError) -> ScriptToken? {
    skipSpace()
    guard position < bytes.count else { return nil }
    let start = position
    let column = start - lineStart
    switch bytes[start] {
    case 0x0A:
      position += 1
      lineStart = position
      return ScriptToken(kind: .newline, range: start..<position, column: column)
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      try skipString()
      return ScriptToken(kind: .string, range: start..<position, column: column)
    case let byte where isNameStart(byte):
      while position < bytes.count, isNameByte(bytes[position]) { position += 1 }
      return ScriptToken(kind: .name, range: start..<position, column: column)
    case let byte where isDigit(byte) || byte == UInt8(ascii: ".") && isDigit(at: start + 1):
      try skipNumber()
      return ScriptToken(kind: .number, range: start..<position, column: column)
    case let byte where Self.punctuation.contains(byte):
      position += 1
      if "([{".utf8.contains(byte) { nesting += 1 }
      if ")]}".utf8.contains(byte), nesting > 0 { nesting -= 1 }
      return ScriptToken(kind: .punctuation(byte), range: start..<position, column: column)
    default: throw ParseError(.malformed, at: start, "a character that TorchScript does not have")
    }
  }

  /// The token's text.
  package func text(_ token: ScriptToken) -> String {
    String(decoding: bytes[token.range], as: UTF8.self)
  }

  /// The content of a string token where it is plain ASCII without escapes; nil otherwise.
  package func plainText(_ token: ScriptToken) -> String? {
    let content = bytes[token.range].dropFirst().dropLast()
    guard token.kind == .string, content.allSatisfy({ (0x20...0x7E).contains($0) && $0 != 0x5C }) else {
      return nil
    }
    return String(decoding: content, as: UTF8.self)
  }

  private static let punctuation: Set<UInt8> = Set("+-*/%@()[]:,={}><.?!&^|~".utf8)

  /// Passes spaces, continued lines and comments. A comment of types is source to TorchScript: only its mark is passed.
  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0D: position += 1
      case 0x0A where nesting > 0:
        position += 1
        lineStart = position
      case UInt8(ascii: "\\") where position + 1 < bytes.count && bytes[position + 1] == 0x0A: position += 2
      case UInt8(ascii: "#"):
        if bytes[position...].starts(with: Self.typeComment) {
          position += Self.typeComment.count
        } else {
          while position < bytes.count, bytes[position] != 0x0A { position += 1 }
        }
      default: return
      }
    }
  }

  private static let typeComment = Array("# type:".utf8)

  /// Passes a string in single, double or threefold quotes.
  private mutating func skipString() throws(ParseError) {
    let start = position
    let quote = bytes[position]
    let isTriple =
      position + 2 < bytes.count && bytes[position + 1] == quote && bytes[position + 2] == quote
    position += isTriple ? 3 : 1
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\\"): position += 2
      case 0x0A where !isTriple:
        throw ParseError(.malformed, at: start, "a string over the end of its line")
      case quote:
        if !isTriple {
          position += 1
          return
        }
        if position + 2 < bytes.count, bytes[position + 1] == quote, bytes[position + 2] == quote {
          position += 3
          return
        }
        position += 1
      default: position += 1
      }
    }
    throw ParseError(.truncated, at: start, "a string without an end")
  }

  /// Passes digits, a fraction and an exponent, and the `j` of an imaginary number. No more: `1..save(path)` is a method
  /// of a number.
  private mutating func skipNumber() throws(ParseError) {
    let start = position
    skipDigits()
    if isNext(".") {
      position += 1
      skipDigits()
    }
    if isNext("e") || isNext("E") {
      position += 1
      if isNext("+") || isNext("-") { position += 1 }
      guard isDigit(at: position) else {
        throw ParseError(.malformed, at: start, "a number without exponent")
      }
      skipDigits()
    }
    if isNext("j") { position += 1 }
    if position < bytes.count, isNameByte(bytes[position]) {
      throw ParseError(.malformed, at: start, "letters after a number")
    }
  }

  private mutating func skipDigits() {
    while isDigit(at: position) { position += 1 }
  }

  private func isNext(_ character: Character) -> Bool {
    position < bytes.count && bytes[position] == character.asciiValue
  }

  private func isDigit(at index: Int) -> Bool { index < bytes.count && isDigit(bytes[index]) }

  private func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private func isNameStart(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private func isNameByte(_ byte: UInt8) -> Bool { isNameStart(byte) || isDigit(byte) }
}
