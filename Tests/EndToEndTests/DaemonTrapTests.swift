import Findings
import Linux
import TestSupport
import Testing
import Wire

/// Traps that users of other scanning daemons have met, as far as no other suite sets them: Protocol.md has the list,
/// and says where the tests of each are.
struct DaemonTrapTests {
  @Test func `a name is only a name, whatever it looks like`() throws {
    let lazaret = try Installed()
    let path = try lazaret.place.write("f", Array("allow".utf8))
    let daemon = try RunningDaemon(lazaret, worker: "StandInWorker")
    let client = try TestClient(daemon.socket)
    var digests: Set<String?> = []
    for (index, label) in [path, "/etc/passwd", "/no/such/file", "../f", "\0", ""].enumerated() {
      let id = UInt64(index + 1)
      let scan = ScanRequest(id: id, isFresh: true, label: Array(label.utf8))
      try client.send(.scan(scan), try FileDescriptor.open(path))
      guard case .verdict(id, let frame)? = try client.receiveEnd() else {
        Issue.record("no verdict on what is called \(label)")
        return
      }
      #expect(frame.examination.verdict == .allow && frame.notices.isEmpty, "\(label)")
      digests.insert(frame.examination.sha256)
    }
    #expect(digests.count == 1 && digests.first != .some(nil))
  }

  @Test
  func `a file of more than four gigabytes has its whole size, a digest, and no allow for a part of it`()
    throws
  {
    let lazaret = try Installed()
    let path = lazaret.place.path + "/large"
    let size = (4 << 30) + 1
    #expect(try lazaret.runTool("/usr/bin/truncate", ["-s", "\(size)", path]) == 0)
    let daemon = try RunningDaemon(lazaret, worker: "StandInWorker")
    let client = try TestClient(daemon.socket)
    _ = try client.scan(1, path)
    guard case .verdict(1, let frame)? = try client.receiveEnd() else {
      Issue.record("no verdict")
      return
    }
    let examination = frame.examination
    #expect(examination.size == size && examination.sha256 != nil)
    // The stand-in gives up on it, as a worker does that reaches a limit.
    #expect(examination.outcome == .exited(status: 101) && examination.verdict == .incomplete)
  }

  @Test func `health is bad when there is no worker to be had, and nothing is allowed then`() throws {
    let lazaret = try Installed()
    let worker = lazaret.place.path + "/worker"
    try #require(try lazaret.runTool("/bin/cp", [Repository.program("StandInWorker"), worker]) == 0)
    let path = try lazaret.place.write("f", Array("allow".utf8))
    let daemon = try RunningDaemon(lazaret, worker: worker, workers: 1)
    #expect(try lazaret.lazaret("gate", "--socket", daemon.socket, path).status == 0)
    try #require(try lazaret.runTool("/bin/rm", [worker]) == 0)
    for process in try daemon.descendants() {
      do throws(SystemCallError) {
        try FileDescriptor.process(process).signalProcess(Signal.kill)
      } catch {
        continue  // Its parent's death took it along.
      }
    }
    let gate = try lazaret.lazaret("gate", "--no-cache", "--socket", daemon.socket, path)
    #expect(gate.status == 3, "\(gate.errors)")
    let health = try lazaret.lazaret("health", "--socket", daemon.socket)
    #expect(health.status == 1 && health.output.contains("BAD   known good sample: incomplete"))
    let after = try lazaret.lazaret("gate", "--no-cache", "--socket", daemon.socket, path)
    #expect(after.status == 2 && after.errors.contains("the daemon refuses"), "\(after.errors)")
  }

  @Test func `a reload neither ends nor waits for what runs, and each verdict is of one policy`() throws {
    let lazaret = try Installed()
    let policies = lazaret.place.path + "/policies"
    #expect(try lazaret.runTool("/bin/cp", ["-r", Repository.root + "/policies", policies]) == 0)
    let worker = lazaret.place.path + "/worker"
    try #require(try lazaret.runTool("/bin/cp", [Repository.program("StandInWorker"), worker]) == 0)
    let daemon = try RunningDaemon(lazaret, worker: worker, policies: policies)
    let client = try TestClient(daemon.socket)
    let waiting = try lazaret.place.write("waiting", Array("wait".utf8))
    let allow = try lazaret.place.write("allow", Array("allow".utf8))
    _ = try client.scan(1, waiting)
    try daemon.wait("it runs") { try daemon.counter("running") == 1 }

    let place = "policies/limits/default.json"
    let limits = try FileDescriptor.open("\(lazaret.place.path)/\(place)").readAll(limit: 1 << 20)
    try lazaret.place.write(place, limits + [0x20])
    try daemon.signal(Signal.hangUp)
    try daemon.wait("the reload") { daemon.log.contains("\"event\":\"reloaded\"") }
    let other = try TestClient(daemon.socket)
    _ = try other.scan(1, allow)
    guard case .verdict(1, let new)? = try other.receiveEnd() else {
      Issue.record("nothing is examined after a reload")
      return
    }
    // The same file under the new policies is another scan.
    _ = try other.scan(2, waiting)
    try daemon.wait("both run") { try daemon.counter("running") == 2 }
    _ = try lazaret.place.write("go", [])
    guard case .verdict(1, let old)? = try client.receiveEnd(),
      case .verdict(2, let same)? = try other.receiveEnd()
    else {
      Issue.record("a scan was lost")
      return
    }
    #expect(old.examination.verdict == .allow && same.examination.verdict == .allow)
    #expect(old.examination.policy != new.examination.policy)
    #expect(same.examination.policy == new.examination.policy)
  }
}
