package import ByteParsing

/// Splits Python source into tokens, as CPython 3.12 and later do; what Python 2 and older versions write passes too.
/// Nothing is run or imported. Time is linear, memory is one window and what a token keeps.
///
/// A lone carriage return ends a line, as it does for CPython, also in a comment. Expressions inside f-strings come as
/// tokens between `f{` and `f}`.
///
/// Source: The Python Language Reference, chapter 2; CPython, `Parser/lexer/lexer.c`.
package struct PythonTokenizer {
  /// A string that was interrupted by an expression.
  struct Format {
    let quote: UInt8
    let isTriple: Bool
    let isRaw: Bool
    /// For each replacement field that is open, one inside the format specification of another, how many brackets were open
    /// where its expression began.
    var fields: [Int] = []
  }

  var window: SourceWindow
  var offset = 0
  var line = 1
  var column = 0
  var nesting: [UInt8] = []
  var formats: [Format] = []
  /// Whether the next thing to be read is text of the innermost f-string.
  var readsFormat = false
  /// Whether the current logical line has a token.
  private var hasToken = false
  /// What was seen that is not as it should be, each kind where it was first seen.
  package var irregularities: [PythonIrregularity: Int] = [:]
  /// What the source declares about its encoding.
  package let encoding: PythonEncoding
  /// Open changes of direction on the current line.
  var openDirections = 0

  /// - Throws: what reading the input throws.
  package init(_ input: Input) throws(ParseError) {
    window = SourceWindow(input)
    let head = try input.prefix(1024)
    encoding = PythonEncoding(head: head)
    if head.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
  }

  /// Whether no interpreter would compile what was read so far.
  package var isBroken: Bool { irregularities.keys.contains { $0.breaksSource } }

  /// The next token, nil at the end. After something that breaks the source reading goes on as well as it can.
  ///
  /// - Throws: `.limit` for what is too long or too deep to be followed; what reading the input throws.
  package mutating func next() throws(ParseError) -> PythonToken? {
    if readsFormat { return try formatText() }
    while true {
      try skipSpace()
      guard let byte = try window.byte(at: offset) else {
        if !nesting.isEmpty || !formats.isEmpty { note(.unbalanced) }
        if openDirections > 0 { note(.openBidirectional) }
        nesting = []
        guard hasToken else { return nil }
        hasToken = false
        return token(.newline, "", at: offset, column)
      }
      if byte == 0x0A || byte == 0x0D {
        let start = (offset, column, line)
        try passLineEnd()
        guard nesting.isEmpty, formats.isEmpty, hasToken else { continue }
        hasToken = false
        return PythonToken(kind: .newline, text: "", line: start.2, offset: start.0, column: start.1)
      }
      if let token = try self.token(byte) {
        hasToken = true
        return token
      }
    }
  }

  mutating func note(_ irregularity: PythonIrregularity) {
    if irregularities[irregularity] == nil { irregularities[irregularity] = line }
  }

  func token(_ kind: PythonToken.Kind, _ text: String, at start: Int, _ column: Int) -> PythonToken {
    PythonToken(kind: kind, text: text, line: line, offset: start, column: column)
  }

  mutating func advance(_ count: Int = 1) {
    offset += count
    column += count
  }

  /// Passes a line end of any kind.
  mutating func passLineEnd() throws(ParseError) {
    let isReturn = try window.byte(at: offset) == 0x0D
    offset += 1
    if isReturn, try window.has(0x0A, at: offset) { offset += 1 }
    if openDirections > 0 { note(.openBidirectional) }
    openDirections = 0
    line += 1
    column = 0
  }

  /// Passes blanks, comments and continued lines.
  private mutating func skipSpace() throws(ParseError) {
    while let byte = try window.byte(at: offset) {
      switch byte {
      case 0x20: advance()
      case 0x09:
        offset += 1
        column = (column / 8 + 1) * 8
      case 0x0C:
        offset += 1
        column = 0
      case UInt8(ascii: "\\"):
        let next = try window.byte(at: offset + 1)
        guard next == 0x0A || next == 0x0D else { return }
        advance()
        try passLineEnd()
      case UInt8(ascii: "#"):
        while let byte = try window.byte(at: offset), byte != 0x0A, byte != 0x0D {
          if byte < 0x80 {
            if byte == 0 { note(.nulByte) }
            advance()
          } else {
            _ = try passScalar()
          }
        }
      default: return
      }
    }
  }

  /// A token that begins with `byte`; nil where it is none.
  private mutating func token(_ byte: UInt8) throws(ParseError) -> PythonToken? {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return try string(prefixLength: 0)
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    case UInt8(ascii: "."):
      if let next = try window.byte(at: offset + 1), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next)
      {
        return try number()
      }
      return try punctuation(byte)
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
      0x80...:
      if let length = try stringPrefix() { return try string(prefixLength: length) }
      return try name()
    default: return try punctuation(byte)
    }
  }

  private mutating func number() throws(ParseError) -> PythonToken {
    let start = offset
    let startColumn = column
    var bytes: [UInt8] = []
    while let byte = try window.byte(at: offset) {
      guard try continuesNumber(byte, bytes) else { break }
      if bytes.count < PythonSourceLimits.nameBytes { bytes.append(byte) }
      advance()
    }
    return token(.number, String(decoding: bytes, as: UTF8.self), at: start, startColumn)
  }

  /// Whether a byte belongs to the number that has begun: `1if x` is a number and a keyword.
  private mutating func continuesNumber(_ byte: UInt8, _ digits: [UInt8]) throws(ParseError) -> Bool {
    let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    if isDigit || byte == UInt8(ascii: "_") { return true }
    if digits.count > 1, digits[0] == UInt8(ascii: "0"), "xob".utf8.contains(digits[1] | 0x20) {
      // Python 2 ends long ones with an L.
      return byte < 0x80 && (Character(UnicodeScalar(byte)).isHexDigit || byte | 0x20 == UInt8(ascii: "l"))
    }
    let isWhole = !digits.contains { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") }
    if byte == UInt8(ascii: ".") { return isWhole }
    if digits.last.map({ $0 | 0x20 == UInt8(ascii: "e") }) ?? false {
      return byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
    }
    switch byte | 0x20 {
    case UInt8(ascii: "x"), UInt8(ascii: "o"), UInt8(ascii: "b"): return digits == [UInt8(ascii: "0")]
    case UInt8(ascii: "j"), UInt8(ascii: "l"): return true
    case UInt8(ascii: "e"):
      guard let next = try window.byte(at: offset + 1) else { return false }
      return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) || next == UInt8(ascii: "+")
        || next == UInt8(ascii: "-")
    default: return false
    }
  }

  func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  private mutating func punctuation(_ byte: UInt8) throws(ParseError) -> PythonToken? {
    let start = offset
    let startColumn = column
    if byte == UInt8(ascii: "`") {
      // Python 2's repr.
      advance()
      return token(.punctuation, "`", at: start, startColumn)
    }
    guard Self.isMark(byte) else {
      note(byte == 0 ? .nulByte : .badCharacter)
      advance()
      return nil
    }
    if let depth = formats.last?.fields.last, nesting.count == depth {
      if let token = try endOfExpression(byte) { return token }
    }
    advance()
    var text = String(UnicodeScalar(byte))
    switch byte {
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
      guard nesting.count < PythonSourceLimits.nesting else {
        throw ParseError(
          .limit, at: start, "brackets inside each other: limit \(PythonSourceLimits.nesting)")
      }
      nesting.append(byte)
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
      let opening: UInt8 = byte == UInt8(ascii: ")") ? UInt8(ascii: "(") : byte - 2
      if nesting.last == opening { nesting.removeLast() } else { note(.unbalanced) }
    default:
      // `**`, `//`, `>>`, `<<`, `->`, `:=`, `==`, `!=`, `<=`, `<>` and so on; with `=` behind them.
      if let next = try window.byte(at: offset), Self.isPair(byte, next) {
        text.unicodeScalars.append(UnicodeScalar(next))
        advance()
        if try window.has(UInt8(ascii: "="), at: offset), ["**", "//", ">>", "<<"].contains(text) {
          text += "="
          advance()
        }
      }
      if byte == UInt8(ascii: "!"), text == "!", formats.isEmpty { note(.badCharacter) }
      if byte == UInt8(ascii: "\\") { note(.badCharacter) }
    }
    return token(.punctuation, text, at: start, startColumn)
  }

  /// The end of an expression inside an f-string, or the beginning of its format specification.
  private mutating func endOfExpression(_ byte: UInt8) throws(ParseError) -> PythonToken? {
    let start = offset
    let startColumn = column
    switch byte {
    case UInt8(ascii: "}"):
      advance()
      readsFormat = true
      formats[formats.count - 1].fields.removeLast()
      return token(.punctuation, "f}", at: start, startColumn)
    case UInt8(ascii: ":"):
      advance()
      readsFormat = true
      return token(.punctuation, "f:", at: start, startColumn)
    default: return nil
    }
  }

  private static func isMark(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
      UInt8(ascii: "}"),
      UInt8(ascii: ":"), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "."), UInt8(ascii: "+"),
      UInt8(ascii: "-"),
      UInt8(ascii: "*"), UInt8(ascii: "/"), UInt8(ascii: "|"), UInt8(ascii: "&"), UInt8(ascii: "<"),
      UInt8(ascii: ">"),
      UInt8(ascii: "="), UInt8(ascii: "%"), UInt8(ascii: "~"), UInt8(ascii: "^"), UInt8(ascii: "@"),
      UInt8(ascii: "!"),
      UInt8(ascii: "\\"):
      true
    default: false
    }
  }

  /// Whether two marks are one operator.
  private static func isPair(_ first: UInt8, _ second: UInt8) -> Bool {
    switch (first, second) {
    case (UInt8(ascii: "-"), UInt8(ascii: ">")), (UInt8(ascii: "<"), UInt8(ascii: ">")): true
    case (UInt8(ascii: "*"), UInt8(ascii: "*")), (UInt8(ascii: "/"), UInt8(ascii: "/")),
      (UInt8(ascii: "<"), UInt8(ascii: "<")), (UInt8(ascii: ">"), UInt8(ascii: ">")):
      true
    case (_, UInt8(ascii: "=")):
      switch first {
      case UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: "!"), UInt8(ascii: "<"), UInt8(ascii: ">"),
        UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "/"), UInt8(ascii: "%"),
        UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "^"), UInt8(ascii: "@"):
        true
      default: false
      }
    default: false
    }
  }
}
