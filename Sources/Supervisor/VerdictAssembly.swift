internal import Findings
internal import Linux
internal import Policy
internal import Wire

/// Everything a verdict rests on besides the policy, as a value.
struct VerdictAssembly: Equatable, Sendable {
  /// What the worker reported, as far as it came.
  var report: Report
  var outcome: WorkerOutcome
  /// Required layers that were off, and why.
  var missingLayers: [MissingLayer] = []
  /// Why there is no digest; nil where there is one.
  var digestFailure: String?
  /// Whether the file was another one after the examination than before it.
  var fileChanged = false
  /// Whether nobody else could write the file meanwhile: then what was examined is what the digest is of.
  var isHeld = true
  /// What a worker may have of memory, in bytes.
  var memoryLimit = 0

  /// Whether the same bytes would end the same again: nothing but what they hold had a part in it.
  var isRepeatable: Bool {
    outcome == .finished && missingLayers.isEmpty && digestFailure == nil && !fileChanged && isHeld
  }

  /// The report with what the supervisor has to add, and the judgement of it.
  ///
  /// `allow` follows from one combination only: a complete report without findings or gaps, a worker that
  /// finished, a digest, an unchanged file and every required layer. Each departure adds a finding or a gap,
  /// so that the report alone shows why.
  func judged(under policy: ScanPolicy) -> (report: Report, verdict: Verdict) {
    var report = report
    if let trouble = outcome.trouble(memoryLimit: memoryLimit) {
      report.record(
        Finding(trouble.rule, at: Location(), detail: trouble.detail, evidence: trouble.evidence))
      report.record(Gap(at: Location(), reason: "not examined to its end: \(trouble.detail)"))
      report.coverage.finished = false
    }
    for missing in missingLayers {
      report.record(
        Finding(
          .layerMissing, at: Location(), detail: "The layer \(missing.layer) was off: \(missing.reason).",
          evidence: missing.layer))
    }
    if let digestFailure {
      report.record(Gap(at: Location(), reason: "its digest could not be made: \(digestFailure)"))
    }
    if fileChanged {
      report.record(Gap(at: Location(), reason: "changed while it was examined"))
    }
    return (report, policy.verdict(of: report))
  }
}

extension WorkerOutcome {
  /// The rule, the sentence and the evidence for a worker that did not finish; nil for one that did.
  fileprivate func trouble(memoryLimit: Int) -> (rule: Rule, detail: String, evidence: String)? {
    switch self {
    case .finished: nil
    case .deadline(let seconds):
      (.limitReached, "The examination was ended after its limit of \(seconds) s by the clock.", "")
    case .processorTime(let seconds):
      (.limitReached, "The examination was ended after its limit of \(seconds) s of processor time.", "")
    case .outOfMemory:
      (
        .limitReached,
        "The examination was ended when it reached its limit of \(memoryLimit) bytes of memory.",
        ""
      )
    case .violation(let systemCall?):
      (.sandboxViolation, "The examining process asked for the system call \(systemCall).", systemCall)
    case .violation(nil):
      (.sandboxViolation, "The kernel killed the examining process for a forbidden system call.", "SIGSYS")
    case .crashed(let signal):
      (.workerCrashed, "The examining process died of \(Signal.name(signal)).", Signal.name(signal))
    case .protocolError(let reason):
      (.sandboxProtocolError, "The examining process broke the protocol: \(reason).", "")
    case .exited(let status):
      (
        .workerExited, "The examining process exited with status \(status) and without a complete report.",
        ""
      )
    case .unavailable(let reason):
      (.sandboxUnavailable, "No confined process examined the file: \(reason).", "")
    }
  }
}
