/// A list of strings in one column: a JSON array, so that SQLite's own JSON functions read it.
///
/// Written here rather than with a JSON library because the text is also what the audit chain commits to:
/// one list has one text.
enum StringList {
  static func text(_ strings: [String]) -> String {
    "[" + strings.map(quoted).joined(separator: ",") + "]"
  }

  /// The list of a text that `text` wrote; nil for any other.
  static func strings(_ text: String) -> [String]? {
    var parser = Parser(rest: text.unicodeScalars[...])
    guard let list = parser.list(), parser.rest.isEmpty else { return nil }
    return list
  }

  private static func quoted(_ string: String) -> String {
    var result = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20:
        result += "\\u00" + String(scalar.value >> 4, radix: 16) + String(scalar.value & 15, radix: 16)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  private struct Parser {
    var rest: Substring.UnicodeScalarView

    mutating func list() -> [String]? {
      guard take("[") else { return nil }
      var strings: [String] = []
      if take("]") { return strings }
      while let string = string() {
        strings.append(string)
        if take("]") { return strings }
        guard take(",") else { return nil }
      }
      return nil
    }

    private mutating func string() -> String? {
      guard take("\"") else { return nil }
      var result = String.UnicodeScalarView()
      while let scalar = rest.popFirst() {
        switch scalar {
        case "\"": return String(result)
        case "\\":
          guard let escaped = escape() else { return nil }
          result.append(escaped)
        default: result.append(scalar)
        }
      }
      return nil
    }

    private mutating func escape() -> Unicode.Scalar? {
      switch rest.popFirst() {
      case "\""?: return "\""
      case "\\"?: return "\\"
      case "u"?:
        let digits = rest.prefix(4)
        guard digits.count == 4, let value = UInt8(String(digits), radix: 16) else { return nil }
        rest = rest.dropFirst(4)
        return Unicode.Scalar(value)
      default: return nil
      }
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
      guard rest.first == scalar else { return false }
      rest.removeFirst()
      return true
    }
  }
}
