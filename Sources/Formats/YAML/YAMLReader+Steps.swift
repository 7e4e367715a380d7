import ByteParsing

extension YAMLReader {
  /// Reads the next piece of the text.
  mutating func step() throws(ParseError) {
    guard let byte = peek() else { return }
    switch byte {
    case 0x0A, 0x0D: passLineEnd()
    case 0x20: position += 1
    case 0x09:
      if position == lineStart, flow.isEmpty, !isBlank(1) { isWellFormed = false }
      position += 1
    case UInt8(ascii: "#") where position == lineStart || isBlank(-1): skipLine()
    case UInt8(ascii: "%") where column == 0 && flow.isEmpty && startsDirective: directive()
    case UInt8(ascii: "-") where isAtDocumentMark, UInt8(ascii: ".") where isAtDocumentMark: startDocument()
    case UInt8(ascii: "-") where flow.isEmpty && isBlank(1):
      beginItem()
      position += 1
    case UInt8(ascii: "?") where isBlank(1):
      beginItem()
      announcesKey = true
      position += 1
    case UInt8(ascii: ":") where announcesKey || isBlank(1) || !flow.isEmpty: colon()
    case UInt8(ascii: "&"): anchor(.anchor)
    case UInt8(ascii: "*"): try scalar(.alias)
    case UInt8(ascii: "!"): tag()
    case UInt8(ascii: "["), UInt8(ascii: "{"): try open(byte)
    case UInt8(ascii: "]"), UInt8(ascii: "}"): close()
    case UInt8(ascii: ",") where !flow.isEmpty:
      endEntry()
      position += 1
    case UInt8(ascii: "|"), UInt8(ascii: ">"):
      if flow.isEmpty { blockScalar() } else { try scalar(.value) }
    default: try scalar(.value)
    }
  }

  private mutating func skipLine() {
    while let byte = peek(), byte != 0x0A, byte != 0x0D { position += 1 }
  }

