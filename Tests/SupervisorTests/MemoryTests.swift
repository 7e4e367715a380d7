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
    guard Proof.isWhole else { return try MeasuredWorkers(LoadedPolicy(StandIn.bundle())) }
    // What users run, with all lists: a debug worker needs more, and takes a minute for a bomb.
    return try MeasuredWorkers(
      LoadedPolicy(PolicyFolder(Repository.root + "/policies")),
      program: Repository.root + "/.build/release/lazaret-worker")
  }

  @Test func `bombs stay within the memory that a worker may have, and none is allowed`() throws {
    // In the whole form more than may be held in memory.
    let bombs = MemoryBomb.packed(Proof.extent(1, whole: 40)) + MemoryBomb.claims
    let peaks = try Self.peaks(bombs) { run in run.outcome != .finished || run.report.verdict != .allow }
    try Proof.record("\(peaks)")
  }

  @Test func `files that are long, deep or of many parts stay within the memory that a worker may have`()
    throws
  {
    let peaks = try Self.peaks(MemoryBomb.long(Proof.extent(2_000, whole: 1 << 19))) { _ in true }
    try Proof.record("\(peaks)")
  }

  private static func peaks(
    _ bombs: [MemoryBomb], _ isRight: (MeasuredWorkers.Run) -> Bool
  ) throws -> Peaks {
    let workers = try workers()
    var peaks = Peaks()
    for bomb in bombs {
      let run = try workers.examine(try .file(bomb.bytes))
      peaks.add(run, bomb.description, under: workers.policy)
      #expect(isRight(run), "\(bomb)")
    }
    #expect(peaks.worst.peakKiB <= goalKiB, "\(peaks)")
    return peaks
  }
}

/// What the workers needed that needed most.
struct Peaks: CustomStringConvertible {
  private var runs: [(name: String, peakKiB: Int)] = []

  var worst: (name: String, peakKiB: Int) { runs.max { $0.peakKiB < $1.peakKiB } ?? ("nothing", 0) }

  mutating func add(_ run: MeasuredWorkers.Run, _ name: String, under policy: PolicySet) {
    if Proof.isWhole { print("\(name): \(run.peakKiB) KiB, \(Int(run.milliseconds)) ms, \(run.outcome)") }
    #expect(run.peakKiB > 0, "\(name)")
    #expect(run.peakKiB << 10 <= policy.limits.memoryBytes, "\(name)")
    runs.append((name, run.peakKiB))
  }

  var description: String {
    "\(runs.count) files: at most \(worst.peakKiB / 1024) MiB in a worker (\(worst.name))"
  }
}
