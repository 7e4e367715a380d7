internal import Findings
internal import Wire

/// What the daemon's examinations came to, in numbers.
///
/// A counter's name may have a second part after its first colon: which of several it is.
struct Tally: Equatable, Sendable {
  /// The ends of a worker, as they are counted.
  static let ends = [
    "finished", "deadline", "processor-time", "violation", "crashed", "out-of-memory", "protocol-error",
    "exited", "unavailable",
  ]

  private var verdicts: [Verdict: UInt64] = [:]
  private var ends: [String: UInt64] = [:]
  private var examined: UInt64 = 0
  private var microseconds: UInt64 = 0
  /// What was around the last worker that had a file.
  private var sandbox: SandboxEvidence?

  /// Counts one scan, whoever waited for it.
  mutating func count(_ examination: Examination) {
    verdicts[examination.verdict, default: 0] += 1
    guard !examination.cached else { return }
    ends[Self.end(examination.outcome), default: 0] += 1
    examined += 1
    microseconds += UInt64(max(0, examination.milliseconds) * 1_000)
    if !examination.sandbox.layers.isEmpty { sandbox = examination.sandbox }
  }

  var counters: [Counter] {
    var counters: [Counter] = []
    for verdict in Verdict.allCases {
      counters.append(Counter(name: "scans_total:\(verdict.name)", value: verdicts[verdict] ?? 0))
    }
    for end in Self.ends {
      counters.append(Counter(name: "worker_exits_total:\(end)", value: ends[end] ?? 0))
    }
    counters.append(Counter(name: "scan_examined_total", value: examined))
    counters.append(Counter(name: "scan_microseconds_total", value: microseconds))
    for layer in sandbox?.layers ?? [] { counters.append(Counter(name: "layer_active:\(layer)", value: 1)) }
    for layer in sandbox?.missing ?? [] {
      counters.append(Counter(name: "layer_active:\(layer)", value: 0))
    }
    return counters
  }

  private static func end(_ outcome: WorkerOutcome) -> String {
    switch outcome {
    case .finished: "finished"
    case .deadline: "deadline"
    case .processorTime: "processor-time"
    case .violation: "violation"
    case .crashed: "crashed"
    case .outOfMemory: "out-of-memory"
    case .protocolError: "protocol-error"
    case .exited: "exited"
    case .unavailable: "unavailable"
    }
  }
}
