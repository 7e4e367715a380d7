import ByteParsing

/// A word of an expression or a tag.
enum TemplateToken: Equatable {
  case name(String)
  case text(String)
  case integer(Int)
  case number
  case symbol(String)
}

/// Cuts a template into text, comments, and the words of what stands between delimiters.
struct TemplateLexer {
  private let bytes: [UInt8]
  private(set) var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  enum Piece {
    case text([UInt8])
    case output([TemplateToken])
    case tag([TemplateToken])
  }

  /// The next piece and where it begins; nil at the end. Comments are no pieces.
  mutating func next() throws(ParseError) -> (offset: Int, piece: Piece)? {
    while position < bytes.count {
      let start = position
      guard let opening = delimiter(at: position) else {
        return (start, .text(takeText()))
      }
      position += 2
      switch opening {
      case UInt8(ascii: "#"): try skipComment(from: start)
      case UInt8(ascii: "{"): return (start, .output(try takeTokens(until: "}}", from: start)))
      default:
        let tokens = try takeTokens(until: "%}", from: start)
        guard tokens == [.name("raw")] else { return (start, .tag(tokens)) }
        return (start, .text(try takeRaw(from: start)))
      }
    }
    return nil
  }

  /// The byte after an opening brace, where both are a delimiter.
  private func delimiter(at index: Int) -> UInt8? {
    guard index + 1 < bytes.count, bytes[index] == UInt8(ascii: "{") else { return nil }
    let next = bytes[index + 1]
    return next == UInt8(ascii: "{") || next == UInt8(ascii: "%") || next == UInt8(ascii: "#") ? next : nil
  }

  private mutating func takeText() -> [UInt8] {
    let start = position
    while position < bytes.count, delimiter(at: position) == nil { position += 1 }
    return Array(bytes[start..<position])
  }

  private mutating func skipComment(from start: Int) throws(ParseError) {
    while position + 1 < bytes.count {
      if bytes[position] == UInt8(ascii: "#"), bytes[position + 1] == UInt8(ascii: "}") {
        position += 2
        return
      }
      position += 1
    }
    throw ParseError(.malformed, at: start, "template comment without an end")
  }

  /// Text up to `{% endraw %}`.
  private mutating func takeRaw(from start: Int) throws(ParseError) -> [UInt8] {
    let begin = position
    while position < bytes.count {
      guard delimiter(at: position) == UInt8(ascii: "%") else {
        position += 1
        continue
      }
      let end = position
      var rest = self
      rest.position += 2
      if let tokens = try? rest.takeTokens(until: "%}", from: end), tokens == [.name("endraw")] {
        position = rest.position
        return Array(bytes[begin..<end])
      }
      position += 2
    }
    throw ParseError(.malformed, at: start, "raw text of a template without an end")
  }

