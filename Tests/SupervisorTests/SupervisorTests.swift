import Digest
import Findings
import Glibc
import Linux
import Supervisor
import Testing

/// The supervisor against workers that do anything.
@Suite struct SupervisorTests {
  private func examine(_ text: String) throws -> Examination {
    try StandIn.supervisor().examine(try .file(text))
  }

  @Test func `a sound report of a worker that finished is allowed, with everything it rests on`() throws {
    let examination = try examine("allow")
    #expect(examination.verdict == .allow)
    #expect(examination.outcome == .finished)
    #expect(examination.report.formats == ["text"])
    #expect(try examination.sha256 == SHA256.hexadecimal(of: Array("allow".utf8)))
    #expect(examination.size == 5)
    #expect(examination.sandbox.layers.contains("landlock:7"))
    #expect(examination.sandbox.layers.last == "deadline")
    #expect(examination.sandbox.missing == [])
    #expect(examination.sandbox.filter.hasPrefix("sha256:"))
    #expect(examination.policy.hasPrefix("sha256:"))
  }

  struct Case: Sendable, CustomStringConvertible {
    let description: String
    let outcome: WorkerOutcome
    var verdict = Verdict.incomplete
  }

  static let cases = [
    Case(description: "silent", outcome: .exited(status: 0)),
    Case(description: "exit 3", outcome: .exited(status: 3)),
    Case(description: "signal 11", outcome: .crashed(signal: 11)),
    Case(description: "signal 6", outcome: .crashed(signal: 6)),
    Case(description: "signal 9", outcome: .crashed(signal: 9)),
    Case(description: "signal 24", outcome: .processorTime(seconds: 120)),
    Case(description: "signal 31", outcome: .violation(systemCall: nil), verdict: .deny),
    Case(
      description: "zygote", outcome: .unavailable("the process that holds the workers was lost")),
  ]

  @Test(arguments: cases) func `an end without a right report is classified`(_ example: Case) throws {
    let examination = try examine(example.description)
    #expect(examination.outcome == example.outcome)
    #expect(examination.verdict == example.verdict)
    #expect(examination.sha256 != nil, "the digest does not depend on the worker")
  }

  @Test(arguments: [
    "garbage", "oversize", "flood", "noise", "again", "totals", "severity", "descriptor",
  ])
  func `a worker that breaks the protocol is killed and denies its file`(word: String) throws {
    let examination = try examine(word)
    guard case .protocolError = examination.outcome else {
      Issue.record("\(examination.outcome)")
      return
    }
    #expect(examination.verdict == .deny)
    #expect(examination.report.findings.last?.rule == .sandboxProtocolError)
  }

  @Test func `after the zygote was lost the next file gets a new one`() throws {
    let supervisor = try StandIn.supervisor()
    for _ in 0..<3 {
      #expect(supervisor.examine(try .file("zygote")).verdict == .incomplete)
      #expect(supervisor.examine(try .file("allow")).verdict == .allow)
    }
  }

  @Test func `what is no regular file is not examined`() throws {
    let supervisor = try StandIn.supervisor()
    for path in ["/dev/null", "/"] {
      let examination = supervisor.examine(try .open(path))
      #expect(examination.verdict == .incomplete, "\(path)")
      #expect(examination.sha256 == nil, "\(path)")
    }
  }

  @Test func `a file that is open for writing is handed on for reading only`() throws {
    let file = try FileDescriptor.memory(name: "test")
    try file.write(Array("allow".utf8))
    #expect(try StandIn.supervisor().examine(file).verdict == .allow)
  }

  @Test func `a program that is no worker is an error at the start`() throws {
    for path in ["/bin/true", "/nonexistent", "/dev/null"] {
      #expect(throws: SupervisorError.self, "\(path)") {
        _ = try Supervisor(
          SupervisorConfiguration(workerPath: path, bundle: try StandIn.bundle(), idleWorkers: 1))
      }
    }
  }

  @Test func `a file that grows, shrinks or is written during the examination is not allowed`() throws {
    let supervisor = try StandIn.supervisor()
    let changes: [@Sendable (Int32) -> Int] = [
      { unsafe pwrite($0, "x", 1, 100) }, { Int(ftruncate($0, 3)) }, { unsafe pwrite($0, "x", 1, 20) },
    ]
    for change in changes {
      let file = try FileDescriptor.memory(name: "test")
      try file.write(Array("slow 300000 and some more".utf8))
      let number = file.number
      let thread = try Thread(name: "writer") {
        usleep(100_000)
        #expect(change(number) >= 0)
      }
      let examination = supervisor.examine(file)
      thread.join()
      #expect(examination.verdict == .incomplete)
      #expect(examination.report.coverage.gaps.contains { $0.reason.contains("changed") })
    }
  }
}
