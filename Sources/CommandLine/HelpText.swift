internal import Findings

/// Help, made from the tables alone.
enum HelpText {
  private static let width = 96
  /// Where the explanations begin.
  private static let column = 32

  static let version = "lazaret \(Engine.version)\n"

  static let purpose =
    "Examines machine-learning model files before anything loads them, each in a process that can do nothing "
    + "but read that one file."

  /// The program's own help.
  static func program(_ commands: [Command], isLong: Bool) -> String {
    var text = """
      Usage: lazaret COMMAND [OPTIONS] [OPERANDS]

      \(paragraph(purpose))
      Commands:

      """
    for command in commands {
      text += row(
        [command.name, command.operands].filter { !$0.isEmpty }.joined(separator: " "), command.summary)
    }
    text += "\n" + exitStatuses
    text += "\n'lazaret COMMAND --help' explains a command; 'lazaret --version' prints the version.\n"
    guard isLong else { return text }
    return text + "\n" + verdicts
  }

  /// A command's help: each flag in a line, or with its details.
  static func command(_ command: Command, isLong: Bool) -> String {
    let words = ["lazaret", command.name, "[OPTIONS]", command.operands].filter { !$0.isEmpty }
    var text = "Usage: \(words.joined(separator: " "))\n\n"
    text += paragraph(command.summary)
    for part in command.discussion where isLong { text += "\n" + paragraph(part) }
    text += "\nOptions:\n"
    for flag in command.flags {
      let short = flag.short.map { "-\($0), " } ?? ""
      let name = short + "--" + [flag.name, flag.value].compactMap { $0 }.joined(separator: " ")
      text += row(name, isLong && !flag.detail.isEmpty ? "\(flag.help) \(flag.detail)" : flag.help)
    }
    text += row("-h, --help", "Print this; --help with more detail.")
    return isLong ? text + "\n" + exitStatuses : text
  }

  private static let exitStatuses =
    "Exit status, \(ExitStatus.order):\n"
    + ExitStatus.allCases.map { row("\($0.rawValue)", $0.meaning) }.joined()

  private static let verdicts =
    "Verdicts, the best first:\n" + Verdict.allCases.map { row($0.name, $0.meaning) }.joined()

  /// A name, and its explanation beside it; below it where the name is too long.
  private static func row(_ name: String, _ explanation: String) -> String {
    let indent = String(repeating: " ", count: column)
    let lines = wrapped(explanation, width: width - column)
    let head = "  " + name
    let start =
      head.count <= column - 2
      ? head + String(repeating: " ", count: column - head.count) : head + "\n" + indent
    return start + lines.joined(separator: "\n" + indent) + "\n"
  }

  private static func paragraph(_ text: String) -> String {
    wrapped(text, width: width).joined(separator: "\n") + "\n"
  }

  /// Lines of at most `width` characters, broken at spaces.
  static func wrapped(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return line.isEmpty ? lines : lines + [line]
  }
}

extension Verdict {
  /// What it says, for people.
  var meaning: String {
    switch self {
    case .allow: "Examined completely; every construct is known to be safe."
    case .review: "Examined completely; holds something that nobody has judged yet. A person decides."
    case .incomplete: "Could not be examined completely. Never quietly clean."
    case .deny: "Holds a known-dangerous construct, or an attack on the scanner or the loader."
    }
  }
}
