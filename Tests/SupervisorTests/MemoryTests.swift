import ByteParsing
import Findings
import Linux
import Policy
import TestSupport
import Testing

@testable import Supervisor

/// What workers need for files that are made to need much.
@Suite struct MemoryTests {
  /// What no file's worker needs more of.
  private static let goalKiB = 64 << 10

  private static func workers() throws -> MeasuredWorkers {
    // The lists of libraries take a debug build long to read, unless they are compiled.
    try MeasuredWorkers(
      Proof.isWhole
        ? LoadedPolicy(PolicyFolder(Repository.root + "/policies")) : LoadedPolicy(StandIn.bundle()))
  }

  @Test func `bombs stay within the memory that a worker may have, and none is allowed`() throws {
    let workers = try Self.workers()
    var peaks = Peaks()
    // More than may be held in the whole form.
    for bomb in MemoryBomb.packed(Proof.extent(1, whole: 40)) + MemoryBomb.claims {
      let run = try workers.examine(try .file(bomb.bytes))
      peaks.add(run, bomb.description, under: workers.policy)
      #expect(run.outcome != .finished || run.report.verdict != .allow, "\(bomb)")
    }
    for bomb in MemoryBomb.long(Proof.extent(2_000, whole: 1 << 20)) {
      peaks.add(try workers.examine(try .file(bomb.bytes)), bomb.description, under: workers.policy)
    }
    #expect(peaks.worst.peakKiB <= Self.goalKiB, "\(peaks)")
    try Proof.record("\(peaks)")
  }
}

/// What the workers needed that needed most.
struct Peaks: CustomStringConvertible {
  private var runs: [(name: String, peakKiB: Int)] = []

  var worst: (name: String, peakKiB: Int) { runs.max { $0.peakKiB < $1.peakKiB } ?? ("nothing", 0) }

  mutating func add(_ run: MeasuredWorkers.Run, _ name: String, under policy: PolicySet) {
    print(
      "PEAK \(run.peakKiB) KiB \(Int(run.milliseconds)) ms \(name): \(run.outcome) \(run.report.verdict)")
    #expect(run.peakKiB > 0, "\(name)")
    #expect(run.peakKiB << 10 <= policy.limits.memoryBytes, "\(name)")
    runs.append((name, run.peakKiB))
  }

  var description: String {
    "\(runs.count) files: at most \(worst.peakKiB / 1024) MiB in a worker (\(worst.name))"
  }
}
