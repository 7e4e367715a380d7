/// How a worker ended, as a value.
package enum WorkerOutcome: Hashable, Sendable {
  /// It reported its end and exited with status 0.
  case finished
  /// The deadline passed and it was killed.
  case deadline(seconds: Int)
  /// It used more processor time than its role may.
  case processorTime(seconds: Int)
  /// It asked the kernel for something its role may not. The name where the kernel told us.
  case violation(systemCall: String?)
  /// It died of a signal.
  case crashed(signal: Int32)
  /// It could not get memory within its limit.
  case outOfMemory
  /// It sent something malformed, out of order or too much, and was killed.
  case protocolError(String)
  /// It exited with a status other than 0, or before its report was complete.
  case exited(status: Int32)
  /// The confinement could not be built, or the process that holds the workers died.
  case unavailable(String)
}

/// What was true of the sandbox while one artifact was examined.
package struct SandboxEvidence: Hashable, Sendable {
  /// `scan`.
  package var role: String
  /// `sha256:…` of the seccomp programs.
  package var filter: String
  /// The layers that were on: `["seccomp", "landlock:7", "rlimits", "userns"]`.
  package var layers: [String]
  /// Required layers that were not on. Not empty means that no `allow` can follow.
  package var missing: [String]
  /// The release of the kernel: `6.18.44`.
  package var kernel: String

  package init(
    role: String, filter: String = "", layers: [String] = [], missing: [String] = [],
    kernel: String = ""
  ) {
    self.role = role
    self.filter = filter
    self.layers = layers
    self.missing = missing
    self.kernel = kernel
  }
}

/// The judgement of one artifact, with everything it rests on.
package struct Examination: Equatable, Sendable {
  /// SHA-256 in lowercase hexadecimal, made outside the worker; nil where the file could not be read.
  package var sha256: String?
  /// Bytes.
  package var size: Int
  package var report: Report
  package var outcome: WorkerOutcome
  package var sandbox: SandboxEvidence
  /// `sha256:…` of the policy set.
  package var policy: String
  package var engine: String
  package var milliseconds: Double
  /// Whether nothing but the bytes, the policy and the engine had a part in the end: no deadline, crash, lost
  /// layer or change of the file. Only then may the store answer for the same bytes again.
  package var repeatable: Bool
  /// Whether the answer came from the store.
  package var cached: Bool
  /// The judgement; `allow` needs everything above to be right.
  package var verdict: Verdict

  package init(
    sha256: String?, size: Int, report: Report, outcome: WorkerOutcome, sandbox: SandboxEvidence,
    policy: String, engine: String, milliseconds: Double, repeatable: Bool = false,
    cached: Bool = false, verdict: Verdict
  ) {
    self.sha256 = sha256
    self.size = size
    self.report = report
    self.outcome = outcome
    self.sandbox = sandbox
    self.policy = policy
    self.engine = engine
    self.milliseconds = milliseconds
    self.repeatable = repeatable
    self.cached = cached
    self.verdict = verdict
  }
}

/// The engine: what a verdict was made with.
package enum Engine {
  /// Part of every verdict and of the store's cache key. Changes with every change of judgement.
  package static let version = "0.8.0"
}
