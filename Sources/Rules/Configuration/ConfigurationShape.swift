package import ByteParsing
import Formats

/// Whether a text is one that YAML loaders take for a mapping or a list.
package enum ConfigurationShape {
  /// Keys and tags for which a text in braces is read as YAML too.
  private static let marks = [
    "_target_", "!!", "2002:python", "!new:", "!apply:", "!name:", "%TAG", "class_path", "loader_module",
  ]

  /// Whether the whole text is YAML of keys and lists, or names code in the way that YAML does. A text in braces counts only
  /// where it names code: there are other readers for JSON.
  ///
  /// - Parameter head: the first bytes.
  package static func isRecognized(_ input: Input, head: [UInt8]) -> Bool {
    guard let beginning = beginning(head) else { return false }
    do {
      var reader = try YAMLReader(input)
      var names = false
      do {
        while let event = try reader.next() {
          names = names || Self.names(event, isInBraces: beginning == .braces)
        }
      } catch {
        if names || error.kind == .limit { return true }
        return reader.isWellFormed && beginning == .block && mayHide(input, from: error.offset)
      }
      return names || beginning == .block && reader.isWellFormed
    } catch {
      // Too long: whoever scans it records the gap.
      return error.kind == .limit && beginning == .block
    }
  }

  /// Whether a text begins with a bracket, as JSON does.
  package static func isInBraces(_ head: [UInt8]) -> Bool { beginning(head) == .braces }

  /// Whether an event names code.
  private static func names(_ event: YAMLEvent, isInBraces: Bool) -> Bool {
    switch event.kind {
    case .key: TargetJudge.certainKeys.contains(event.text) || event.text == "loader_module"
    case .value:
      !isInBraces && event.key.map { TargetJudge.keys.contains($0) } ?? false && event.text.contains(".")
    case .tag: YAMLTag(event.text) != .core && YAMLTag(event.text) != .local
    case .directive: event.text.hasPrefix("%TAG")
    case .anchor, .alias: false
    }
  }

  private enum Beginning { case block, braces }

  /// How the text begins; nil for what no YAML begins with.
  private static func beginning(_ head: [UInt8]) -> Beginning? {
    if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) {
      return head.count > 3 && head.count % 2 == 0 && (head[2] == 0 || head[3] == 0) ? .block : nil
    }
    let text = head.starts(with: [0xEF, 0xBB, 0xBF]) ? head[3...] : head[...]
    guard text.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }) else {
      return nil
    }
    for line in text.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      let content = line.drop { $0 == 0x20 || $0 == 0x09 }
      guard let first = content.first, first != UInt8(ascii: "#") else { continue }
      let second = content.dropFirst().first
      switch first {
      case UInt8(ascii: "{"), UInt8(ascii: "["): return .braces
      case UInt8(ascii: "!"), UInt8(ascii: "&"):
        return second.map { $0 == first || $0 == UInt8(ascii: "<") || isLetter($0) } ?? false ? .block : nil
      case UInt8(ascii: "%"):
        return content.starts(with: Array("%YAML".utf8)) || content.starts(with: Array("%TAG".utf8))
          ? .block : nil
      case UInt8(ascii: "-"):
        return second == nil || second == 0x20 || content.starts(with: [0x2D, 0x2D, 0x2D]) ? .block : nil
      case UInt8(ascii: "?"): return second == nil || second == 0x20 ? .block : nil
      default: return isMapping(content) ? .block : nil
      }
    }
    // Nothing but comments so far.
    return text.count >= 4096 ? .block : nil
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
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
    return offset < bytes.count || contains(bytes[...], marks + ["target", "cls", "\\"])
  }

  private static func contains(_ bytes: ArraySlice<UInt8>, _ texts: [String]) -> Bool {
    texts.contains { bytes.firstRange(of: Array($0.utf8)) != nil }
  }
}
