package import Findings
package import Wire

/// One of each message between clients and the daemon, with every kind of field, small and large.
package enum ClientSamples {
  package static let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

  package static let requests: [ClientRequest] = [
    .hello(lowest: 1, highest: 3, name: "lazaret 0.2.0"),
    .hello(lowest: 0, highest: .max, name: ""),
    .scan(ScanRequest(id: 1)),
    .scan(ScanRequest(id: .max, isFresh: true, label: [0x2F, 0x00, 0xFF, 0x1B])),
    .scan(ScanRequest(id: 6, isUrgent: true)),
    .query(id: 2, sha256: digest),
    .cancel(id: 3, scan: 1),
    .stats(id: 4),
    .health(id: 5),
    .stream(ScanRequest(id: 7, isUrgent: true, label: [0x61]), size: 1 << 40),
    .data(id: 7, bytes: [0, 0xFF, 0x80]),
    .tree(ScanRequest(id: 8, isFresh: true, isUrgent: true, label: [0x62])),
  ]

  package static let allowed: Examination = {
    var report = Report()
    report.formats = ["pickle"]
    report.coverage.bytes = 6
    report.coverage.opcodes = 3
    report.coverage.finished = true
    return Examination(
      sha256: digest, size: 6, report: report, outcome: .finished,
      sandbox: SandboxEvidence(
        role: "scan", filter: "sha256:feed", layers: ["seccomp", "landlock:7"], missing: [],
        kernel: "6.18.44"), policy: "sha256:beef", engine: "0.2.0", milliseconds: 0.75,
      repeatable: true, cached: true, verdict: .allow)
  }()

  package static let denied: Examination = {
    var examination = allowed
    examination.report.findings = RuleCatalog.all.filter { $0.verdict == .deny }.prefix(2).map {
      Finding($0, at: Location(path: ["a", "ü"], offset: 7), detail: "calls", evidence: "x\u{1b}")
    }
    examination.report.coverage.gaps = [Gap(at: Location(offset: 9), reason: "encrypted")]
    examination.report.coverage.finished = false
    examination.outcome = .crashed(signal: 11)
    examination.sandbox.missing = ["netns"]
    examination.repeatable = false
    examination.cached = false
    examination.verdict = .deny
    return examination
  }()

  package static let outcomes: [WorkerOutcome] = [
    .finished, .deadline(seconds: 180), .processorTime(seconds: 120), .violation(systemCall: nil),
    .violation(systemCall: "openat"), .crashed(signal: 11), .outOfMemory, .protocolError("flood"),
    .exited(status: -1), .unavailable("no confinement"),
  ]

  package static let waiver = WaiverFrame(verdict: .review, reason: "tried", owner: "a person", until: 100)

  package static let replies: [DaemonReply] =
    [
      .hello(DaemonHello(version: 1, engine: "0.2.0", policy: "sha256:beef", credits: 32, queue: 1024)),
      .accepted(id: 1, ahead: 0),
      .busy(id: 3, .credits, retryMilliseconds: 50),
      .busy(id: 0, .stopping, retryMilliseconds: .max),
      .refused(id: 4, .descriptor, reason: "it is not a regular file"),
      .cancelled(id: 5),
      .unknown(id: 6),
      .ready(id: 7),
      .stats(id: 7, [Counter(name: "queued", value: 3), Counter(name: "running", value: .max)]),
      .stats(id: 8, []),
      .health(id: 9, [HealthCheck(name: "known good", isGood: true, detail: "allow")]),
      .verdict(id: 10, VerdictFrame(allowed, waiver: waiver, notices: ["nichts", ""])),
    ] + DaemonReply.messages(answering: 11, denied)
    + outcomes.map {
      var examination = denied
      examination.outcome = $0
      examination.sha256 = nil
      return .verdict(id: 12, VerdictFrame(examination))
    }
}
