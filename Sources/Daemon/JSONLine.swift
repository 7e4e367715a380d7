internal import Findings

/// One line of JSON, in which nothing invisible is left as it was.
struct JSONLine {
  private var text = ""

  mutating func append(_ key: String, _ value: String) { append(key, raw: Self.quoted(value)) }
  mutating func append(_ key: String, _ value: some BinaryInteger) { append(key, raw: "\(value)") }
  mutating func append(_ key: String, _ value: Bool) { append(key, raw: value ? "true" : "false") }
  mutating func append(_ key: String, _ value: Double) {
    append(key, raw: value.isFinite ? "\((value * 1000).rounded() / 1000)" : "null")
  }

  private mutating func append(_ key: String, raw: String) {
    text += (text.isEmpty ? "{" : ",") + Self.quoted(key) + ":" + raw
  }

  /// The object and the end of its line.
  var line: String { text.isEmpty ? "{}\n" : text + "}\n" }

  private static func quoted(_ string: String) -> String {
    var result = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.isInvisible || scalar.value == 0x7F:
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
