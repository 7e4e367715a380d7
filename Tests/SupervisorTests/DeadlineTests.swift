import Findings
import Glibc
import Linux
import TestSupport
import Testing

@testable import Supervisor

/// How long an examination takes that would never end by itself.
@Suite struct DeadlineTests {
  /// Rounds of all the ways in which a worker can go on for ever.
  private static let rounds = Proof.extent(1, whole: 12)
  /// What may pass after a deadline; on a busy machine nothing can be said of it.
  private static let patience = Proof.extent(20_000.0, whole: 100)

  /// For ever asleep, at work, without a connection, stopped, deaf to every signal, waiting for what nobody writes, or
  /// reporting without an end.
  private static let words = ["sleep", "spin", "close", "stop", "deaf", "blocked", "trickle"]
  /// What a confined worker can do of that, and with more memory than is soon given back.
  private static let probes = ["spin", "end-then-spin", "hold-then-spin"]

  @Test func `no examination outlives its deadline, whatever the worker does`() throws {
    let standIn = try StandIn.supervisor(wallSeconds: 1)
    let confined = try Supervisor(
      SupervisorConfiguration(
        workerPath: Repository.program("ProbeWorker"), bundle: try StandIn.bundle(wallSeconds: 1),
        idleWorkers: 1))
    var overshoot = Overshoot()
    for _ in 0..<Self.rounds {
      for word in Self.words { overshoot.add(standIn.examine(try .file(word)), word) }
      for probe in Self.probes { overshoot.add(confined.examine(try .file(probe)), probe) }
      overshoot.add(confined.examine(try Self.endless()), "a file too large to be digested in that time")
      overshoot.add(try Self.stopping(confined), "stopped from outside")
    }
    #expect(overshoot.worst < Self.patience, "\(overshoot.worstWord): \(overshoot.worst) ms")
    #expect(standIn.examine(try .file("allow")).verdict == .allow)
    try Proof.record(
      "\(overshoot.count) examinations that would never end: at most \(Int(overshoot.worst.rounded(.up))) ms after the deadline of 1 s (\(overshoot.worstWord))"
    )
  }

  /// A file of holes, far too large to be read.
  private static func endless() throws -> FileDescriptor {
    let file = try FileDescriptor.memory(name: "test")
    try file.write(Array("spin ".utf8))
    #expect(ftruncate(file.number, 1 << 42) == 0)
    return try file.reopenedReadOnly()
  }

  /// Has a confined worker stopped by SIGSTOP while it works.
  private static func stopping(_ supervisor: Supervisor) throws -> Examination {
    let zygote = try #require(supervisor.zygoteProcess)
    // The first of the idle workers is the one that gets the job.
    let worker = try FileDescriptor.process(
      try #require(try ProcessTable().leaves(below: zygote).map(\.id).min()))
    let stopper = try Thread(name: "stopper") { [worker] in
      usleep(300_000)
      do { try worker.signalProcess(SIGSTOP) } catch { Issue.record("\(error)") }
    }
    let examination = supervisor.examine(try .file("spin"))
    stopper.join()
    return examination
  }
}

/// The examinations that went on longest after their deadline of one second.
private struct Overshoot {
  private(set) var count = 0
  private(set) var worst = 0.0
  private(set) var worstWord = ""

  mutating func add(_ examination: Examination, _ word: String) {
    #expect(examination.outcome == .deadline(seconds: 1), "\(word)")
    #expect(examination.verdict != .allow, "\(word)")
    let after = examination.milliseconds - 1_000
    #expect(after >= 0, "\(word) ended early")
    count += 1
    guard after > worst else { return }
    worst = after
    worstWord = word
  }
}
