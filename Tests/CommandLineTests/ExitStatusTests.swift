import Findings
import Testing

@testable import CommandLine

struct ExitStatusTests {
  struct Case: Sendable {
    let verdicts: [Verdict]
    var failures = 0
    var failOn = Options.FailOn.review
    let status: Int32
  }

  static let table: [Case] = [
    Case(verdicts: [], status: 2),
    Case(verdicts: [], failOn: .deny, status: 2),
    Case(verdicts: [.allow], status: 0),
    Case(verdicts: [.allow, .allow], failOn: .deny, status: 0),
    Case(verdicts: [.allow, .review], status: 3),
    Case(verdicts: [.allow, .incomplete], status: 3),
    Case(verdicts: [.review, .incomplete], failOn: .deny, status: 0),
    Case(verdicts: [.deny], status: 1),
    Case(verdicts: [.deny], failOn: .deny, status: 1),
    Case(verdicts: [.deny, .review, .incomplete, .allow], status: 1),
    Case(verdicts: [.deny], failures: 1, status: 1),
    Case(verdicts: [.allow], failures: 1, status: 2),
    Case(verdicts: [.incomplete], failures: 1, status: 2),
    Case(verdicts: [.review], failures: 1, failOn: .deny, status: 2),
    Case(verdicts: [.allow], failures: 1, failOn: .deny, status: 2),
  ]

  @Test(arguments: table.indices)
  func `the first that applies, in the order 1, 2, 3`(index: Int) {
    let row = Self.table[index]
    var tally = Tally()
    for verdict in row.verdicts { tally.add(Sample.result("x", Sample.examination(verdict))) }
    for _ in 0..<row.failures { tally.addFailure() }
    #expect(tally.exitStatus(failOn: row.failOn).rawValue == row.status, "\(row)")
  }

  @Test func `adding any result never turns another status into 0`() {
    let results = Verdict.allCases.map { Sample.result("x", Sample.examination($0)) } + [Sample.unreadable]
    for first in results {
      for second in results {
        for failOn in Options.FailOn.allCases {
          var tally = Tally()
          tally.add(first)
          let before = tally.exitStatus(failOn: failOn)
          tally.add(second)
          #expect(before == .allowed || tally.exitStatus(failOn: failOn) != .allowed)
        }
      }
    }
  }

  @Test func `only an unreadable path is a failure by itself`() {
    var tally = Tally()
    tally.add(Sample.unreadable)
    #expect(tally.exitStatus(failOn: .review) == .failed)
    var other = Tally()
    other.add(
      ArtifactResult(path: [0x61], judgement: .unexamined(reason: "not a regular file"), isFailure: false))
    #expect(other.exitStatus(failOn: .review) == .undecided)
  }
}
