package import ByteParsing
import Formats

/// Whether a text is one that YAML loaders take for a mapping or a list.
package enum ConfigurationShape {
  /// Keys and tags for which a text in braces is read as YAML too.
  private static let marks = [
    "_target_", "!!", "2002:python", "!new:", "!apply:", "!name:", "%TAG", "class_path", "loader_module",
  ]

  /// - Parameter head: the first bytes.
  package static func isRecognized(_ input: Input, head: [UInt8]) -> Bool {
    if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) {
      return head.count > 3 && head.count % 2 == 0 && (head[2] == 0 || head[3] == 0)
    }
    let text = head.starts(with: [0xEF, 0xBB, 0xBF]) ? head[3...] : head[...]
    guard text.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }) else { return false }
    for line in text.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      let content = line.drop { $0 == 0x20 || $0 == 0x09 }
      guard let first = content.first, first != UInt8(ascii: "#") else { continue }
      switch first {
      case UInt8(ascii: "{"), UInt8(ascii: "["): return hasMark(input)
      case UInt8(ascii: "!"), UInt8(ascii: "&"), UInt8(ascii: "%"): return true
      case UInt8(ascii: "-"): return content.count == 1 || content.dropFirst().first == 0x20 || content.starts(with: [0x2D, 0x2D, 0x2D])
      case UInt8(ascii: "?"): return content.count == 1 || content.dropFirst().first == 0x20
      default: return isMapping(content)
      }
    }
    return text.count >= Head.enough
  }

  private enum Head { static let enough = 4096 }

  /// `key: value` or `key:`.
  private static func isMapping(_ line: ArraySlice<UInt8>) -> Bool {
    for index in line.indices where line[index] == UInt8(ascii: ":") {
      let next = index + 1
      if next == line.endIndex || line[next] == 0x20 || line[next] == 0x09 { return true }
    }
    return false
  }

  private static func hasMark(_ input: Input) -> Bool {
    guard let bytes = try? input.bytes(at: 0, count: min(input.count, YAMLLimits.bytes)) else { return true }
    return contains(bytes[...], marks) || contains(bytes[...], ["\\u005f", "\\x5f", "\\u0021"])
  }

  /// Whether what follows an error may hide what would have been judged.
  static func mayHide(_ input: Input, from offset: Int) -> Bool {
    let start = max(0, min(offset, input.count))
    // An open quote swallowed what it could: the whole text counts.
    guard let bytes = try? input.bytes(at: 0, count: min(input.count, YAMLLimits.bytes)) else { return true }
    return start < bytes.count || contains(bytes[...], marks + ["target", "cls", "\\"])
  }

  private static func contains(_ bytes: ArraySlice<UInt8>, _ texts: [String]) -> Bool {
    texts.contains { bytes.firstRange(of: Array($0.utf8)) != nil }
  }
}
