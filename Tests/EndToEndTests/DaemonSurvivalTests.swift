import Findings
import Linux
import TestSupport
import Testing
import Wire

/// What the daemon survives, and what survives the daemon.
struct DaemonSurvivalTests {
  /// Digests of verdicts that a client was given.
  private typealias Acknowledged = Monitor<Set<String>>

  /// Scans files that nobody has seen, one after another, until the daemon is gone.
  private static func scan(
    _ daemon: String, _ place: TemporaryDirectory, _ names: Range<Int>, _ into: Acknowledged
  ) {
    do {
      let client = try TestClient(daemon)
      for name in names {
        let path = try place.write("f\(name)", Artifact.number(Int32(name)))
        _ = try client.scan(UInt64(name + 1), path)
        guard case .verdict(_, let frame)? = try client.receiveEnd() else { return }
        if let digest = frame.examination.sha256 { into.update { _ = $0.insert(digest) } }
      }
    } catch {
      return  // The daemon was killed.
    }
  }

  /// How often the daemon is killed.
  private static let kills = Proof.extent(6, whole: 500)

  @Test func `a daemon that is killed loses no verdict that it gave, and leaves no process`() throws {
    let lazaret = try Installed()
    let acknowledged = Acknowledged([])
    var random = SeededRandom(seed: 11)
    for round in 0..<Self.kills {
      let daemon = try RunningDaemon(lazaret, workers: 2)
      let before = acknowledged.withLock { $0.count }
      let threads = try (0..<4).map { index in
        let first = (round * 4 + index) * 100_000
        return try HeldThread(name: "client") { [socket = daemon.socket, place = lazaret.place] in
          Self.scan(socket, place, first..<(first + 100_000), acknowledged)
        }
      }
      try daemon.wait("verdicts are given") { acknowledged.withLock { $0.count } > before + 20 }
      var nothing: [PollEntry] = []
      try poll(&nothing, milliseconds: Int.random(in: 0...60, using: &random))
      let family = try daemon.descendants()
      #expect(family.count >= 2)
      #expect(try daemon.end(Signal.kill) == .killed(signal: Signal.kill))
      for thread in threads { thread.join() }
      try daemon.wait("no worker is left") { family.allSatisfy { Descendants.parent(of: $0) == nil } }
      let verify = try lazaret.lazaret("store", "verify", "--store", daemon.store)
      #expect(verify.status == 0 && verify.output.contains(": sound"), "\(verify.output)")
    }
    let store = lazaret.place.path + "/daemon/verdicts.db"
    let exported = try lazaret.lazaret("store", "export", "--store", store)
    let recorded = Set(try exported.lines.compactMap { try JSONDocument.parse($0)["sha256"].text })
    let given = acknowledged.withLock { $0 }
    #expect(given.count > 20 * Self.kills)
    #expect(given.isSubset(of: recorded), "\(given.subtracting(recorded).count) lost")
    try Proof.record("\(Self.kills) kills, \(given.count) verdicts given, none lost")
  }

