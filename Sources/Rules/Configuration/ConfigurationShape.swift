package import ByteParsing
import Formats

/// Whether a text is one that YAML loaders take for a mapping or a list.
package enum ConfigurationShape {
  /// Keys and tags for which a text in braces is read as YAML too.
  private static let marks = [
    "_target_", "!!", "2002:python", "!new:", "!apply:", "!name:", "%TAG", "class_path", "loader_module",
  ]
  /// Those, and the beginnings of what their letters are written as otherwise.
  private static let disguised = ByteMarks(marks + ["!<", "\\x", "\\u", "\\U", "\\\n", "\\\r"])
  /// Those, and whatever stands before an error that may be one of them.
  private static let hidden = ByteMarks(marks + ["target", "cls", "\\"])

  /// Whether the whole text is YAML of keys and lists, or names code in the way that YAML does. A text in braces counts only
  /// where it names code: there are other readers for JSON. So does one that begins as prose, for a loader of all of a
  /// text's documents comes to those behind the first.
  ///
  /// - Parameter head: the first bytes.
  package static func isRecognized(_ input: Input, head: [UInt8]) -> Bool {
    guard let beginning = beginning(head) else { return false }
    do {
      var documents = input
      if beginning == .prose {
        guard let mark = try documentMark(input) else { return false }
        documents = try input.slice(at: mark, count: input.count - mark)
        // Whoever scans it records the gap.
        if documents.count > YAMLLimits.bytes { return try hasTag(documents) }
      }
      var reader = try YAMLReader(documents)
      var names = false
      do {
        while let event = try reader.next() {
          names = names || Self.names(event, onlyCertain: beginning != .block)
        }
      } catch {
        if names || error.kind == .limit { return true }
        if beginning == .block, reader.isWellFormed { return mayHide(input, from: error.offset) }
        return try reader.mayMisread ? mayBeHidden(in: documents, beginning) : false
      }
      if names || beginning == .block && reader.isWellFormed { return true }
      return try reader.mayMisread ? mayBeHidden(in: documents, beginning) : false
    } catch {
      // Too long: whoever scans it records the gap.
      return error.kind == .limit && beginning == .block
    }
  }

  /// Whether a text that is a value somewhere else is worth being looked at as YAML, which programs read such texts as.
  package static func mayNameCode(_ text: [UInt8]) -> Bool {
    guard disguised.first(in: text.span) != nil else { return false }
    return isRecognized(Input(text), head: Array(text.prefix(4096)))
  }

  /// Whether a text begins with a bracket, as JSON does.
  package static func isInBraces(_ head: [UInt8]) -> Bool { beginning(head) == .braces }

  /// Whether an event names code.
  private static func names(_ event: YAMLEvent, onlyCertain: Bool) -> Bool {
    switch event.kind {
    case .key: TargetJudge.certainKeys.contains(event.text) || event.text == "loader_module"
    case .value:
      !onlyCertain && event.key.map { TargetJudge.keys.contains($0) } ?? false && event.text.contains(".")
    case .tag: YAMLTag(event.text) != .core && YAMLTag(event.text) != .local
    case .directive: event.text.hasPrefix("%TAG")
    case .anchor, .alias: false
    }
  }

  /// Whether a text of which the reader did not see everything has anything that could name code. Escapes are common in prose,
  /// and a key in quotes is what they would stand in.
  private static func mayBeHidden(in input: Input, _ beginning: Beginning) throws(ParseError) -> Bool {
    guard beginning != .prose else { return try hasTag(input) }
    let bytes = try input.bytes(at: 0, count: input.count)
    guard let mark = disguised.first(in: bytes.span) else { return false }
    return !mark.hasPrefix("\\") || quotedKey.first(in: bytes.span) != nil
      || ByteMarks(marks + ["!<"]).first(in: bytes.span) != nil
  }

  private static let quotedKey = ByteMarks(["\":", "\" :", "':", "' :"])

  /// Bytes that are looked at together in a text of any length.
  private static let window = 1 << 20

  /// Goes through a text in pieces, each with the last bytes of the one before at its beginning.
  private static func search<Found>(
    _ input: Input, _ look: ([UInt8], _ offset: Int) -> Found?
  ) throws(ParseError) -> Found? {
    let overlap = 8
    var offset = 0
    while offset < input.count {
      let bytes = try input.bytes(at: offset, count: min(window + overlap, input.count - offset))
      if let found = look(bytes, offset) { return found }
      offset += window
    }
    return nil
  }

  /// A word of prose has no such beginning.
  private static let tags = ByteMarks(
    ["!<"] + "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ%_".map { "!!\($0)" } + [
      "%TAG", "_target_",
    ])

  private static func hasTag(_ input: Input) throws(ParseError) -> Bool {
    try search(input) { bytes, _ in tags.first(in: bytes.span) } != nil
  }

  /// Where the first line begins that may be the mark between two documents.
  private static func documentMark(_ input: Input) throws(ParseError) -> Int? {
    try search(input) { bytes, offset in
      var bytes = bytes
      _ = YAMLReader.plainBreaks(&bytes)
      for index in bytes.indices.dropLast(3) where bytes[index] == 0x0A || bytes[index] == 0x0D {
        let first = bytes[index + 1]
        guard first == UInt8(ascii: "-") || first == UInt8(ascii: ".") else { continue }
        if bytes[index + 2] == first, bytes[index + 3] == first { return offset + index + 1 }
      }
      return nil
    }
  }

  private enum Beginning { case block, braces, prose }

  /// How the text begins; nil for what is no text.
  private static func beginning(_ head: [UInt8]) -> Beginning? {
    var text = head[...]
    if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) {
      text = YAMLReader.decodeUTF16(head)[...]
    } else if head.starts(with: [0xEF, 0xBB, 0xBF]) {
      text = head[3...]
    }
    guard text.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }) else {
      return nil
    }
    var bytes = Array(text)
    _ = YAMLReader.plainBreaks(&bytes)
    return firstLine(of: bytes[...])
  }

  private static func firstLine(of text: ArraySlice<UInt8>) -> Beginning {
    for line in text.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      let content = line.drop { $0 == 0x20 || $0 == 0x09 }
      guard let first = content.first, first != UInt8(ascii: "#") else { continue }
      let second = content.dropFirst().first
      switch first {
      case UInt8(ascii: "{"), UInt8(ascii: "["): return .braces
      // `![` begins a picture of Markdown, and no tag that any loader knows; and a mark alone begins nothing.
      case UInt8(ascii: "!"), UInt8(ascii: "&"), UInt8(ascii: "%"):
        return second == UInt8(ascii: "[") || text.count < 4 ? .prose : .block
      case UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: "."):
        let isMark = content.starts(with: [first, first, first])
        return second == nil || second == 0x20 || second == 0x09 || isMark || isMapping(content)
          ? .block : .prose
      default: return isMapping(content) ? .block : .prose
      }
    }
    // Nothing but comments so far.
    return text.count >= 4096 ? .block : .prose
  }

  /// `key: value` or `key:`.
  private static func isMapping(_ line: ArraySlice<UInt8>) -> Bool {
    for index in line.indices where line[index] == UInt8(ascii: ":") {
      let next = index + 1
      if next == line.endIndex || line[next] == 0x20 || line[next] == 0x09 { return true }
    }
    return false
  }

  /// Whether what follows an error may hide what would have been judged.
  static func mayHide(_ input: Input, from offset: Int) -> Bool {
    // An open quote swallowed what it could: the whole text counts.
    guard let bytes = try? input.bytes(at: 0, count: min(input.count, YAMLLimits.bytes)) else {
      return true
    }
    return offset < bytes.count || hidden.first(in: bytes.span) != nil
  }
}
