package import ByteParsing

/// Reads YAML for what decides how it is loaded: keys with their values, tags, anchors and aliases. It builds no tree.
///
/// Reads both of YAML's styles character by character: plain, quoted and block scalars, flow and block collections,
/// comments, directives. Where a text is no YAML it says so; where a loader would stop with an error, reading goes on, for
/// what stands before was loaded. A text in UTF-16 is read as such where it begins with a byte order mark, as PyYAML does.
///
/// Source: YAML 1.1 and 1.2; PyYAML, `lib/yaml/scanner.py`.
package struct YAMLReader {
  let bytes: [UInt8]
  var position = 0
  var line = 1
  var lineStart = 0
  /// Flow collections that are open.
  var flow: [Flow] = []
  /// Keys of block mappings that wait for their values, by column.
  var blockKeys: [(column: Int, key: String)] = []
  var events: [YAMLEvent] = []
  /// Where the next event to be handed out stands in `events`.
  private var given = 0
  /// The column of the innermost block collection's item on this line.
  var itemColumn = -1
  /// Where the last plain scalar ended.
  var plainEnd: Int?
  /// The line on which a value was read last, and a key.
  var contentLine = 0
  var keyLine = 0
  /// The column of the last list item, and its line.
  var lastItem = (column: -1, line: 0)
  /// Whether the text is YAML of mappings and lists so far. What is not may still be read by loaders up to there.
  package internal(set) var isWellFormed = true
  /// Whether something was read as a quoted scalar that loaders may read as a part of the plain one before it. They see
  /// what stands between these quotes, and this reader does not.
  package internal(set) var mayMisread = false
  /// Whether a `?` announced a key.
  var announcesKey = false
  /// Whether the text has line breaks that loaders of YAML 1.1 know and those of YAML 1.2 do not.
  package let hasOldBreaks: Bool

  struct Flow {
    let isMapping: Bool
    /// The key that waits for its value.
    var key: String?
    var isValue = false
    /// The key whose value the collection is.
    let outerKey: String?
  }

  /// Takes the text of a file.
  ///
  /// - Throws: `.limit` for a file that is too long, `.malformed` for one that is no text.
  package init(_ input: Input) throws(ParseError) {
    guard input.count <= YAMLLimits.bytes else {
      throw ParseError(.limit, at: 0, "bytes of YAML: limit \(YAMLLimits.bytes)")
    }
    var bytes = try input.bytes(at: 0, count: input.count, "YAML")
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      bytes.removeFirst(3)
    } else if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      bytes = Self.decodeUTF16(bytes)
    }
    guard !bytes.contains(0) else {
      throw ParseError(.malformed, at: bytes.firstIndex(of: 0) ?? 0, "YAML with a NUL")
    }
    hasOldBreaks = Self.plainBreaks(&bytes)
    self.bytes = bytes
  }

  /// Makes line feeds of YAML 1.1's further line breaks, U+0085, U+2028 and U+2029, with blanks before them, so that
  /// everything else stays in its place.
  ///
  /// - Returns: whether there were any.
  package static func plainBreaks(_ bytes: inout [UInt8]) -> Bool {
    var found = false
    var index = 0
    while index < bytes.count {
      guard bytes[index] == 0xC2 || bytes[index] == 0xE2 else {
        index += 1
        continue
      }
      let count = oldBreak(bytes[index...])
      if count > 0 {
        found = true
        for place in index..<index + count { bytes[place] = 0x20 }
        bytes[index + count - 1] = 0x0A
      }
      index += max(count, 1)
    }
    return found
  }

  /// Bytes of such a break at the beginning; 0 for none.
  private static func oldBreak(_ bytes: ArraySlice<UInt8>) -> Int {
    switch bytes.first {
    case 0xC2: bytes.dropFirst().first == 0x85 ? 2 : 0
    case 0xE2: bytes.starts(with: [0xE2, 0x80, 0xA8]) || bytes.starts(with: [0xE2, 0x80, 0xA9]) ? 3 : 0
    default: 0
    }
  }

  /// A text in UTF-16, its byte order mark first, as UTF-8.
  package static func decodeUTF16(_ bytes: [UInt8]) -> [UInt8] {
    let isLittle = bytes[0] == 0xFF
    var units: [UInt16] = []
    for index in stride(from: 2, to: bytes.count - 1, by: 2) {
      let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
      units.append(isLittle ? first | second << 8 : first << 8 | second)
    }
    return Array(String(decoding: units, as: UTF16.self).utf8)
  }

  /// The next event; nil at the end.
  ///
  /// - Throws: where what follows cannot be told apart: an open quote or bracket at the end, too much nesting.
  package mutating func next() throws(ParseError) -> YAMLEvent? {
    while given == events.count {
      events.removeAll(keepingCapacity: true)
      given = 0
      guard position < bytes.count else {
        if !flow.isEmpty { throw error(.truncated, "YAML with an open bracket") }
        return nil
      }
      try step()
    }
    defer { given += 1 }
    return events[given]
  }

  // MARK: characters

  func peek(_ distance: Int = 0) -> UInt8? {
    let index = position &+ distance
    return index >= 0 && index < bytes.count ? bytes[index] : nil
  }

  var column: Int { position - lineStart }

  func error(_ kind: ParseError.Kind, _ field: String) -> ParseError {
    ParseError(kind, at: position, "\(field), line \(line)")
  }

  /// Whether the byte `distance` on is a blank, a line end, or none at all.
  func isBlank(_ distance: Int) -> Bool {
    guard let byte = peek(distance) else { return true }
    return byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }

  func isLineEnd(_ byte: UInt8?) -> Bool { byte == nil || byte == 0x0A || byte == 0x0D }

  mutating func passLineEnd() {
    if peek() == 0x0D, peek(1) == 0x0A { position += 1 }
    position += 1
    line += 1
    lineStart = position
    itemColumn = -1
  }

  mutating func emit(
    _ kind: YAMLEvent.Kind, _ text: String, key: String?, line: Int? = nil, offset: Int? = nil,
    isCut: Bool = false
  ) {
    events.append(
      YAMLEvent(
        kind: kind, text: text, key: key, line: line ?? self.line, offset: offset ?? position,
        column: (offset ?? position) - lineStart, parent: max(blockKeys.last?.column ?? -1, itemColumn),
        depth: flow.count, isCut: isCut))
  }

  /// The key whose value stands at the current place.
  var currentKey: String? {
    if let open = flow.last {
      return open.isMapping ? (open.isValue ? open.key : nil) : open.key ?? open.outerKey
    }
    return blockKeys.last?.key
  }
}
