/// Text for man's macros, which groff and mandoc read. man(7), groff_man(7)
enum Roff {
  /// Text inside of a line: no character of it is an instruction.
  static func text(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "\\": escaped += "\\e"
      case "-": escaped += "\\-"
      case "'": escaped += "\\(aq"
      case "`": escaped += "\\(ga"
      case "^": escaped += "\\(ha"
      case "~": escaped += "\\(ti"
      default: escaped.append(character)
      }
    }
    // At the start of a line these begin an instruction.
    return escaped.hasPrefix(".") ? "\\&" + escaped : escaped
  }

  /// Lines of text, which the reader fills.
  static func paragraph(_ text: String) -> String {
    HelpText.wrapped(text, width: 70).map { Roff.text($0) + "\n" }.joined()
  }

  static func section(_ title: String) -> String { ".SH \(title)\n" }

  static func subsection(_ title: String) -> String { ".SS \(text(title))\n" }

  /// A term in bold, its variable part slanted, and its explanation beside it.
  static func term(_ name: String, variable: String? = nil, _ explanation: String) -> String {
    let term = bold(name) + (variable.map { " " + slanted($0) } ?? "")
    return ".TP\n\(term)\n\(paragraph(explanation))"
  }

  static func bold(_ text: String) -> String { "\\fB\(Roff.text(text))\\fR" }

  static func slanted(_ text: String) -> String { "\\fI\(Roff.text(text))\\fR" }

  /// Lines as they are.
  static func example(_ lines: String) -> String {
    let lines = lines.split(separator: "\n", omittingEmptySubsequences: false).map {
      text(String($0)) + "\n"
    }
    return ".PP\n.RS 4\n.nf\n\(lines.joined()).fi\n.RE\n"
  }
}
