import ByteParsing
import Findings
import Glibc
import Linux
import Policy
import TestSupport
import Testing
import Wire

@testable import Supervisor

/// Workers that say anything, over the real socket, with any end. Each test runs in a process of its own, so that what is open
/// and what runs in it is the supervisor's alone.
@Suite struct HostileWorkerTests {
  @Test
  func `what a worker says at random is refused or believed word for word, and leaves nothing behind`()
    async
  {
    await #expect(processExitsWith: .success) {
      try talkAtRandom(
        sessions: Proof.extent(300, whole: 20_000),
        test: "what a worker says at random is refused or believed word for word, and leaves nothing behind"
      )
    }
  }
}

/// Has workers say random things and end in random ways, and compares what the supervisor makes of it.
private func talkAtRandom(sessions: Int, test: String) throws {
  var random = SeededRandom(seed: 22)
  let supervisor = try StandIn.supervisor()
  let limits = try PolicySet(parsing: StandIn.bundle()).limits
  try #require(supervisor.examine(try .file("allow")).verdict == .allow)
  let descriptors = try ProcessTable.openDescriptors()
  var outcomes: [String: Int] = [:]
  for number in 0..<sessions {
    let script = WorkerScript(using: &random)
    let expected = Expectation(script, limits)
    let examination = supervisor.examine(try .file(script.file))
    outcomes[examination.outcome.name, default: 0] += 1
    if !expected.agrees(with: examination) {
      Issue.record("seed \(random.seed), number \(number): \(expected), but \(examination)")
      return
    }
  }
  #expect(
    Set(["finished", "protocolError", "crashed", "exited"]).isSubset(of: outcomes.keys), "\(outcomes)")
  try #require(supervisor.examine(try .file("allow")).verdict == .allow)
  #expect(try ProcessTable.openDescriptors() == descriptors)
  #expect(!(try ProcessTable().descendants(of: Process.id).contains { $0.state == "Z" }))
  let counts = outcomes.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
  try Proof.record("\(sessions) workers over the real socket: \(counts)", test: test)
}

extension WorkerScript {
  private static let signals = [SIGSEGV, SIGABRT, SIGKILL, SIGTERM, SIGILL, SIGPIPE]

  /// What a worker might say after `ready`, now and then with descriptors, and how it might end.
  fileprivate init(using random: inout SeededRandom) {
    // An empty message is the end of the connection.
    var parts = WorkerConversation(using: &random).messages.dropFirst().filter { !$0.isEmpty }.map {
      Part($0)
    }
    if !parts.isEmpty, Int.random(in: 0..<8, using: &random) == 0 {
      let place = Int.random(in: parts.indices, using: &random)
      let count: UInt8 = [1, 2, 4, 5, 10, 250][Int.random(in: 0..<6, using: &random)]
      parts[place] = Part(parts[place].message, descriptors: count)
    }
    let ending: Ending =
      switch Int.random(in: 0..<10, using: &random) {
      case 0: .exit(UInt8.random(in: 1...63, using: &random))
      case 1: .signal(Self.signals[Int.random(in: Self.signals.indices, using: &random)])
      case 2: .hangUp
      default: .exit(0)
      }
    self.init(parts, ending: ending)
  }
}

/// What has to become of a script.
private struct Expectation: CustomStringConvertible {
  private let report: Report
  private let isRefused: Bool
  private let ending: WorkerScript.Ending

  init(_ script: WorkerScript, _ limits: Limits) {
    var decoder = ReportDecoder(limits: limits)
    var isRefused = false
    do {
      _ = try decoder.handle(WorkerMessage.ready(Layers()).encoded())
      for part in script.parts {
        guard part.descriptors == 0 else { throw WireError("descriptors") }
        _ = try decoder.handle(part.message)
      }
    } catch {
      isRefused = true
    }
    self.isRefused = isRefused
    report = decoder.report
    ending = script.ending
  }

  var description: String { "refused \(isRefused), \(ending), \(report)" }

  func agrees(with examination: Examination) -> Bool {
    guard examination.report.findings.starts(with: report.findings),
      examination.report.formats == report.formats
    else { return false }
    guard !isRefused else {
      if case .protocolError = examination.outcome { return examination.verdict == .deny }
      return false
    }
    switch ending {
    case .signal(let number): return isBad(examination, .crashed(signal: number))
    case .exit(let status) where status > 0: return isBad(examination, .exited(status: Int32(status)))
    case .exit, .hangUp:
      guard report.coverage.finished else { return isBad(examination, .exited(status: 0)) }
      return examination.outcome == .finished && examination.verdict == report.verdict
    }
  }

  private func isBad(_ examination: Examination, _ outcome: WorkerOutcome) -> Bool {
    examination.outcome == outcome && examination.verdict >= .incomplete
  }
}

extension WorkerOutcome {
  /// Its case, without what goes with it.
  fileprivate var name: String { String("\(self)".prefix { $0 != "(" }) }
}
