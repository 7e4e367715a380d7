import Findings
import Supervisor
import Testing
import Wire

@testable import Daemon

/// What the daemon makes of its tests of itself.
struct SelfTestTests {
  private static let good = HealthCheck(name: "a", isGood: true, detail: "fine")
  private static let bad = HealthCheck(name: "b", isGood: false, detail: "broken")

  @Test func `one bad check is trouble, and nothing tried is too`() {
    #expect(SelfTest.trouble(in: [Self.good]) == nil)
    #expect(SelfTest.trouble(in: [Self.good, Self.bad]) == "b: broken")
    #expect(SelfTest.trouble(in: []) != nil)
  }

  @Test func `trouble goes with the next good test, and its count stays`() {
    var test = SelfTest()
    test.take([Self.bad], at: 1_500)
    #expect(test.trouble == "b: broken")
    test.take([Self.good], at: 2_500)
    #expect(test.trouble == nil)
    #expect(
      test.counters == [
        Counter(name: "selftest_good", value: 1), Counter(name: "selftest_timestamp_seconds", value: 2),
        Counter(name: "selftest_failures_total", value: 1),
      ])
  }

  @Test func `only a violation by the very call is a refusal`() throws {
    let call = try #require(ForbiddenCall.all.first { $0.name == "openat-memory" })
    #expect(call.isRefused(.violation(systemCall: "openat")) && call.isRefused(.violation(systemCall: nil)))
    let others: [WorkerOutcome] = [
      .finished, .violation(systemCall: "open"), .crashed(signal: 11), .exited(status: 0),
      .deadline(seconds: 1), .unavailable(""),
    ]
    for outcome in others { #expect(!call.isRefused(outcome)) }
    #expect(Set(ForbiddenCall.all).count == ForbiddenCall.all.count)
  }
}