  @Test func `a stop ends what runs, refuses what waits, and takes the socket away`() throws {
    let lazaret = try Installed()
    let daemon = try RunningDaemon(lazaret, worker: "StandInWorker", workers: 1)
    let client = try TestClient(daemon.socket)
    let slow = try lazaret.place.write("slow", Array("slow 3000000".utf8))
    let allow = try lazaret.place.write("allow", Array("allow".utf8))
    _ = try client.scan(1, slow)
    try daemon.wait("it runs") { try daemon.counter("running") == 1 }
    _ = try client.scan(2, allow)
    let family = try daemon.descendants()
    try daemon.signal(Signal.terminate)
    guard case .busy(2, .stopping, _)? = try client.receiveEnd() else {
      Issue.record("what waits was not refused")
      return
    }
    guard case .busy(3, .stopping, _)? = try client.scan(3, allow) else {
      Issue.record("something new was not refused")
      return
    }
    guard case .verdict(1, let frame)? = try client.receiveEnd() else {
      Issue.record("what ran was not ended")
      return
    }
    #expect(frame.examination.verdict == .allow)
    #expect(try daemon.end(Signal.hangUp) == .exited(status: 0))
    #expect(throws: SystemCallError.self) { try FileIdentity(path: daemon.socket, followingLinks: false) }
    try daemon.wait("no worker is left") { family.allSatisfy { Descendants.parent(of: $0) == nil } }
    #expect(daemon.log.contains("\"event\":\"stopped\""))
    #expect(
      try lazaret.lazaret("store", "verify", "--store", daemon.store).output.contains("1 examinations"))
  }

  @Test func `a second signal to stop does not wait for what runs`() throws {
    let lazaret = try Installed()
    let daemon = try RunningDaemon(lazaret, worker: "StandInWorker", workers: 1)
    let client = try TestClient(daemon.socket)
    _ = try client.scan(1, try lazaret.place.write("stuck", Array("sleep".utf8)))
    try daemon.wait("it runs") { try daemon.counter("running") == 1 }
    let family = try daemon.descendants()
    try daemon.signal(Signal.interrupt)
    let start = MonotonicClock.nanoseconds
    try daemon.wait("it stops") { daemon.log.contains("\"event\":\"stopping\"") }
    #expect(try daemon.end(Signal.interrupt) == .exited(status: 0))
    #expect(MonotonicClock.nanoseconds - start < 8_000_000_000)
    guard case .busy(1, .stopping, _)? = try client.receiveEnd() else {
      Issue.record("the client was not told")
      return
    }
    try daemon.wait("no worker is left") { family.allSatisfy { Descendants.parent(of: $0) == nil } }
  }

  @Test func `a second daemon does not take the first one's place, and one after a crash does`() throws {
    let lazaret = try Installed()
    let first = try RunningDaemon(lazaret, worker: "StandInWorker")
    let second = try lazaret.run(
      "lazaretd", ["--socket", first.socket, "--store", lazaret.place.path + "/other.db"])
    #expect(second.status == 2 && second.errors.contains("another daemon listens at"), "\(second.errors)")
    #expect(try TestClient(first.socket, greets: false).isGreeted())
    #expect(try first.end(Signal.kill) == .killed(signal: Signal.kill))
    let third = try RunningDaemon(lazaret, worker: "StandInWorker")
    #expect(try TestClient(third.socket, greets: false).isGreeted())

    let path = try lazaret.place.write("file", [1])
    let wrong = try lazaret.run(
      "lazaretd", ["--socket", path, "--store", lazaret.place.path + "/other.db"])
    #expect(wrong.status == 2)
    #expect(try FileDescriptor.open(path).readAll(limit: 9) == [1])
  }

  @Test func `the loss of the process that holds the workers is survived`() throws {
    let lazaret = try Installed()
    let path = try lazaret.place.write("model.pt", Artifact.benignTorch)
    let daemon = try RunningDaemon(lazaret, workers: 1)
    for _ in 0..<3 {
      for process in try daemon.descendants() {
        do throws(SystemCallError) {
          try FileDescriptor.process(process).signalProcess(Signal.kill)
        } catch {
          continue  // Its parent's death took it along.
        }
      }
      let run = try lazaret.lazaret("gate", "--no-cache", "--socket", daemon.socket, path)
      #expect(run.status == 0, "\(run.errors)\(daemon.log)")
    }
  }

  @Test func `policies are read again on a signal, and a bad folder changes nothing`() throws {
    let lazaret = try Installed()
    let policies = lazaret.place.path + "/policies"
    #expect(try lazaret.runTool("/bin/cp", ["-r", Repository.root + "/policies", policies]) == 0)
    let path = try lazaret.place.write("model.pt", Artifact.benignTorch)
    let daemon = try RunningDaemon(lazaret, policies: policies)
    let client = try TestClient(daemon.socket)
    func policy(_ id: UInt64) throws -> String {
      try client.send(.scan(ScanRequest(id: id, isFresh: true)), try FileDescriptor.open(path))
      guard case .verdict(id, let frame)? = try client.receiveEnd() else { throw WireError("no verdict") }
      #expect(frame.examination.verdict == .allow)
      return frame.examination.policy
    }
    let first = try policy(1)
    let place = "policies/limits/default.json"
    let limits = try FileDescriptor.open("\(lazaret.place.path)/\(place)").readAll(limit: 1 << 20)

    try lazaret.place.write(place, limits + [0x20])
    try daemon.signal(Signal.hangUp)
    try daemon.wait("the reload") { daemon.log.contains("\"event\":\"reloaded\"") }
    let second = try policy(2)
    #expect(second != first && second.hasPrefix("sha256:"))

    try lazaret.place.write(place, Array("{".utf8))
    try daemon.signal(Signal.hangUp)
    try daemon.wait("the failed reload") { daemon.log.contains("\"event\":\"reload-failed\"") }
    #expect(daemon.log.contains("limits/default.json"))
    #expect(try policy(3) == second)
    #expect(try lazaret.lazaret("health", "--socket", daemon.socket).status == 0)

    try lazaret.place.write(place, limits)
    try daemon.signal(Signal.hangUp)
    try daemon.wait("the way back") { try policy(4) == first }
    // The workers of the policies that are gone are gone as well.
    try daemon.wait("old workers end") { try daemon.descendants().count <= 4 }
  }
}
