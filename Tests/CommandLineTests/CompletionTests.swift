import Testing

@testable import CommandLine

/// Completions and the manual: what the tables have, they have. Shells and readers are asked by `scripts/ci-tests`.
struct CompletionTests {
  private static func output(_ arguments: String...) -> String {
    let host = TestHost()
    #expect(LazaretProgram.run(arguments.map { Array($0.utf8) }, host.host) == .allowed)
    #expect(host.errors == "")
    return host.output
  }

  @Test(arguments: [
    ("PATH...", ValueHint.file), ("SRC DEST", .file), ("[LISTFILE]", .file), ("[SHA256|FILE]", .file),
    ("DIR", .directory), ("KIND ROOT", .directory), ("[DIR]", .directory),
    ("auto|always|never", .choice(["auto", "always", "never"])),
    ("N", .other), ("SHA256", .other), ("", .other), ("TEXT", .other),
  ])
  func `a name says what may stand in its place`(name: String, hint: ValueHint) {
    #expect(ValueHint(name) == hint)
  }

  @Test func `every flag whose value is one of some words proposes what it takes`() throws {
    for command in CommandTable.all {
      for flag in command.flags {
        guard case .choice(let choices) = flag.hint else { continue }
        for choice in choices {
          var options = Options()
          try flag.apply(&options, choice)
        }
      }
    }
  }

  @Test func `a long list of formats names every one`() {
    #expect(Flag.format.hint == .choice(Options.Format.allCases.map(\.rawValue)))
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `completions have every command and every flag`(shell: String) {
    let script = Self.output("completions", shell)
    #expect(script.contains("made by 'lazaret completions \(shell)'"))
    for command in CommandTable.all {
      let lines = Self.part(of: command, in: script, shell)
      #expect(!lines.isEmpty, "\(shell): \(command.name)")
      for flag in command.flags {
        let name = shell == "fish" ? "-l \(flag.name)" : "--\(flag.name)"
        #expect(lines.contains(name), "\(shell): \(command.name) \(flag.name)")
      }
    }
  }

  /// What a script says of one command.
  private static func part(of command: Command, in script: String, _ shell: String) -> String {
    let lines = script.split(separator: "\n").map(String.init)
    switch shell {
    case "bash": return lines.filter { $0.contains("'\(command.name)')") }.joined(separator: "\n")
    case "fish":
      return lines.filter { $0.contains("'__lazaret_in \(command.name)'") }.joined(separator: "\n")
    default:
      let part = lines.drop { !$0.contains("('\(command.name)')") }.prefix { !$0.contains(";;") }
      return part.joined(separator: "\n")
    }
  }

  @Test func `there are completions for no other shell`() {
    let host = TestHost()
    #expect(host.run("completions", "tcsh") == .failed)
    #expect(host.errors.contains("not 'tcsh'"))
  }

  @Test func `quotes of a text end no quotation`() {
    #expect(CompletionWords.quoted("a'b") == "'a'\\''b'")
  }

  @Test func `the manual has the sections of its kind, every command, flag and exit status`() {
    let manual = Self.output("manual")
    let sections = manual.split(separator: "\n").filter { $0.hasPrefix(".SH ") }.map { $0.dropFirst(4) }
    #expect(
      sections == [
        "NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "VERDICTS", "EXIT STATUS", "ENVIRONMENT", "FILES",
        "EXAMPLES", "SEE ALSO",
      ])
    for command in CommandTable.all {
      #expect(manual.contains("\n.SS " + Roff.text("lazaret \(command.name)")))
      for flag in command.flags { #expect(manual.contains(Roff.text("--\(flag.name)"))) }
    }
    for status in ExitStatus.allCases { #expect(manual.contains("\n\\fB\(status.rawValue)\\fR\n")) }
  }

  @Test func `no text of the manual is an instruction`() {
    #expect(Roff.text(".so /etc/passwd") == "\\&.so /etc/passwd")
    #expect(Roff.text("'a' \\fB -0") == "\\(aqa\\(aq \\efB \\-0")
  }
}
