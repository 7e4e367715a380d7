import Findings
import TestSupport
import Testing

@Suite struct VerdictTests {
  @Test func `merging takes the worse of any two`() {
    #expect(Verdict.allCases == [.allow, .review, .incomplete, .deny])
    for (rank, verdict) in Verdict.allCases.enumerated() {
      for (otherRank, other) in Verdict.allCases.enumerated() {
        #expect(verdict.merged(with: other) == Verdict.allCases[max(rank, otherRank)])
        #expect(verdict.merged(with: other) == other.merged(with: verdict))
        for third in Verdict.allCases {
          #expect(
            verdict.merged(with: other).merged(with: third)
              == verdict.merged(with: other.merged(with: third)))
        }
      }
    }
  }

  @Test func `each verdict has its name, and only that`() {
    #expect(Verdict.allCases.map(\.name) == ["allow", "review", "incomplete", "deny"])
    for verdict in Verdict.allCases { #expect(Verdict(name: verdict.name) == verdict) }
    for name in ["", "Allow", "allow ", "denied", "0"] { #expect(Verdict(name: name) == nil) }
  }

  @Test func `severities are ordered from info to critical`() {
    #expect(Severity.allCases.sorted().map(\.name) == ["info", "low", "medium", "high", "critical"])
  }
}

@Suite struct ReportTests {
  /// A rule of each verdict.
  private static let rules = Verdict.allCases.map { verdict in
    Rule(
      "test.\(verdict.name)", "A test", .low, verdict, explanation: "A test.", remediation: "None.", cwe: []
    )
  }

  private func finding(_ verdict: Verdict) -> Finding {
    Finding(Self.rules[Int(verdict.rawValue)], at: Location(), detail: "A test.")
  }

  private let gap = Gap(at: Location(), reason: "a test")

  @Test func `an empty report is incomplete`() { #expect(Report().verdict == .incomplete) }

  @Test func `a finished report without findings and gaps is allowed, and no other is`() {
    var report = Report()
    report.coverage.finished = true
    #expect(report.verdict == .allow)
    #expect(report.coverage.complete)
    report.record(gap)
    #expect(report.verdict == .incomplete)
    #expect(!report.coverage.complete)
    report.coverage.gaps = []
    report.coverage.finished = false
    #expect(report.verdict == .incomplete)
  }

  @Test func `each finding gives at least its rule's verdict`() {
    for verdict in Verdict.allCases {
      var report = Report()
      report.record(finding(verdict))
      #expect(report.verdict == max(verdict, .incomplete))
      report.coverage.finished = true
      #expect(report.verdict == verdict)
    }
  }

  @Test func `no pair of additions improves a verdict`() {
    let additions: [(inout Report) -> Void] =
      Verdict.allCases.map { verdict in { $0.record(self.finding(verdict)) } } + [{ $0.record(self.gap) }]
    for finished in [false, true] {
      for first in additions {
        var report = Report()
        report.coverage.finished = finished
        let before = report.verdict
        first(&report)
        let between = report.verdict
        #expect(between >= before)
        for second in additions {
          var longer = report
          second(&longer)
          #expect(longer.verdict >= between)
        }
      }
    }
  }

  @Test func `adding a finding or a gap never improves a verdict, in any order`() {
    var random = SeededRandom(seed: 0x1A77_1CE)
    for _ in 0..<2_000 {
      var report = Report()
      report.coverage.finished = Bool.random(using: &random)
      var worst = report.verdict
      for _ in 0..<Int.random(in: 0...12, using: &random) {
        let verdict = Verdict.allCases.randomElement(using: &random) ?? .deny
        if Int.random(in: 0...3, using: &random) == 0 {
          report.record(gap)
          worst = max(worst, .incomplete)
        } else {
          report.record(finding(verdict))
          worst = max(worst, verdict)
        }
        #expect(report.verdict == worst, "seed \(random.seed)")
      }
      report.findings.shuffle(using: &random)
      #expect(report.verdict == worst, "seed \(random.seed)")
    }
  }

  @Test func `formats are recorded once, in the order they are met`() {
    var report = Report()
    for format in ["zip", "pickle", "zip", "pickle"] { report.record(format: format) }
    #expect(report.formats == ["zip", "pickle"])
  }

  @Test func `counts that cannot be added up stay at the largest number`() {
    var report = Report()
    report.record(bytes: .max, members: 1, opcodes: 2)
    report.record(bytes: .max, members: 1, opcodes: .max)
    #expect(report.coverage.bytes == .max)
    #expect(report.coverage.members == 2)
    #expect(report.coverage.opcodes == .max)
  }

  @Test func `a location is shown as its path of containers`() {
    #expect(Location().member == nil)
    #expect(Location(path: ["outer.zip", "a/data.pkl"]).member == "outer.zip!/a/data.pkl")
  }
}
