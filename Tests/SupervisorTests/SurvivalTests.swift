import Findings
import Glibc
import Linux
import TestSupport
import Testing

@testable import Supervisor

/// What the supervisor survives. Each test runs in a process of its own, so that what is open and what runs in
/// it is the supervisor's alone.
@Suite struct SurvivalTests {
  @Test func `workers killed at random instants never allow, and leave nothing behind`() async {
    await #expect(processExitsWith: .success) {
      try killAtRandom(program: "StandInWorker", file: try .file("slow 3000"))
    }
  }

  @Test func `a zygote killed at random instants never allows what it did not finish`() async {
    await #expect(processExitsWith: .success) {
      var random = SeededRandom(seed: 4)
      let supervisor = try StandIn.supervisor()
      let file = try FileDescriptor.file("slow 3000")
      let before = try ProcessTable.openDescriptors()
      for _ in 0..<50 {
        guard let zygote = supervisor.zygoteProcess else { continue }
        let delay = UInt32.random(in: 0...6_000, using: &random)
        let killer = try Thread(name: "killer") {
          usleep(delay)
          kill(zygote, SIGKILL)
        }
        expectConsistent(supervisor.examine(file))
        killer.join()
      }
      // The last kill may still be under way.
      try #require((0..<9).contains { _ in supervisor.examine(file).verdict == .allow })
      #expect(try ProcessTable.openDescriptors() == before)
    }
  }

  @Test func `many threads at once get the report that one gets`() async {
    await #expect(processExitsWith: .success) {
      let supervisor = try StandIn.supervisor()
      let words = ["allow", "garbage", "exit 3", "signal 11", "slow 2000"]
      let alone = try words.map { Answer(supervisor.examine(try .file($0))) }
      let threads = try (0..<8).map { index in
        Box(
          try Thread(name: "client") {
            for round in 0..<20 {
              let word = (index + round) % words.count
              do {
                #expect(Answer(supervisor.examine(try .file(words[word]))) == alone[word])
              } catch {
                Issue.record("\(error)")
              }
            }
          })
      }
      for thread in threads { thread.value.take()?.join() }
    }
  }
}

/// What must not depend on who else is being served.
private struct Answer: Equatable, Sendable {
  let verdict: Verdict
  let outcome: WorkerOutcome
  let report: Report
  let sha256: String?

  init(_ examination: Examination) {
    verdict = examination.verdict
    outcome = examination.outcome
    report = examination.report
    sha256 = examination.sha256
  }
}

/// A thread in an array.
private final class Box {
  var value: Thread?
  init(_ value: consuming Thread) { self.value = consume value }
}

/// Examines a file that is allowed if it is left alone, until 200 workers were killed at work.
func killAtRandom(program: String, file: borrowing FileDescriptor) throws {
  var random = SeededRandom(seed: 3)
  let supervisor = try Supervisor(
    SupervisorConfiguration(
      workerPath: Repository.program(program), bundle: try StandIn.bundle(), idleWorkers: 1))
  let undisturbed = (0..<9).map { _ in supervisor.examine(file) }
  try #require(undisturbed.allSatisfy { $0.verdict == .allow }, "\(undisturbed[0])")
  let span = UInt32(undisturbed.map(\.milliseconds).sorted()[4] * 1_200)
  let descriptors = try ProcessTable.openDescriptors()
  var killed = 0
  var rounds = 0
  while killed < 200 {
    rounds += 1
    try #require(rounds < 5_000, "only \(killed) kills hit a worker at work, seed \(random.seed)")
    let zygote = try #require(supervisor.zygoteProcess)
    // The first of the idle workers is the one that gets the job.
    let victim = try #require(try ProcessTable().leaves(below: zygote).map(\.id).min())
    let delay = UInt32.random(in: 0...span, using: &random)
    let process = try FileDescriptor.process(victim)
    let killer = try Thread(name: "killer") { [process] in
      usleep(delay)
      do { try process.signalProcess(SIGKILL) } catch { Issue.record("\(error)") }
    }
    let examination = supervisor.examine(file)
    killer.join()
    expectConsistent(examination)
    if examination.outcome == .crashed(signal: SIGKILL) { killed += 1 }
  }
  #expect(try ProcessTable.openDescriptors() == descriptors)
  let left = try ProcessTable().descendants(of: Process.id)
  #expect(!left.contains { $0.state == "Z" }, "\(left)")
  try #require(supervisor.examine(file).verdict == .allow)
}

/// Allowed if and only if everything went well.
func expectConsistent(_ examination: Examination) {
  #expect((examination.verdict == .allow) == (examination.outcome == .finished), "\(examination)")
  if examination.verdict == .allow { #expect(examination.report.coverage.complete, "\(examination)") }
}
