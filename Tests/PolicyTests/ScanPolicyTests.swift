import Findings
import Policy
import TestSupport
import Testing

@Suite struct ScanPolicyTests {
  private static let rules = Verdict.allCases.map { verdict in
    Rule(
      "test.\(verdict.name)", "A test", .low, verdict, explanation: "A test.", remediation: "None.", cwe: []
    )
  }

  private func finding(_ verdict: Verdict) -> Finding {
    Finding(Self.rules[Int(verdict.rawValue)], at: Location(), detail: "A test.")
  }

  /// Every way to raise, those that a policy file is refused for as well.
  private var policies: [ScanPolicy] {
    Verdict.allCases.flatMap { review in
      Verdict.allCases.flatMap { incomplete in
        Verdict.allCases.map { raise in
          ScanPolicy(
            requiredLayers: [], raises: ["test.review": raise, "test.allow": raise], reviewBecomes: review,
            incompleteBecomes: incomplete)
        }
      }
    }
  }

  @Test func `a policy never makes a verdict better`() {
    for policy in policies {
      for verdict in Verdict.allCases {
        #expect(policy.raised(verdict) >= verdict)
        for worse in Verdict.allCases where worse >= verdict {
          #expect(policy.raised(worse) >= policy.raised(verdict), "\(policy)")
        }
      }
    }
  }

  @Test func `adding a finding or a gap never improves the verdict under any policy`() {
    var random = SeededRandom(seed: 0x90_11C1)
    for policy in policies {
      for _ in 0..<40 {
        var report = Report()
        report.coverage.finished = Int.random(in: 0...3, using: &random) > 0
        for _ in 0..<5 {
          let before = policy.verdict(of: report)
          #expect(before >= report.verdict)
          if Int.random(in: 0...4, using: &random) == 0 {
            report.record(Gap(at: Location(), reason: "a test"))
          } else {
            report.record(finding(Verdict.allCases.randomElement(using: &random) ?? .deny))
          }
          #expect(policy.verdict(of: report) >= before, "seed \(random.seed): \(policy)")
        }
      }
    }
  }

  @Test func `an empty report is never allowed`() {
    for policy in policies { #expect(policy.verdict(of: Report()) >= .incomplete) }
  }

  @Test func `a raised rule counts for more`() {
    var report = Report()
    report.coverage.finished = true
    report.record(finding(.review))
    let policy = ScanPolicy(requiredLayers: [], raises: ["test.review": .deny])
    #expect(policy.verdict(of: report) == .deny)
    #expect(ScanPolicy(requiredLayers: []).verdict(of: report) == .review)
    #expect(ScanPolicy(requiredLayers: [], reviewBecomes: .incomplete).verdict(of: report) == .incomplete)
  }
}
