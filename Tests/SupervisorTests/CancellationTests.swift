import Findings
import Linux
import Testing

@testable import Supervisor

@Suite struct CancellationTests {
  @Test func `an examination that nobody waits for ends soon, and never as allow`() throws {
    let supervisor = try StandIn.supervisor(wallSeconds: 60)
    let cancellation = Cancellation()
    let canceller = try Thread(name: "canceller") {
      var nothing: [PollEntry] = []
      do throws(SystemCallError) {
        try poll(&nothing, milliseconds: 300)
      } catch {
        Issue.record("\(error)")
      }
      cancellation.cancel()
    }
    let start = MonotonicClock.nanoseconds
    let examination = supervisor.examine(try .file("sleep"), cancellation: cancellation)
    canceller.join()
    #expect(MonotonicClock.nanoseconds - start < 20_000_000_000)
    #expect(examination.verdict == .incomplete && !examination.repeatable)
    #expect(examination.outcome == .unavailable(Cancellation.reason))
  }

  @Test func `one that was cancelled before it began has no verdict, and the next one is not disturbed`()
    throws
  {
    let supervisor = try StandIn.supervisor()
    let cancellation = Cancellation()
    cancellation.cancel()
    let examination = supervisor.examine(try .file("allow"), cancellation: cancellation)
    #expect(examination.verdict == .incomplete)
    #expect(supervisor.examine(try .file("allow"), cancellation: Cancellation()).verdict == .allow)
  }
}
