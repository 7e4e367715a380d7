import ByteParsing

extension PythonTokenizer {
  /// How long the prefix is of the string that begins here: `rb` has two bytes; nil where no string does.
  mutating func stringPrefix() throws(ParseError) -> Int? {
    for length in 1...3 {
      guard let byte = try window.byte(at: offset + length) else { return nil }
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        for index in 0..<length {
          guard let letter = try window.byte(at: offset + index),
            "rbuft".utf8.contains(letter | 0x20)
          else { return nil }
        }
        return length
      }
      guard isWordByte(byte) else { return nil }
    }
    return nil
  }

  /// A whole string, or the first part of an f-string.
  mutating func string(prefixLength: Int) throws(ParseError) -> PythonToken {
    var letters: Set<UInt8> = []
    for index in 0..<prefixLength {
      if let letter = try window.byte(at: offset + index) { letters.insert(letter | 0x20) }
    }
    let isRaw = letters.contains(UInt8(ascii: "r"))
    let isFormat = letters.contains(UInt8(ascii: "f")) || letters.contains(UInt8(ascii: "t"))
    let start = offset
    let startColumn = column
    let startLine = line
    advance(prefixLength)
    let quote = try window.byte(at: offset) ?? 0
    var isTriple = try window.has(quote, at: offset + 1)
    if isTriple { isTriple = try window.has(quote, at: offset + 2) }
    advance(isTriple ? 3 : 1)
    let format = Format(quote: quote, isTriple: isTriple, isRaw: isRaw)
    var text = StringText()
    if isFormat {
      guard formats.count < PythonSourceLimits.formats else {
        throw ParseError(
          .limit, at: start, "f-strings inside each other: limit \(PythonSourceLimits.formats)")
      }
      formats.append(format)
      return try formatText(at: start, startColumn)
    }
    while true {
      guard let byte = try window.byte(at: offset) else {
        note(.unterminatedString)
        break
      }
      if byte == quote, try endsString(format) { break }
      if (byte == 0x0A || byte == 0x0D) && !isTriple {
        note(.unterminatedString)
        break
      }
      try take(byte, format, isFormat: false, &text)
    }
    var token = PythonToken(
      kind: .string, text: text.text, line: startLine, offset: start, column: startColumn)
    token.isCut = text.isCut
    return token
  }

  /// Passes the closing quotes, if they are here.
  private mutating func endsString(_ format: Format) throws(ParseError) -> Bool {
    if format.isTriple {
      guard try window.has(format.quote, at: offset + 1), try window.has(format.quote, at: offset + 2)
      else {
        return false
      }
      advance(3)
      return true
    }
    advance()
    return true
  }

  /// Takes one character of a string's text, an escape or a line end.
  private mutating func take(
    _ byte: UInt8, _ format: Format, isFormat: Bool, _ text: inout StringText
  ) throws(ParseError) {
    switch byte {
    case 0x0A, 0x0D:
      try passLineEnd()
      text.append(0x0A)
    case UInt8(ascii: "\\"):
      advance()
      guard let next = try window.byte(at: offset) else { return }
      // In an f-string the bracket begins an expression all the same.
      if isFormat, next == UInt8(ascii: "{") || next == UInt8(ascii: "}") { return text.append(byte) }
      if format.isRaw {
        text.append(byte)
        if next == 0x0A || next == 0x0D { return try take(next, format, isFormat: isFormat, &text) }
        if next < 0x80 {
          text.append(next)
          advance()
        }
        return
      }
      if next == 0x0A || next == 0x0D { return try passLineEnd() }
      if isFormat, next == UInt8(ascii: "N"), try window.has(UInt8(ascii: "{"), at: offset + 1) {
        return try takeNamed(&text)
      }
      try takeEscape(next, &text)
    case 0..<0x80:
      if byte == 0 { note(.nulByte) }
      text.append(byte)
      advance()
    default:
      if let scalar = try passScalar() {
        text.append(scalar)
      } else {
        text.append(byte)
      }
    }
  }

  /// `\N{GREEK SMALL LETTER ALPHA}`: its brackets are none of an expression.
  private mutating func takeNamed(_ text: inout StringText) throws(ParseError) {
    text.append("?")
    advance(2)
    while let byte = try window.byte(at: offset), byte != 0x0A, byte != 0x0D, byte < 0x80 {
      advance()
      if byte == UInt8(ascii: "}") { return }
    }
  }

  private mutating func takeEscape(_ letter: UInt8, _ text: inout StringText) throws(ParseError) {
    advance()
    switch letter {
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): text.append(letter)
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      var value = UInt32(letter - UInt8(ascii: "0"))
      for _ in 0..<2 {
        guard let digit = try window.byte(at: offset),
          (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit)
        else { break }
        value = value * 8 + UInt32(digit - UInt8(ascii: "0"))
        advance()
      }
      text.append(UnicodeScalar(value) ?? "?")
    case UInt8(ascii: "x"): try takeHexadecimal(2, &text)
    case UInt8(ascii: "u"): try takeHexadecimal(4, &text)
    case UInt8(ascii: "U"): try takeHexadecimal(8, &text)
    default:
      text.append(UInt8(ascii: "\\"))
      if letter < 0x80 { text.append(letter) }
    }
  }

  private mutating func takeHexadecimal(_ count: Int, _ text: inout StringText) throws(ParseError) {
    var value: UInt32 = 0
    for _ in 0..<count {
      guard let byte = try window.byte(at: offset),
        let digit = Character(UnicodeScalar(byte)).hexDigitValue,
        byte < 0x80
      else { break }
      value = value &* 16 &+ UInt32(digit)
      advance()
    }
    text.append(UnicodeScalar(value) ?? "?")
  }

  /// Text of the innermost f-string, up to its end or its next expression.
  mutating func formatText(at start: Int? = nil, _ startColumn: Int? = nil) throws(ParseError)
    -> PythonToken
  {
    let begin = start ?? offset
    let beginColumn = startColumn ?? column
    let beginLine = line
    readsFormat = false
    guard var format = formats.popLast() else { return token(.string, "", at: begin, beginColumn) }
    var text = StringText()
    while true {
      guard let byte = try window.byte(at: offset) else {
        note(.unterminatedString)
        break
      }
      if byte == format.quote, try endsString(format) {
        break
      }
      if (byte == 0x0A || byte == 0x0D) && !format.isTriple {
        note(.unterminatedString)
        break
      }
      if byte == UInt8(ascii: "{") {
        if try window.has(byte, at: offset + 1), format.fields.isEmpty {
          text.append(byte)
          advance(2)
          continue
        }
        if start != nil || !text.isEmpty {
          // The text comes first; the expression is the next token.
          formats.append(format)
          readsFormat = true
          return string(text, at: begin, beginColumn, beginLine)
        }
        return try beginExpression(format)
      }
      if byte == UInt8(ascii: "}") {
        if !format.fields.isEmpty {
          guard text.isEmpty else {
            formats.append(format)
            readsFormat = true
            return string(text, at: begin, beginColumn, beginLine)
          }
          format.fields.removeLast()
          formats.append(format)
          readsFormat = true
          advance()
          return token(.punctuation, "f}", at: begin, beginColumn)
        }
        if try !window.has(byte, at: offset + 1) { note(.unbalanced) } else { advance() }
        text.append(byte)
        advance()
        continue
      }
      try take(byte, format, isFormat: true, &text)
    }
    return string(text, at: begin, beginColumn, beginLine)
  }

  /// Opens an expression, keeping what is around it.
  private mutating func beginExpression(_ outer: Format) throws(ParseError) -> PythonToken {
    let begin = offset
    let beginColumn = column
    var format = outer
    guard outer.fields.count < PythonSourceLimits.formats else {
      throw ParseError(
        .limit, at: begin, "replacement fields inside each other: limit \(PythonSourceLimits.formats)")
    }
    format.fields.append(nesting.count)
    formats.append(format)
    advance()
    return token(.punctuation, "f{", at: begin, beginColumn)
  }

  private func string(_ text: StringText, at start: Int, _ column: Int, _ line: Int) -> PythonToken {
    var token = PythonToken(kind: .string, text: text.text, line: line, offset: start, column: column)
    token.isCut = text.isCut
    return token
  }
}

/// The value of a string as it is read, cut where it is long.
struct StringText {
  private var bytes: [UInt8] = []
  private(set) var isCut = false

  var isEmpty: Bool { bytes.isEmpty && !isCut }

  mutating func append(_ byte: UInt8) {
    guard bytes.count < PythonSourceLimits.stringBytes else { return isCut = true }
    bytes.append(byte)
  }

  mutating func append(_ scalar: Unicode.Scalar) {
    guard bytes.count < PythonSourceLimits.stringBytes else { return isCut = true }
    bytes += Array(String(scalar).utf8)
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }
}