  private mutating func takeTokens(
    until end: StaticString, from start: Int
  ) throws(ParseError) -> [TemplateToken] {
    let closing = "\(end)"
    var tokens: [TemplateToken] = []
    var open: [UInt8] = []
    skipControl()
    while true {
      while position < bytes.count, isSpace(bytes[position]) { position += 1 }
      guard position < bytes.count else {
        throw ParseError(.malformed, at: start, "template tag without an end")
      }
      let byte = bytes[position]
      if open.isEmpty, closes(closing) { return tokens }
      if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
        tokens.append(.text(try takeString(byte)))
      } else if isDigit(byte) {
        tokens.append(takeNumber())
      } else if isWord(byte) {
        tokens.append(.name(takeWord()))
      } else {
        tokens.append(.symbol(try takeSymbol(&open)))
      }
    }
  }

  /// `-` and `+` behind an opening delimiter.
  private mutating func skipControl() {
    guard position < bytes.count else { return }
    if bytes[position] == UInt8(ascii: "-") || bytes[position] == UInt8(ascii: "+") { position += 1 }
  }

  /// Passes the closing delimiter, where it stands here.
  private mutating func closes(_ closing: String) -> Bool {
    for control in ["", "-", "+"] {
      let word = Array((control + closing).utf8)
      if bytes[position...].starts(with: word) {
        position += word.count
        return true
      }
    }
    return false
  }

  private mutating func takeWord() -> String {
    let start = position
    while position < bytes.count, isWord(bytes[position]) || isDigit(bytes[position]) { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func takeNumber() -> TemplateToken {
    let start = position
    while position < bytes.count {
      let byte = bytes[position]
      let isPoint =
        byte == UInt8(ascii: ".") && position + 1 < bytes.count && isDigit(bytes[position + 1])
      guard isDigit(byte) || isWord(byte) || isPoint else { break }
      position += 1
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self).filter { $0 != "_" }
    return Int(text).map { .integer($0) } ?? .number
  }

  private static let pairs = ["//", "**", "==", "!=", ">=", "<="]
  private static let singles = Set("+-/*%~[](){}<>=.:|,;".utf8)

  private mutating func takeSymbol(_ open: inout [UInt8]) throws(ParseError) -> String {
    for pair in Self.pairs where bytes[position...].starts(with: pair.utf8) {
      position += 2
      return pair
    }
    let byte = bytes[position]
    guard Self.singles.contains(byte) else {
      throw ParseError(.malformed, at: position, "a character that templates do not have")
    }
    switch byte {
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): open.append(byte)
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
      guard open.popLast() != nil else {
        throw ParseError(.malformed, at: position, "a bracket that nothing opens")
      }
    default: break
    }
    position += 1
    return String(UnicodeScalar(byte))
  }

  private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0D ~= byte }

  private func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }

  private func isWord(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || byte >= 0x80 || 0x61...0x7A ~= byte | 0x20 && byte >= 0x41
  }
}

extension TemplateLexer {
  /// A string between quotes, its escapes resolved as Python's `unicode-escape` does.
  private mutating func takeString(_ quote: UInt8) throws(ParseError) -> String {
    let start = position
    position += 1
    var result: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == quote { return String(decoding: result, as: UTF8.self) }
      if byte == UInt8(ascii: "\\"), position < bytes.count {
        appendEscape(to: &result)
      } else {
        result.append(byte)
      }
    }
    throw ParseError(.malformed, at: start, "string of a template without an end")
  }

  private mutating func appendEscape(to result: inout [UInt8]) {
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "n"): result.append(0x0A)
    case UInt8(ascii: "t"): result.append(0x09)
    case UInt8(ascii: "r"): result.append(0x0D)
    case UInt8(ascii: "a"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "v"): result.append(0x20)
    case UInt8(ascii: "x"): appendCode(digits: 2, radix: 16, to: &result)
    case UInt8(ascii: "u"): appendCode(digits: 4, radix: 16, to: &result)
    case UInt8(ascii: "U"): appendCode(digits: 8, radix: 16, to: &result)
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      position -= 1
      appendCode(digits: 3, radix: 8, to: &result)
    case UInt8(ascii: "N"): appendNamed(to: &result)
    case 0x0A: break
    case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): result.append(byte)
    default: result += [UInt8(ascii: "\\"), byte]
    }
  }

  private mutating func appendCode(digits: Int, radix: UInt32, to result: inout [UInt8]) {
    var code: UInt32 = 0
    var count = 0
    while count < digits, position < bytes.count,
      let digit = Character(UnicodeScalar(bytes[position])).hexDigitValue, digit < radix
    {
      code = code &* radix &+ UInt32(digit)
      position += 1
      count += 1
    }
    result += (Unicode.Scalar(code) ?? "\u{FFFD}").utf8
  }

  /// `\N{LOW LINE}`: the one character by name that private names are made of; others become the replacement character.
  private mutating func appendNamed(to result: inout [UInt8]) {
    let rest = bytes[position...]
    guard rest.first == UInt8(ascii: "{"), let end = rest.firstIndex(of: UInt8(ascii: "}")) else { return }
    let name = String(decoding: rest[(position + 1)..<end], as: UTF8.self)
    result += (name.lowercased() == "low line" ? "_" : "\u{FFFD}").utf8
    position = end + 1
  }
}
