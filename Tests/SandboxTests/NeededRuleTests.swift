import Findings
import Linux
import Policy
import Supervisor
import TestSupport
import Testing

@testable import Sandbox

/// What the rules of workers and of the zygote are for: a rule without which all goes on as before is one too many.
@Suite struct NeededRuleTests {
  private static func policies() throws -> [String: SeccompPolicy] {
    try PolicySet(parsing: try Probing.bundle()).seccomp
  }

  /// Workers under other rules than those of the policy.
  private final class Trial {
    private let filters: FileDescriptor
    private let place: TemporaryDirectory
    private var supervisors: [String: Supervisor] = [:]
    private let bundle: PolicyBundle

    init(_ set: FilterSet, wallSeconds: Int) throws {
      place = try TemporaryDirectory()
      filters = try FileDescriptor.sealedMemory(set.encoded(), name: "filters")
      bundle = try Probing.bundle(.init(wallSeconds: wallSeconds, memoryBytes: 1 << 30))
    }

    /// How a worker of this program ended with this file.
    func end(_ program: String, _ file: borrowing FileDescriptor) -> WorkerOutcome {
      do {
        let known = try supervisors[program] ?? start(program)
        supervisors[program] = known
        return known.examine(file).outcome
      } catch {
        return .unavailable("\(error)")
      }
    }

    private func start(_ program: String) throws -> Supervisor {
      let changed = try place.changed(program, TemporaryDirectory.replacing(6, with: filters))
      return try Supervisor(
        SupervisorConfiguration(workerPath: changed, bundle: bundle, idleWorkers: 1))
    }
  }

  /// Something that a worker does, to the same end each time.
  private struct Work {
    let program: String
    let file: [UInt8]
  }

  private static let work: [Work] =
    ["control", "abort", "free-twice", "trap", "grow", "exhaust"].map {
      Work(program: "ProbeWorker", file: Array($0.utf8))
    } + Seeds.all.flatMap(\.files).map { Work(program: "lazaret-worker", file: $0) }

  /// The filters with other rules for one role.
  private static func filters(
    _ role: String, _ change: ([SeccompPolicy.Rule]) -> [SeccompPolicy.Rule]
  ) throws -> FilterSet {
    var policies = try policies()
    let policy = try #require(policies[role])
    policies[role] = SeccompPolicy(
      file: policy.file, role: role, defaultAction: policy.defaultAction, never: policy.never,
      rules: change(policy.rules))
    let set = try SeccompCompiler.compile(policies)
    guard role == "zygote" else { return set }
    // What the zygote's rules do not name fails, and most of what fails goes unnoticed: here it kills.
    let killing = FilterSet.Role(
      never: set.zygote.never, rules: set.zygote.killing, killing: set.zygote.killing)
    return FilterSet(scan: set.scan, sealing: set.sealing, zygote: killing)
  }

  /// Some of the rules, or all.
  private static func rules(_ role: String) throws -> [SeccompPolicy.Rule] {
    let rules = try #require(try policies()[role]).rules
    return rules.indices.filter { Proof.isWhole || $0.isMultiple(of: 12) }.map { rules[$0] }
  }

  @Test func `without any one of its rules a worker is stopped, and the finding names the call`() throws {
    let whole = try Trial(Self.filters("scan") { $0 }, wallSeconds: 30)
    let rules = try Self.rules("scan")
    // They come before there is anybody to be asked, and nothing answers.
    let early: Set = ["sendmsg", "brk"]
    for rule in rules {
      let trial = try Trial(
        try Self.filters("scan") { $0.filter { $0 != rule } },
        wallSeconds: early.contains(rule.systemCall) ? 3 : 30)
      let needing = try Self.work.first { work in
        switch trial.end(work.program, try Probing.file(bytes: work.file)) {
        case .violation(let name): name == rule.systemCall
        case .unavailable: early.contains(rule.systemCall)
        default: false
        }
      }
      guard let needing else {
        Issue.record("nothing needs the rule for \(rule.systemCall) at line \(rule.line)")
        continue
      }
      let end = whole.end(needing.program, try Probing.file(bytes: needing.file))
      if case .violation = end { Issue.record("with all rules it ends as \(end)") }
    }
    try Proof.record("\(rules.count) rules of a worker, each needed")
  }

  @Test func `without any one of its rules the zygote or its workers are stopped`() throws {
    let whole = try Trial(Self.filters("zygote") { $0 }, wallSeconds: 30)
    let ends = try Self.work.prefix(6).map { whole.end($0.program, try Probing.file(bytes: $0.file)) }
    #expect(!ends.contains(.violation(systemCall: nil)), "with all rules they end as \(ends)")
    let rules = try Self.rules("zygote")
    for rule in rules {
      let trial = try Trial(
        try Self.filters("zygote") { $0.filter { $0 != rule } }, wallSeconds: 30)
      let isNeeded = try zip(Self.work, ends).contains { work, end in
        switch trial.end(work.program, try Probing.file(bytes: work.file)) {
        case .violation(nil): true
        case .unavailable: end == .finished
        default: false
        }
      }
      #expect(isNeeded, "nothing needs the rule for \(rule.systemCall) at line \(rule.line)")
    }
    try Proof.record("\(rules.count) rules of the zygote, each needed")
  }
}
