import ByteParsing
import Findings
import Linux
import Policy
import Sandbox
import TestSupport
import Wire

@testable import Supervisor

/// Real workers, driven as the supervisor drives them, of which is known what they used.
struct MeasuredWorkers: ~Copyable {
  struct Run {
    let outcome: WorkerOutcome
    let report: Report
    /// The most memory that the worker had at one time.
    let peakKiB: Int
    let milliseconds: Double
  }

  let policy: PolicySet
  private let zygote: Zygote

  init(_ loaded: LoadedPolicy, program: String = Repository.program("lazaret-worker")) throws {
    policy = loaded.policy
    let filters = try SeccompCompiler.compile(policy.seccomp).encoded()
    let files = ZygoteFiles(
      policy: try .sealedMemory(loaded.bundle.encoded(), name: "policy"), globals: loaded.table.memory,
      filters: try .sealedMemory(filters, name: "filters"))
    zygote = try Zygote(program: program, files: files, idleWorkers: 1)
  }

  func examine(_ file: borrowing FileDescriptor) throws -> Run {
    let start = MonotonicClock.nanoseconds
    let size = try file.identity().size
    var session = WorkerSession(
      try zygote.takeWorker(), job: Job(inputSize: size), limits: policy.limits,
      deadline: start + UInt64(policy.limits.wallSeconds) * 1_000_000_000)
    var digest = FileDigest(size: size)
    session.run(file, hashing: &digest)
    return Run(
      outcome: session.end.classified(under: policy.limits), report: session.report,
      peakKiB: Int(clamping: session.end.status?.residentKiB ?? 0),
      milliseconds: Double(MonotonicClock.nanoseconds - start) / 1e6)
  }
}
