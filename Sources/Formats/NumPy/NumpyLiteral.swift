internal import ByteParsing

/// A Python literal as NumPy writes it into the header of an array: text, whole numbers, booleans, tuples, lists and
/// one dictionary.
package indirect enum NumpyLiteral: Equatable, Sendable {
  case text(String)
  case integer(Int)
  case boolean(Bool)
  case tuple([NumpyLiteral])
  case list([NumpyLiteral])
  /// Keys and values in their order.
  case dictionary([(key: String, value: NumpyLiteral)])

  package static func == (left: NumpyLiteral, right: NumpyLiteral) -> Bool {
    switch (left, right) {
    case (.text(let a), .text(let b)): a == b
    case (.integer(let a), .integer(let b)): a == b
    case (.boolean(let a), .boolean(let b)): a == b
    case (.tuple(let a), .tuple(let b)), (.list(let a), .list(let b)): a == b
    case (.dictionary(let a), .dictionary(let b)):
      a.map(\.key) == b.map(\.key) && a.map(\.value) == b.map(\.value)
    default: false
    }
  }
}

/// Reads literals strictly: NumPy gives the header to `ast.literal_eval`, which also knows escapes, comments, joined
/// strings, arithmetic, and nesting that overflows its stack. What NumPy's writer never writes is refused.
struct NumpyLiteralParser {
  private let bytes: [UInt8]
  /// The offset of the first byte in the file, for errors.
  private let base: Int
  private var position = 0

  /// Containers inside containers: a structured type has three levels for each level of fields.
  private static let depthLimit = 32

  init(_ bytes: [UInt8], base: Int) {
    self.bytes = bytes
    self.base = base
  }

  /// The one literal that all the bytes are, with white space around it.
  mutating func parse() throws(ParseError) -> NumpyLiteral {
    let literal = try value(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw failure("bytes after the header's dictionary") }
    return literal
  }

  private func failure(_ field: String, _ kind: ParseError.Kind = .malformed) -> ParseError {
    ParseError(kind, at: base + position, field)
  }

  private mutating func skipSpace() {
    while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x0A { position += 1 }
  }

  private mutating func take(_ character: Character) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == character.asciiValue else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) throws(ParseError) -> NumpyLiteral {
    guard depth < Self.depthLimit else {
      throw failure("nesting of the header: limit \(Self.depthLimit)", .limit)
    }
    skipSpace()
    guard position < bytes.count else { throw failure("header's value") }
    switch bytes[position] {
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return .text(try text())
    // Python 2 marks its text.
    case UInt8(ascii: "u") where position + 1 < bytes.count && Self.isQuote(bytes[position + 1]):
      position += 1
      return .text(try text())
    case UInt8(ascii: "("): return try tuple(depth: depth)
    case UInt8(ascii: "["): return .list(try elements("[", "]", depth: depth).elements)
    case UInt8(ascii: "{"): return try dictionary(depth: depth)
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return .integer(try integer())
    default:
      if word("True") { return .boolean(true) }
      if word("False") { return .boolean(false) }
      throw failure("value that NumPy does not write")
    }
  }

  private static func isQuote(_ byte: UInt8) -> Bool { byte == 0x22 || byte == 0x27 }

  private mutating func word(_ word: String) -> Bool {
    let letters = Array(word.utf8)
    guard bytes[position...].starts(with: letters) else { return false }
    position += letters.count
    return true
  }

  /// A string in quotes of either kind, without escapes.
  private mutating func text() throws(ParseError) -> String {
    let quote = bytes[position]
    let start = position + 1
    var end = start
    while end < bytes.count, bytes[end] != quote {
      guard bytes[end] != UInt8(ascii: "\\"), bytes[end] >= 0x20 else {
        throw failure("text with an escape or a control character", .unsupported)
      }
      end += 1
    }
    guard end < bytes.count, let text = String(validating: bytes[start..<end], as: UTF8.self) else {
      throw failure("text of the header")
    }
    position = end + 1
    return text
  }

  /// Digits, with the L that Python 2 wrote behind long numbers.
  private mutating func integer() throws(ParseError) -> Int {
    var end = position
    while end < bytes.count, (0x30...0x39).contains(bytes[end]) { end += 1 }
    let digits = String(decoding: bytes[position..<end], as: UTF8.self)
    guard digits.count == 1 || !digits.hasPrefix("0"), let value = Int(digits) else {
      throw failure("number of the header")
    }
    if end < bytes.count, bytes[end] == UInt8(ascii: "L") { end += 1 }
    position = end
    return value
  }

  private mutating func elements(
    _ open: Character, _ close: Character, depth: Int
  ) throws(ParseError) -> (elements: [NumpyLiteral], hasTrailingComma: Bool) {
    guard take(open) else { throw failure("container of the header") }
    var result: [NumpyLiteral] = []
    if take(close) { return (result, false) }
    while true {
      result.append(try value(depth: depth + 1))
      if take(close) { return (result, false) }
      guard take(",") else { throw failure("comma or end of a container") }
      if take(close) { return (result, true) }
    }
  }

  private mutating func tuple(depth: Int) throws(ParseError) -> NumpyLiteral {
    let (elements, hasTrailingComma) = try elements("(", ")", depth: depth)
    // One value in parentheses is no tuple.
    guard elements.count != 1 || hasTrailingComma else { throw failure("tuple of the header") }
    return .tuple(elements)
  }

  private mutating func dictionary(depth: Int) throws(ParseError) -> NumpyLiteral {
    guard depth == 0, take("{") else { throw failure("dictionary inside the header's own") }
    var entries: [(key: String, value: NumpyLiteral)] = []
    while !take("}") {
      skipSpace()
      guard position < bytes.count, Self.isQuote(bytes[position]) else {
        throw failure("key of the header")
      }
      let key = try text()
      guard take(":") else { throw failure("colon of the header") }
      entries.append((key, try value(depth: depth + 1)))
      if take(",") { continue }
      guard take("}") else { throw failure("comma or end of the dictionary") }
      break
    }
    return .dictionary(entries)
  }
}
