extension CodeConstant {
  /// The constant as Python would write it, escaped and at most about `limit` characters.
  package func description(limit: Int) -> String {
    var text = ""
    write(to: &text, limit: limit)
    guard text.count > limit else { return text }
    return text.prefix(max(0, limit - 1)) + "…"
  }

  /// Writes until the text is longer than the limit.
  private func write(to text: inout String, limit: Int) {
    guard text.utf8.count <= limit else { return }
    switch self {
    case .none: text += "None"
    case .boolean(let value): text += value ? "True" : "False"
    case .ellipsis: text += "Ellipsis"
    case .stopIteration: text += "StopIteration"
    case .integer(let value): text += "\(value)"
    case .bigInteger(let digits): text += digits.prefix(limit + 1)
    case .float(let value): text += PythonNumber.text(value)
    case .complex(let real, let imaginary):
      text += "(\(PythonNumber.text(real))+\(PythonNumber.text(imaginary))j)"
    case .string(let string): text += PythonText.quoted(string.unicodeScalars, limit: limit)
    case .bytes(let bytes):
      text += "b" + PythonText.quoted(bytes.lazy.map { Unicode.Scalar($0) }, limit: limit, isBytes: true)
    case .tuple(let elements): Self.write(elements, "(", elements.count == 1 ? ",)" : ")", &text, limit)
    case .list(let elements): Self.write(elements, "[", "]", &text, limit)
    case .set(let elements): Self.write(elements, "{", "}", &text, limit)
    case .frozenSet(let elements): Self.write(elements, "frozenset({", "})", &text, limit)
    case .slice(let parts): Self.write(parts, "slice(", ")", &text, limit)
    case .dictionary(let entries): Self.write(entries, "dict(", ")", &text, limit)
    case .code(let code): text += "<code \(PythonText.plain(code.title, limit: 80))>"
    case .other(let words): text += "<\(PythonText.plain(words, limit: 80))>"
    }
  }

  private static func write(
    _ elements: [CodeConstant], _ opening: String, _ closing: String, _ text: inout String, _ limit: Int
  ) {
    text += opening
    for (index, element) in elements.enumerated() {
      guard text.utf8.count <= limit else { return }
      if index > 0 { text += ", " }
      element.write(to: &text, limit: limit)
    }
    text += closing
  }
}

/// Text of a file, made fit to be shown.
package enum PythonText {
  /// In single quotes with Python's escapes; everything that is not plain ASCII is escaped.
  static func quoted(
    _ scalars: some Sequence<Unicode.Scalar>, limit: Int, isBytes: Bool = false
  ) -> String {
    var text = "'"
    for scalar in scalars {
      guard text.utf8.count <= limit else { return text }
      switch scalar {
      case "'": text += "\\'"
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      default: text += escaped(scalar)
      }
    }
    return text + "'"
  }

  /// A name without quotes, escaped in the same way.
  package static func plain(_ text: String, limit: Int) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      guard result.utf8.count < limit else { return result + "…" }
      result += escaped(scalar)
    }
    return result
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar.value {
    case 0x20...0x7E: return String(scalar)
    case 0...0xFF: return "\\x" + hexadecimal(scalar.value, 2)
    case 0x100...0xFFFF: return "\\u" + hexadecimal(scalar.value, 4)
    default: return "\\U" + hexadecimal(scalar.value, 8)
    }
  }

  private static func hexadecimal(_ value: UInt32, _ width: Int) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

/// Floats as Python writes them.
enum PythonNumber {
  static func text(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    return "\(value)"
  }
}
