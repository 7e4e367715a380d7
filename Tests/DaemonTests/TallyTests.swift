import Findings
import Policy
import Testing
import Wire

@testable import Daemon

/// What is counted of examinations.
struct TallyTests {
  private static func examination(
    _ verdict: Verdict, _ outcome: WorkerOutcome, layers: [String] = [], missing: [String] = [],
    cached: Bool = false
  ) -> Examination {
    Examination(
      sha256: nil, size: 0, report: Report(), outcome: outcome,
      sandbox: SandboxEvidence(role: "scan", layers: layers, missing: missing), policy: "", engine: "",
      milliseconds: 1.5, cached: cached, verdict: verdict)
  }

  private static func values(_ tally: Tally) -> [String: UInt64] {
    Dictionary(uniqueKeysWithValues: tally.counters.map { ($0.name, $0.value) })
  }

  @Test func `verdicts, ends, time and layers are counted`() {
    var tally = Tally()
    tally.count(Self.examination(.allow, .finished, layers: ["seccomp"], missing: ["landlock"]))
    tally.count(Self.examination(.deny, .violation(systemCall: "openat")))
    let values = Self.values(tally)
    #expect(values["scans_total:allow"] == 1 && values["scans_total:deny"] == 1)
    #expect(values["scans_total:review"] == 0)
    #expect(values["worker_exits_total:violation"] == 1 && values["worker_exits_total:crashed"] == 0)
    #expect(values["scan_examined_total"] == 2 && values["scan_microseconds_total"] == 3_000)
    #expect(values["layer_active:seccomp"] == 1 && values["layer_active:landlock"] == 0)
  }

  @Test func `an answer from the store is a verdict and no worker`() {
    var tally = Tally()
    tally.count(Self.examination(.allow, .finished, layers: ["seccomp"], cached: true))
    let values = Self.values(tally)
    #expect(values["scans_total:allow"] == 1)
    #expect(values["scan_examined_total"] == 0 && values["worker_exits_total:finished"] == 0)
    #expect(values["layer_active:seccomp"] == nil)
  }

  @Test func `every end of a worker has a place`() {
    let outcomes: [WorkerOutcome] = [
      .finished, .deadline(seconds: 1), .processorTime(seconds: 1), .violation(systemCall: nil),
      .crashed(signal: 11), .outOfMemory, .protocolError(""), .exited(status: 1), .unavailable(""),
    ]
    var tally = Tally()
    for outcome in outcomes { tally.count(Self.examination(.deny, outcome)) }
    let values = Self.values(tally)
    #expect(Tally.ends.count == outcomes.count)
    for end in Tally.ends { #expect(values["worker_exits_total:\(end)"] == 1) }
  }

  @Test func `all counters fit into one answer`() {
    var tally = Tally()
    tally.count(
      Self.examination(.allow, .finished, layers: IsolationLayer.allCases.map(\.rawValue) + ["more"]))
    let others = 14 + BusyReason.allCases.count + RefusalCode.allCases.count
    #expect(tally.counters.count + others <= ClientLimit.entries)
  }
}
