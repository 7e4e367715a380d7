import Findings
import Policy
import TestSupport
import Testing
import Wire

@testable import Supervisor

@Suite struct VerdictAssemblyTests {
  private let policy = ScanPolicy(requiredLayers: [.seccomp], requiredWhereSupported: [.landlock])

  /// The one combination that is allowed.
  private var perfect: VerdictAssembly {
    var report = Report()
    report.coverage.finished = true
    return VerdictAssembly(report: report, outcome: .finished)
  }

  private func judged(_ assembly: VerdictAssembly) -> (report: Report, verdict: Verdict) {
    var (report, verdict) = assembly.judged(under: policy)
    let findings = TestedReport.sift(report.findings, for: Test.current)
    if findings != report.findings {
      report.findings = findings
      verdict = policy.verdict(of: report)
    }
    return (report, verdict)
  }

  private static let badOutcomes: [(WorkerOutcome, Verdict, Rule)] = [
    (.deadline(seconds: 180), .incomplete, .limitReached),
    (.processorTime(seconds: 120), .incomplete, .limitReached),
    (.outOfMemory, .incomplete, .limitReached),
    (.violation(systemCall: "socket"), .deny, .sandboxViolation),
    (.violation(systemCall: nil), .deny, .sandboxViolation),
    (.crashed(signal: 11), .incomplete, .workerCrashed),
    (.protocolError("trailing bytes"), .deny, .sandboxProtocolError),
    (.exited(status: 0), .incomplete, .workerExited),
    (.unavailable("no zygote"), .incomplete, .sandboxUnavailable),
  ]

  private typealias Change = (inout VerdictAssembly) -> Void

  /// What can be wrong with an examination, one thing each.
  private static var departures: [(String, Change)] {
    var departures: [(String, Change)] = [
      ("not finished", { $0.report.coverage.finished = false }),
      ("gap", { $0.report.coverage.gaps.append(Gap(at: Location(), reason: "encrypted")) }),
      ("review", { $0.report.findings.append(Finding(.unrecognised, at: Location(), detail: "")) }),
      ("deny", { $0.report.findings.append(Finding(.dangerousCall, at: Location(), detail: "")) }),
      (
        "layer",
        { $0.missingLayers.append(MissingLayer(layer: "landlock", reason: "EPERM", refused: true)) }
      ),
      ("digest", { $0.digestFailure = "EIO" }),
      ("changed", { $0.fileChanged = true }),
    ]
    for (outcome, _, _) in badOutcomes { departures.append(("\(outcome)", { $0.outcome = outcome })) }
    return departures
  }

  @Test func `the perfect examination is allowed`() {
    #expect(judged(perfect).verdict == .allow)
  }

  @Test func `nothing but the perfect examination is allowed`() {
    for (name, change) in Self.departures {
      var assembly = perfect
      change(&assembly)
      #expect(judged(assembly).verdict > .allow, "\(name)")
    }
  }

  @Test func `one more thing that is wrong never improves a verdict`() {
    var random = SeededRandom(seed: 2)
    for _ in 0..<20_000 {
      var assembly = perfect
      let departures = Self.departures
      let others = departures.count - Self.badOutcomes.count
      var before = judged(assembly).verdict
      for _ in 0..<4 {
        // Outcomes exclude each other, so a second one would replace the first.
        let count = assembly.outcome == .finished ? departures.count : others
        let (name, change) = departures[Int.random(in: 0..<count, using: &random)]
        change(&assembly)
        let after = judged(assembly).verdict
        #expect(after >= before, "\(name), seed \(random.seed)")
        before = after
      }
    }
  }

  @Test func `each bad end has its verdict, its finding and a gap`() {
    for (outcome, verdict, rule) in Self.badOutcomes {
      var assembly = perfect
      assembly.outcome = outcome
      let judged = judged(assembly)
      #expect(judged.verdict == verdict, "\(outcome)")
      #expect(judged.report.findings.map(\.rule) == [rule], "\(outcome)")
      #expect(judged.report.coverage.gaps.count == 1, "\(outcome)")
      #expect(!judged.report.coverage.complete, "\(outcome)")
    }
  }

  @Test func `a violation and a crash are named`() {
    var assembly = perfect
    assembly.outcome = .violation(systemCall: "socket")
    #expect(judged(assembly).report.findings.first?.evidence == "socket")
    assembly.outcome = .crashed(signal: 11)
    #expect(judged(assembly).report.findings.first?.detail.contains("SIGSEGV") == true)
  }

  @Test func `the verdict follows from the report alone`() {
    for (name, change) in Self.departures {
      var assembly = perfect
      change(&assembly)
      let judged = judged(assembly)
      #expect(judged.report.verdict == judged.verdict, "\(name)")
    }
  }
}