  /// Whether a name follows the `%`. Loaders pass over names that they do not know.
  private var startsDirective: Bool {
    guard let byte = peek(1) else { return false }
    return byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
      || UnicodeScalar(byte).properties.isAlphabetic
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  /// Whether a line begins here with `---` or `...`. Nothing goes on behind it: loaders stop where a bracket or a quote is
  /// open, and what they took for one need not be what this reader did.
  var isAtDocumentMark: Bool {
    guard position == lineStart, let byte = peek(), byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    else {
      return false
    }
    return peek(1) == byte && peek(2) == byte && isBlank(3)
  }

  private mutating func startDocument() {
    if !flow.isEmpty {
      isWellFormed = false
      flow = []
    }
    position += 3
    blockKeys = []
    itemColumn = -1
    announcesKey = false
  }

  private mutating func directive() {
    let start = position
    skipLine()
    emit(.directive, text(start..<min(position, start + 256)), key: nil, offset: start)
  }

  /// The beginning of a list's item or an announced key: keys of collections inside are further to the right.
  private mutating func beginItem() {
    let here = column
    // A list may stand in the column of the key whose value it is.
    while let last = blockKeys.last, last.column > here { blockKeys.removeLast() }
    if contentLine == line || keyLine == line { isWellFormed = false }
    itemColumn = here
    lastItem = (here, line)
  }

  private mutating func colon() {
    position += 1
    announcesKey = false
    guard var open = flow.popLast() else { return }
    open.isValue = true
    flow.append(open)
  }

  private mutating func anchor(_ kind: YAMLEvent.Kind) {
    let start = position
    position += 1
    let name = word(extra: [])
    emit(kind, name, key: currentKey, offset: start)
  }

  /// The characters up to a blank or, inside a flow collection, a mark of it.
  private mutating func word(extra: [UInt8]) -> String {
    let start = position
    while let byte = peek(), byte > 0x20 {
      if !flow.isEmpty, "[]{},".utf8.contains(byte), !extra.contains(byte) { break }
      if byte == UInt8(ascii: ":"), isBlank(1), extra.isEmpty { break }
      position += 1
    }
    return text(start..<min(position, start + YAMLLimits.scalarBytes))
  }

  private mutating func tag() {
    let start = position
    if peek(1) == UInt8(ascii: "<") {
      while let byte = peek(), byte > 0x20, byte != UInt8(ascii: ">") { position += 1 }
      if peek() == UInt8(ascii: ">") { position += 1 }
    } else {
      position += 1
      _ = word(extra: [UInt8(ascii: "[")])
    }
    emit(.tag, text(start..<min(position, start + YAMLLimits.scalarBytes)), key: currentKey, offset: start)
  }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  // MARK: flow collections

  private mutating func open(_ byte: UInt8) throws(ParseError) {
    guard flow.count < YAMLLimits.depth else {
      throw error(.limit, "brackets inside each other: limit \(YAMLLimits.depth)")
    }
    let key = currentKey
    if flow.isEmpty { checkValue(at: column) }
    flow.append(Flow(isMapping: byte == UInt8(ascii: "{"), outerKey: key))
    position += 1
  }

  private mutating func close() {
    position += 1
    guard flow.popLast() != nil else {
      isWellFormed = false
      return
    }
    contentLine = line
    // In front of a colon the collection was a key.
    guard flow.isEmpty, peek() == UInt8(ascii: ":"), isBlank(1) else { return }
    setBlockKey("", column: column)
  }

  private mutating func endEntry() {
    guard var open = flow.popLast() else { return }
    open.key = nil
    open.isValue = false
    flow.append(open)
  }

  // MARK: scalars

  /// A plain or quoted scalar, or an alias; with a colon behind it a key.
  private mutating func scalar(_ kind: YAMLEvent.Kind) throws(ParseError) {
    let start = position
    let startLine = line
    let startColumn = column
    var content: (text: String, isCut: Bool)
    switch peek() {
    case UInt8(ascii: "'"), UInt8(ascii: "\""):
      if continuesPlain(at: startColumn) {
        isWellFormed = false
        mayMisread = true
      }
      content = try quoted()
    case UInt8(ascii: "*"):
      position += 1
      content = (word(extra: []), false)
    default:
      content = plain()
      plainEnd = position
    }
    let isKey = takesColon(startLine)
    if flow.isEmpty {
      if isKey { checkKey(at: startLine) } else if !announcesKey { checkValue(at: startColumn) }
      if !isKey { contentLine = line }
    }
    if isKey {
      if !flow.isEmpty {
        flow[flow.count - 1].key = content.text
        flow[flow.count - 1].isValue = true
      } else {
        setBlockKey(content.text, column: startColumn)
      }
      emit(
        kind == .alias ? .alias : .key, content.text, key: kind == .alias ? "" : nil, line: startLine,
        offset: start, isCut: content.isCut)
      return
    }
    if announcesKey {
      // `? key`, its colon on a later line.
      announcesKey = false
      setBlockKey(content.text, column: max(itemColumn, 0))
      emit(.key, content.text, key: nil, line: startLine, offset: start, isCut: content.isCut)
      return
    }
    emit(
      kind, content.text, key: valueKey(startColumn), line: startLine, offset: start, isCut: content.isCut)
  }

  /// Whether a quote here may be a part of the plain scalar before it, which loaders go on with over lines that are
  /// further to the right than what it belongs to.
  private func continuesPlain(at column: Int) -> Bool {
    guard let plainEnd, bytes[plainEnd..<position].allSatisfy({ $0 == 0x20 || $0 == 0x09 || isLineEnd($0) })
    else {
      return false
    }
    return !flow.isEmpty || column > blockKeys.last?.column ?? -1
  }

  /// The key whose value a scalar in that column is.
  private mutating func valueKey(_ column: Int) -> String? {
    guard flow.isEmpty else { return currentKey }
    return blockKeys.last { $0.column < column || itemColumn >= 0 && $0.column <= itemColumn }?.key
  }

  /// Passes a colon that makes a key of what stood before it.
  private mutating func takesColon(_ startLine: Int) -> Bool {
    var distance = 0
    while peek(distance) == 0x20 || peek(distance) == 0x09 { distance += 1 }
    guard peek(distance) == UInt8(ascii: ":"), startLine == line || !flow.isEmpty else { return false }
    let isQuotedInFlow = !flow.isEmpty
    guard isBlank(distance + 1) || isQuotedInFlow else { return false }
    position += distance + 1
    return true
  }

  private mutating func setBlockKey(_ key: String, column: Int) {
    while let last = blockKeys.last, last.column >= column { blockKeys.removeLast() }
    blockKeys.append((column, key))
  }

  /// A key may stand only at the beginning of a line or of a list's item.
  private mutating func checkKey(at startLine: Int) {
    if keyLine == startLine || contentLine == startLine { isWellFormed = false }
    keyLine = startLine
  }

  /// A value stands behind its key or item, or further to the right on a later line.
  private mutating func checkValue(at column: Int) {
    if contentLine == line { isWellFormed = false }
    guard keyLine != line, lastItem.line != line else { return }
    let isInKey = blockKeys.last.map { column > $0.column } ?? false
    let isInItem = lastItem.column >= 0 && column > lastItem.column
    if !isInKey, !isInItem { isWellFormed = false }
  }
}
