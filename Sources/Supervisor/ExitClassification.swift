internal import ByteParsing
internal import Findings
internal import Linux
internal import Wire

/// Everything the supervisor saw of one worker's end, as a value.
struct WorkerEnd: Equatable, Sendable {
  /// What the zygote says of the exit; nil where the zygote was lost before it could.
  var status: StatusRecord?
  /// The call that the kernel asked about, by name where it has one.
  var violation: String?
  /// The first message that was refused.
  var protocolError: WireError?
  /// Whether the worker was killed because its time was over.
  var deadlinePassed = false
  /// Whether the end of the report came and agreed with the rest.
  var reportComplete = false
  /// Whether the worker had its job: before that, its end says nothing of the file.
  var jobSent = false
  /// What failed on this side, so that nothing is known of the worker's end.
  var loss: String?

  /// How the worker ended. What the supervisor saw first and killed for wins over the signal it killed with;
  /// of a worker that died by itself the signal decides, and a complete report excuses no signal.
  func classified(under limits: Limits) -> WorkerOutcome {
    guard jobSent else { return .unavailable("a worker was lost before it had the file\(lossDetail)") }
    if let violation { return .violation(systemCall: violation) }
    if let protocolError { return .protocolError(protocolError.reason) }
    if deadlinePassed { return .deadline(seconds: limits.wallSeconds) }
    if let loss { return .unavailable(loss) }
    guard let status else { return .unavailable("the process that holds the workers was lost") }
    switch ProcessEnd(waitStatus: status.waitStatus) {
    // Zero itself: other bits beside an exit code of 0 are nothing that wait(2) gives.
    case .exited(0) where reportComplete && status.waitStatus == 0: return .finished
    case .exited(let code): return .exited(status: code)
    case .killed(let signal): return outcome(ofSignal: signal, status, limits)
    }
  }

  /// What is known of the end of a worker that never had its job.
  private var lossDetail: String {
    if let violation { return ": it asked for the system call \(violation)" }
    if let protocolError { return ": \(protocolError)" }
    if let loss { return ": \(loss)" }
    guard let status else { return "" }
    switch ProcessEnd(waitStatus: status.waitStatus) {
    case .exited(let code): return ": it exited with status \(code)"
    case .killed(let signal): return ": it died of \(Signal.name(signal))"
    }
  }

  private func outcome(
    ofSignal signal: Int32, _ status: StatusRecord, _ limits: Limits
  ) -> WorkerOutcome {
    switch signal {
    case Signal.badSystemCall:
      // The kernel killed it, or no listener was there to say which call it was.
      return .violation(systemCall: nil)
    case Signal.processorTime:
      return .processorTime(seconds: limits.cpuSeconds)
    case Signal.kill where status.processorMicroseconds >= limits.cpuMicroseconds:
      // The hard limit, for a process that ignored the soft one.
      return .processorTime(seconds: limits.cpuSeconds)
    case Signal.abort, Signal.illegalInstruction, Signal.trap, Signal.segmentationFault, Signal.busError,
      Signal.kill:
      return status.isMemoryExhausted(under: limits) ? .outOfMemory : .crashed(signal: signal)
    default:
      return .crashed(signal: signal)
    }
  }
}

extension StatusRecord {
  /// Processor time in both modes; the most there is where the sum overflows.
  fileprivate var processorMicroseconds: UInt64 {
    let (sum, overflow) = userMicroseconds.addingReportingOverflow(systemMicroseconds)
    return overflow ? .max : sum
  }

  /// Whether the process held so much that the next allocation is the likely cause of its end. A failed
  /// allocation ends Swift by SIGABRT or SIGILL, like any other fault; but an array that grows doubles, so half
  /// of the limit resident tells the two apart.
  fileprivate func isMemoryExhausted(under limits: Limits) -> Bool {
    residentKiB >= UInt64(clamping: limits.memoryBytes) / 2048
  }
}

extension Limits {
  fileprivate var cpuMicroseconds: UInt64 {
    let (product, overflow) = UInt64(clamping: cpuSeconds).multipliedReportingOverflow(by: 1_000_000)
    return overflow ? .max : product
  }
}
