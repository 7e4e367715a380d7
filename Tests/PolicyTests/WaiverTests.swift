import Findings
import Policy
import TestSupport
import Testing

/// What a waiver does, and for what.
@Suite struct WaiverTests {
  private static let digest = String(repeating: "ab", count: 32)
  private static let until = 1000

  private func effect(
    _ verdict: Verdict, covering covered: Verdict = .deny, at now: Int = until - 1,
    _ change: (inout Examination) -> Void = { _ in }
  ) -> Waiver.Effect? {
    var examination = Examination(
      sha256: Self.digest, size: 1, report: Report(), outcome: .finished,
      sandbox: SandboxEvidence(role: "scan"), policy: "", engine: "", milliseconds: 0, repeatable: true,
      verdict: verdict)
    change(&examination)
    let waiver = Waiver(
      digest: Self.digest, verdict: covered, reason: "r", owner: "o", until: Self.until)
    return waiver.effect(on: examination, at: now)
  }

  @Test(arguments: [Verdict.review, .incomplete, .deny])
  func `a verdict up to the one that was waived is covered, and no worse one`(covered: Verdict) {
    for verdict in [Verdict.review, .incomplete, .deny] {
      #expect(effect(verdict, covering: covered) == (verdict <= covered ? .holds : .worseVerdict))
    }
  }

  @Test func `it holds until its last second`() {
    #expect(effect(.deny, at: Self.until - 1) == .holds)
    #expect(effect(.deny, at: Self.until) == .expired)
    #expect(effect(.deny, at: .max) == .expired)
  }

  @Test func `an artifact of another digest has no waiver`() {
    #expect(effect(.review) { $0.sha256 = String(repeating: "ac", count: 32) } == nil)
    #expect(effect(.review) { $0.sha256 = nil } == nil)
  }

  @Test(arguments: [
    WorkerOutcome.violation(systemCall: "openat"), .crashed(signal: 11), .deadline(seconds: 180),
    .outOfMemory,
    .protocolError("x"), .unavailable("x"),
  ]) func `how an examination ended is never covered`(outcome: WorkerOutcome) {
    #expect(effect(.deny) { $0.outcome = outcome } == .disturbedExamination)
    #expect(effect(.incomplete) { $0.repeatable = false } == .disturbedExamination)
  }

  @Test func `what is allowed needs none`() {
    #expect(effect(.allow) == .notNeeded)
    #expect(effect(.allow, at: Self.until) == .notNeeded)
  }

  @Test func `a folder without its waivers is refused`() throws {
    let bundle = try SamplePolicy.bundle(replacing: ["waivers.json": nil])
    #expect(throws: PolicyError.self) { try bundle.waivers() }
  }
}
