import Findings
import Testing

@testable import CommandLine

struct ArgumentParserTests {
  private static func parse(_ line: String) throws -> (command: String, invocation: Invocation) {
    let arguments = line.split(separator: " ").map { Array($0.utf8) }
    guard
      case .run(let command, let invocation) = try ArgumentParser.parse(
        arguments, commands: CommandTable.all)
    else {
      throw UsageError("not a command")
    }
    return (command.name, invocation)
  }

  private static func options(_ change: (inout Options) -> Void) -> Options {
    var options = Options()
    change(&options)
    return options
  }

  @Test func `what nobody says holds`() throws {
    let (command, invocation) = try Self.parse("scan a b")
    #expect(command == "scan")
    #expect(invocation.options == Options())
    #expect(invocation.operands == [Array("a".utf8), Array("b".utf8)])
  }

  static let understood: [(String, Options)] = [
    ("scan --format json a", options { $0.format = .json }),
    ("scan --format=jsonl a", options { $0.format = .jsonl }),
    ("scan a --format text --format json", options { $0.format = .json }),
    ("scan --color never a", options { $0.color = .never }),
    ("scan --fail-on deny a", options { $0.failOn = .deny }),
    ("scan --store s.db a", options { $0.store = "s.db" }),
    ("scan --no-store a", options { $0.usesStore = false }),
    (
      "scan --no-store --store s a",
      options {
        $0.store = "s"
        $0.usesStore = true
      }
    ),
    ("gate --no-cache a", options { $0.usesCache = false }),
    ("gate --policies p a", options { $0.policies = "p" }),
    ("scan --workers 256 a", options { $0.workers = 256 }),
    ("scan --quiet a", options { $0.isQuiet = true }),
    (
      "store list --verdict deny --limit 5",
      options {
        $0.verdict = .deny; $0.limit = 5
      }
    ),
    ("scan --store=a=b x", options { $0.store = "a=b" }),
  ]

  @Test(arguments: understood.indices)
  func `each flag says what the table says`(index: Int) throws {
    let (line, expected) = Self.understood[index]
    #expect(try Self.parse(line).invocation.options == expected, "\(line)")
  }

  @Test(arguments: [
    ("scan", "'scan' needs PATH..."), ("gate a b", "'gate' takes only PATH"),
    ("store verify x", "'store verify' takes no operands"),
    ("store", "'store' is followed by one of: list, show, verify, export"),
    ("store x", "'store' is followed by one of: list, show, verify, export"),
    ("policy", "'policy' is followed by one of: check, compile, digest"),
    ("sacn x", "there is no command 'sacn'"),
    ("--quiet scan x", "a command comes first, not '--quiet'"),
    ("scan --nonsense a", "'scan' has no flag '--nonsense'"), ("scan -q a", "'scan' has no flag '-q'"),
    ("gate --fail-on deny a", "'gate' has no flag '--fail-on'"),
    ("scan --quiet=yes a", "--quiet takes no value"),
    ("scan a --format", "--format needs a value"),
    ("scan --format xml a", "--format is one of text, json, jsonl, sarif, junit, html, not 'xml'"),
    ("store list --format sarif", "--format is one of text, json, jsonl, not 'sarif'"),
    ("rules --format jsonl", "--format is one of text, json, not 'jsonl'"),
    ("scan --fail-on allow a", "--fail-on is one of review, deny, not 'allow'"),
    ("scan --workers 0 a", "--workers is a number from 1 to 256, not '0'"),
    ("scan --workers 257 a", "--workers is a number from 1 to 256, not '257'"),
    ("scan --workers two a", "--workers is a number from 1 to 256, not 'two'"),
    ("scan --store= a", "--store needs a value"),
    ("store list --verdict clean", "--verdict is allow, review, incomplete or deny, not 'clean'"),
  ])
  func `what cannot be meant is refused with the reason`(line: String, message: String) {
    let error = #expect(throws: UsageError.self) { try Self.parse(line) }
    #expect(error?.message == message)
  }

  @Test func `after two dashes everything is a path, and one dash is a path too`() throws {
    let arguments = ["scan", "-", "--", "--format", "-h"].map { Array($0.utf8) }
    guard case .run(_, let invocation) = try ArgumentParser.parse(arguments, commands: CommandTable.all)
    else {
      Issue.record("not a command")
      return
    }
    #expect(invocation.operands == [Array("-".utf8), Array("--format".utf8), Array("-h".utf8)])
  }

  @Test func `paths keep bytes that are no text, and values refuse them`() throws {
    let odd: [UInt8] = [0xFF, 0x0A]
    guard
      case .run(_, let invocation) = try ArgumentParser.parse(
        [Array("gate".utf8), odd], commands: CommandTable.all)
    else {
      Issue.record("not a command")
      return
    }
    #expect(invocation.operands == [odd])
    let error = #expect(throws: UsageError.self) {
      try ArgumentParser.parse(
        [Array("gate".utf8), Array("--store".utf8), odd, odd], commands: CommandTable.all)
    }
    #expect(error?.message == "the value of --store is not UTF-8: '\\xFF\\n'")
  }

  @Test func `usage errors end with 2 and point to the command's help`() {
    let host = TestHost()
    #expect(host.run("scan", "--nonsense") == .failed)
    #expect(host.errors == "lazaret: 'scan' has no flag '--nonsense'\nTry 'lazaret scan --help'.\n")
    #expect(host.output == "")
  }

  @Test func `no command at all is a failure that shows the help`() {
    let host = TestHost()
    #expect(host.run() == .failed)
    #expect(host.errors.hasPrefix("Usage: lazaret COMMAND"))
  }

  @Test func `no command's words begin another's`() {
    for command in CommandTable.all {
      let others = CommandTable.all.filter {
        $0.name != command.name && $0.words.starts(with: command.words)
      }
      #expect(others.map(\.name) == [])
    }
  }
}
