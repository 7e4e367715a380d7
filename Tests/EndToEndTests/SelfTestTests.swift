import Linux
import TestSupport
import Testing
import Wire

/// What the daemon does where its confinement does not hold, for which a stand-in plays the worker.
struct SelfTestTests {
  /// A worker whose forbidden calls are refused or not, as a file beside it says.
  private struct Worker {
    let path: String
    private let mark: String

    init(_ lazaret: Installed) throws {
      path = lazaret.place.path + "/worker"
      mark = lazaret.place.path + "/lax"
      try #require(try lazaret.runTool("/bin/cp", [Repository.program("StandInWorker"), path]) == 0)
    }

    func beLax(_ lazaret: Installed) throws { _ = try lazaret.place.write("lax", []) }

    func beStrict(_ lazaret: Installed) throws {
      try #require(try lazaret.runTool("/bin/rm", [mark]) == 0)
    }
  }

  @Test func `a daemon whose workers are not refused a forbidden call does not start, and says why`() throws
  {
    let lazaret = try Installed()
    let worker = try Worker(lazaret)
    try worker.beLax(lazaret)
    let run = try RunningDaemon.failing(lazaret, worker: worker.path)
    #expect(run.status == 2)
    #expect(run.errors.contains("the self-test failed: self-attack: openat was not refused: finished"))
    #expect(!run.errors.contains("listening"))
  }

  @Test func `one that finds out later examines nothing until it is well again, and says so everywhere`()
    throws
  {
    let lazaret = try Installed()
    let worker = try Worker(lazaret)
    let daemon = try RunningDaemon(
      lazaret, worker: worker.path, workers: 1, arguments: ["--self-test", "1"])
    let client = try TestClient(daemon.socket)
    let path = try lazaret.place.write("file", Array("allow".utf8))
    guard case .accepted(1, _)? = try client.scan(1, path), case .verdict(1, _)? = try client.receiveEnd()
    else {
      Issue.record("a daemon that is well examines nothing")
      return
    }

    try worker.beLax(lazaret)
    try daemon.wait("a test fails") { try daemon.counter("selftest_good") == 0 }
    guard case .refused(2, .failing, let reason)? = try client.scan(2, path) else {
      Issue.record("a scan was not refused")
      return
    }
    #expect(reason.contains("openat was not refused"))
    let health = try lazaret.lazaret("health", "--socket", daemon.socket)
    #expect(health.status == 1 && health.output.contains("BAD   self-attack: openat was not refused"))
    let metrics = try lazaret.lazaret("metrics", "--socket", daemon.socket)
    #expect(try PrometheusText(metrics.output).value("lazaret_selftest_good") == 0)
    let gate = try lazaret.lazaret("gate", "--socket", daemon.socket, path)
    #expect(gate.status == 2 && gate.errors.contains("was not refused"))
    #expect(daemon.log.contains("\"event\":\"self-test\",\"good\":false"))

    try worker.beStrict(lazaret)
    try daemon.wait("a test is passed") { try daemon.counter("selftest_good") == 1 }
    guard case .accepted(3, _)? = try client.scan(3, path) else {
      Issue.record("a daemon that is well again examines nothing")
      return
    }
  }
}
