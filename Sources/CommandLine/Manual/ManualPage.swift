internal import Findings

/// lazaret(1), made from the tables that the help is made of.
enum ManualPage {
  static func text(_ commands: [Command]) -> String {
    let parts = [
      heading, synopsis, description, commands.map(account).joined(), verdicts, exitStatuses, environment,
      files, examples, seeAlso,
    ]
    return parts.joined()
  }

  private static let heading =
    ".\\\" Made by 'lazaret manual'.\n.TH LAZARET 1 \"\" \"lazaret \(Engine.version)\" \"Lazaret\"\n"
    + Roff.section("NAME")
    + "lazaret \\- examine machine\\-learning model files before anything loads them\n"

  private static let synopsis =
    Roff.section("SYNOPSIS") + "\(Roff.bold("lazaret")) \(Roff.slanted("COMMAND"))"
    + " [\(Roff.slanted("OPTIONS"))] [\(Roff.slanted("OPERANDS"))]\n"

  private static let description =
    Roff.section("DESCRIPTION") + Roff.paragraph(HelpText.purpose) + ".PP\n"
    + Roff.paragraph(
      "Flags may stand anywhere after the command, as '--name value' or '--name=value'; '--' ends them. The last of "
        + "several counts. Every command has -h and --help.")
    + Roff.section("COMMANDS")

  private static func account(of command: Command) -> String {
    let words = ["lazaret", command.name, command.operands].filter { !$0.isEmpty }
    var text = Roff.subsection(words.joined(separator: " "))
    text += Roff.paragraph(command.summary)
    for part in command.discussion { text += ".PP\n" + Roff.paragraph(part) }
    for flag in command.flags {
      let short = flag.short.map { "-\($0), " } ?? ""
      let help = [flag.help, flag.detail].filter { !$0.isEmpty }.joined(separator: " ")
      text += Roff.term("\(short)--\(flag.name)", variable: flag.value, help)
    }
    return text
  }

  private static let verdicts =
    Roff.section("VERDICTS") + Verdict.allCases.map { Roff.term($0.name, $0.meaning) }.joined()

  private static let exitStatuses =
    Roff.section("EXIT STATUS") + Roff.paragraph("It is \(ExitStatus.order):")
    + ExitStatus.allCases.map { Roff.term("\($0.rawValue)", $0.meaning) }.joined()

  private static let environment =
    Roff.section("ENVIRONMENT")
    + [
      ("LAZARET_POLICIES", "The policy folder, where --policies does not name one."),
      ("LAZARET_WORKER", "The program that reads files, where it is not beside this one."),
      ("LAZARET_SOCKET", "The daemon to ask, where --socket does not name one."),
      ("XDG_STATE_HOME", "Where the verdict store is kept; ~/.local/state where it is not set."),
      ("XDG_RUNTIME_DIR", "Where a daemon of the user's own listens."),
      ("HOME", "Where the verdict store is kept without XDG_STATE_HOME."),
      ("NO_COLOR, TERM", "No colour where NO_COLOR is not empty or TERM is dumb."),
    ].map { Roff.term($0.0, $0.1) }.joined()

  private static let files =
    Roff.section("FILES")
    + [
      ("~/.local/state/lazaret/verdicts.db", "The verdict store."),
      ("../share/lazaret/policies", "Beside the folder of the program: the policies."),
      ("waivers.json", "In the policy folder: what may be used in spite of its verdict."),
      ("/run/lazaret/lazaretd.sock", "Where the daemon of the system listens."),
    ].map { Roff.term($0.0, $0.1) }.joined()

  private static let examples =
    Roff.section("EXAMPLES")
    + [
      ("Everything below a folder:", "lazaret scan models"),
      ("A gate of a script:", "lazaret gate model.safetensors && python serve.py"),
      ("For code scanning:", "lazaret scan --format sarif . > lazaret.sarif"),
      ("Into a folder that only admitted models enter:", "lazaret admit download models/new"),
      (
        "Many files, to be gone on with where it was stopped:",
        "find downloads -type f -print0 | lazaret batch -0 --results results.jsonl"
      ),
    ].map { Roff.paragraph($0.0) + Roff.example($0.1) }.joined(separator: ".PP\n")

  private static let seeAlso =
    Roff.section("SEE ALSO") + Roff.paragraph("'lazaretd --help' for the daemon.")
}
