/// Markup. Literals are markup as they stand; every text and every path that is put into one is escaped, in elements
/// and in quoted attributes alike. Nothing else makes markup, so nothing untrusted can be left unescaped by mistake.
///
/// ```
/// let row: HTML = "<td title=\"\(path)\">\(name)</td>"
/// ```
///
/// Source: HTML Living Standard, section 13.3, "Escaping a string".
struct HTML: ExpressibleByStringInterpolation, Sendable {
  /// Its literals are the compiler's, and no value of a program's.
  typealias StringLiteralType = StaticString

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + 32 * interpolationCount)
    }

    mutating func appendLiteral(_ literal: StaticString) { text += literal.description }

    mutating func appendInterpolation(_ html: HTML) { text += html.text }

    /// As ``Escaping/visible(_:)`` shows it.
    mutating func appendInterpolation(_ bytes: [UInt8]) {
      HTML.escape(Escaping.visible(bytes), into: &text)
    }

    /// As ``Escaping/visible(_:)`` shows it.
    mutating func appendInterpolation(_ untrusted: String) {
      HTML.escape(Escaping.visible(untrusted), into: &text)
    }

    mutating func appendInterpolation(_ number: Int) { text += String(number) }
  }

  private(set) var text: String

  init(stringLiteral: StaticString) { text = stringLiteral.description }

  init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

  static func += (html: inout HTML, other: HTML) { html.text += other.text }

  private static func escape(_ visible: String, into text: inout String) {
    for scalar in visible.unicodeScalars {
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      case "'": text += "&#39;"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}

extension Sequence<HTML> {
  func joined(separator: HTML = "") -> HTML {
    var all: HTML = ""
    for (index, part) in enumerated() {
      if index > 0 { all += separator }
      all += part
    }
    return all
  }
}

extension HTML {
  /// `1 file`, `12,345 files`.
  static func count(_ number: Int, _ one: StaticString, _ many: StaticString) -> HTML {
    "\(grouped(number)) \(HTML(stringLiteral: number == 1 ? one : many))"
  }

  /// `12,345`
  static func grouped(_ number: Int) -> HTML {
    var digits = ""
    for (index, digit) in String(number.magnitude).reversed().enumerated() {
      if index > 0, index % 3 == 0 { digits.append(",") }
      digits.append(digit)
    }
    return "\(String(digits.reversed()))"
  }
}
