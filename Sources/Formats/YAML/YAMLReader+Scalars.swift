import ByteParsing

extension YAMLReader {
  /// A scalar without quotes, over several lines where it goes on.
  mutating func plain() -> (text: String, isCut: Bool) {
    let start = position
    while let byte = peek(), byte != 0x0A, byte != 0x0D {
      if byte == UInt8(ascii: ":"),
        isBlank(1) || !flow.isEmpty && peek(1).map({ ",[]{}".utf8.contains($0) }) ?? true
      {
        break
      }
      if byte == UInt8(ascii: "#"), position > start, isBlank(-1) { break }
      if !flow.isEmpty, ",[]{}".utf8.contains(byte) { break }
      position += 1
    }
    if position == start { position += 1 }
    var end = position
    while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
    let isCut = end - start > YAMLLimits.scalarBytes
    return (text(start..<min(end, start + YAMLLimits.scalarBytes)), isCut)
  }

  /// A scalar in quotes.
  ///
  /// - Throws: `.truncated` where the quotes are not closed.
  mutating func quoted() throws(ParseError) -> (text: String, isCut: Bool) {
    let quote = bytes[position]
    position += 1
    var content = StringText()
    while let byte = peek() {
      if isAtDocumentMark {
        isWellFormed = false
        return (String(content.text.prefix(YAMLLimits.scalarBytes)), content.isCut)
      }
      if byte == quote {
        if quote == UInt8(ascii: "'"), peek(1) == quote {
          content.append(quote)
          position += 2
          continue
        }
        position += 1
        return (String(content.text.prefix(YAMLLimits.scalarBytes)), content.isCut)
      }
      switch byte {
      case UInt8(ascii: "\\") where quote == UInt8(ascii: "\""): escape(&content)
      case 0x0A, 0x0D:
        // Lines are folded: the blanks around the end are one.
        passLineEnd()
        while peek() == 0x20 || peek() == 0x09 { position += 1 }
        content.append(0x20)
      default:
        content.append(byte)
        position += 1
      }
    }
    throw error(.truncated, "YAML with an open quote")
  }

  private mutating func escape(_ content: inout StringText) {
    position += 1
    guard let letter = peek() else { return }
    position += 1
    switch letter {
    case UInt8(ascii: "n"): content.append(0x0A)
    case UInt8(ascii: "t"): content.append(0x09)
    case UInt8(ascii: "r"): content.append(0x0D)
    case UInt8(ascii: "0"): content.append(0)
    case UInt8(ascii: "x"): hexadecimal(2, &content)
    case UInt8(ascii: "u"): hexadecimal(4, &content)
    case UInt8(ascii: "U"): hexadecimal(8, &content)
    case 0x0A, 0x0D:
      position -= 1
      passLineEnd()
      while peek() == 0x20 || peek() == 0x09 { position += 1 }
    default: content.append(letter)
    }
  }

  private mutating func hexadecimal(_ count: Int, _ content: inout StringText) {
    var value: UInt32 = 0
    for _ in 0..<count {
      guard let byte = peek(), byte < 0x80, let digit = Character(UnicodeScalar(byte)).hexDigitValue else {
        break
      }
      value = value &* 16 &+ UInt32(digit)
      position += 1
    }
    content.append(UnicodeScalar(value) ?? "?")
  }

  /// A scalar behind `|` or `>`: every line that is further to the right than what it belongs to.
  mutating func blockScalar() {
    let key = currentKey
    let start = position
    let startLine = line
    // Keys that are further to the right than the true one make the scalar shorter, and nothing is passed over.
    let parent = max(blockKeys.last?.column ?? -1, itemColumn)
    var explicit: Int?
    position += 1
    while let byte = peek(), byte != 0x0A, byte != 0x0D {
      if (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(byte), explicit == nil, !isBlank(-1) {
        explicit = Int(byte - UInt8(ascii: "0"))
      }
      position += 1
    }
    var content = StringText()
    var indentation = explicit.map { max(parent, 0) + $0 }
    while position < bytes.count {
      passLineEnd()
      if isAtDocumentMark { break }
      var spaces = 0
      while peek(spaces) == 0x20 { spaces += 1 }
      if isLineEnd(peek(spaces)) {
        position += spaces
        if position >= bytes.count { break }
        content.append(0x0A)
        continue
      }
      let needed = indentation ?? max(parent + 1, 1)
      guard spaces >= needed else { break }
      indentation = indentation ?? spaces
      position += min(spaces, indentation ?? spaces)
      while let byte = peek(), byte != 0x0A, byte != 0x0D {
        content.append(byte)
        position += 1
      }
      content.append(0x0A)
    }
    let text = content.text.split(separator: "\n").joined(separator: " ")
    emit(
      .value, String(text.prefix(YAMLLimits.scalarBytes)), key: key, line: startLine, offset: start,
      isCut: content.isCut)
  }
}
