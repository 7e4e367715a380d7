import Findings
import Linux
import TestSupport
import Testing
import Wire

/// What clients may do wrong, and what the daemon does about it.
struct DaemonProtocolTests {
  private static func refusal(_ reply: DaemonReply?) -> RefusalCode? {
    if case .refused(_, let code, _)? = reply { code } else { nil }
  }

  /// A scan with these flags.
  private static func withFlags(_ flags: UInt8, _ scan: [UInt8]) -> [UInt8] {
    var scan = scan
    scan[9] = flags
    return scan
  }

  @Test func `whoever breaks the protocol is told why and loses the connection, and nobody else does`()
    throws
  {
    let daemon = try RunningDaemon(try Installed(), worker: "StandInWorker")
    let witness = try TestClient(daemon.socket)
    let hello = ClientRequest.hello(lowest: 1, highest: 1, name: "test").encoded()
    let scan = ClientRequest.scan(ScanRequest(id: 1)).encoded()
    let wrong: [(what: String, messages: [[UInt8]], code: RefusalCode)] = [
      ("no message", [[0xFF, 1, 2]], .malformed),
      ("a message of the daemon", [DaemonReply.unknown(id: 1).encoded()], .malformed),
      ("a request before the hello", [ClientRequest.stats(id: 1).encoded()], .malformed),
      ("hello twice", [hello, hello], .malformed),
      ("a cut request", [hello, Array(ClientRequest.stats(id: 1).encoded().dropLast())], .malformed),
      ("a longer request", [hello, ClientRequest.stats(id: 1).encoded() + [0]], .malformed),
      (
        "the longest message there is", [hello, Array(repeating: 65, count: WireLimit.message)], .malformed
      ),
      ("more than that", [hello, Array(repeating: 65, count: WireLimit.message + 1)], .malformed),
      ("a scan without a descriptor", [hello, scan], .malformed),
      ("an option that there is not", [hello, Self.withFlags(4, scan)], .malformed),
      (
        "another version", [ClientRequest.hello(lowest: 2, highest: 9, name: "").encoded()], .version
      ),
    ]
    for (what, messages, code) in wrong {
      let client = try TestClient(daemon.socket, greets: false)
      for message in messages { try client.socket.send(message) }
      var reply = try client.receive()
      if case .hello? = reply { reply = try client.receive() }
      #expect(Self.refusal(reply) == code, "\(what): \(String(describing: reply))")
      #expect(Self.hasEnded(client), "\(what)")
    }
    guard case .stats? = try witness.ask(.stats(id: 5)) else {
      Issue.record("another client's connection suffered")
      return
    }
  }

  private static func hasEnded(_ client: TestClient) -> Bool {
    do {
      return try client.receive() == nil
    } catch {
      return (error as? SystemCallError)?.isDisconnected ?? false
    }
  }

  @Test func `only one descriptor of a regular file that is open for reading is taken`() throws {
    let lazaret = try Installed()
    let path = try lazaret.place.write("f", Array("allow".utf8))
    let daemon = try RunningDaemon(lazaret, worker: "StandInWorker")
    let pipe = try #require(lazaret.place.pipe("p"))
    let client = try TestClient(daemon.socket)
    let before = try daemon.openDescriptors()
    let wrong: [(String, FileDescriptor.OpenFlags)] = [
      (path, .readWrite), (path, .writeOnly), (path, .pathOnly), (lazaret.place.path, [.directory]),
      (pipe, [.readOnly, .nonBlocking]), ("/dev/null", .readOnly),
    ]
    for (id, (name, flags)) in wrong.enumerated() {
      try client.send(.scan(ScanRequest(id: UInt64(id + 1))), try FileDescriptor.open(name, flags))
      #expect(Self.refusal(try client.receive()) == .descriptor, "\(name) \(flags.rawValue)")
    }
    let file = try FileDescriptor.open(path)
    // More than four are cut by the kernel where the daemon takes them.
    for count in [2, 3, 4, 5, 10, 250] {
      let other = try TestClient(daemon.socket)
      let scan = ClientRequest.scan(ScanRequest(id: 1)).encoded()
      let isSent = other.socket.send(scan, descriptor: file.number, copies: count)
      #expect(isSent, "\(count) descriptors")
      #expect(Self.refusal(try other.receive()) == .malformed, "\(count) descriptors")
    }
    let stray = try TestClient(daemon.socket)
    try stray.socket.send(ClientRequest.stats(id: 1).encoded(), descriptors: [file.number])
    #expect(Self.refusal(try stray.receive()) == .malformed)
    _ = consume stray
    _ = try client.scan(90, path)
    guard case .verdict(90, let frame)? = try client.receiveEnd() else {
      Issue.record("the connection was of no more use")
      return
    }
    #expect(frame.examination.verdict == .allow)
    try daemon.wait("every descriptor is closed") { try daemon.openDescriptors() <= before }
  }

  @Test func `damaged requests with any number of descriptors cost only their own connection`() throws {
    let lazaret = try Installed()
    let path = try lazaret.place.write("f", Array("allow".utf8))
    let daemon = try RunningDaemon(lazaret, worker: "StandInWorker")
    let witness = try TestClient(daemon.socket)
    let before = try daemon.openDescriptors()
    let file = try FileDescriptor.open(path)
    var random = SeededRandom(seed: 17)
    let none = String(repeating: "0", count: 64)
    let requests: [ClientRequest] = [
      .scan(ScanRequest(id: 1, label: [0x61])), .query(id: 2, sha256: none), .cancel(id: 3, scan: 1),
      .stats(id: 4), .health(id: 5), .hello(lowest: 1, highest: 1, name: "x"),
    ]
    for _ in 0..<Self.damagedClients {
      let client = try TestClient(daemon.socket)
      for _ in 0..<4 {
        var bytes = requests[Int.random(in: 0..<requests.count, using: &random)].encoded()
        bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= UInt8.random(in: 0...255, using: &random)
        if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
        let count = [0, 1, 2, 3, 4, 10, 250][Int.random(in: 0..<7, using: &random)]
        // What the daemon has closed takes no more.
        _ = client.socket.send(bytes, descriptor: file.number, copies: count)
      }
    }
    guard case .stats? = try witness.ask(.stats(id: 5)) else {
      Issue.record("another client's connection suffered")
      return
    }
    try daemon.wait("every descriptor is closed") { try daemon.openDescriptors() <= before }
    try Proof.record(
      "\(Self.damagedClients) clients with up to 250 descriptors a message, none of which stayed open")
  }

  private static let damagedClients = Proof.extent(300, whole: 20_000)

  @Test func `an id is used once at a time, and never 0`() throws {
    let lazaret = try Installed()
    let path = try lazaret.place.write("f", Array("slow 2000000".utf8))
    let daemon = try RunningDaemon(lazaret, worker: "StandInWorker")
    let client = try TestClient(daemon.socket)
    #expect(try client.scan(7, path) == .accepted(id: 7, ahead: 0))
    #expect(Self.refusal(try client.scan(7, path)) == .id)
    #expect(Self.refusal(try client.scan(0, path)) == .id)
    #expect(Self.refusal(try client.ask(.cancel(id: 8, scan: 99))) == .id)
    guard case .verdict(7, _)? = try client.receiveEnd() else {
      Issue.record("the first use of the id was disturbed")
      return
    }
    #expect(try client.scan(7, path) == .accepted(id: 7, ahead: 0))
  }

  @Test func `a name goes into the log as one harmless line`() throws {
    let lazaret = try Installed()
    let path = try lazaret.place.write("f", Array("allow".utf8))
    let daemon = try RunningDaemon(lazaret, worker: "StandInWorker")
    let client = try TestClient(daemon.socket)
    let label = Array("a\n{\"event\":\"forged\"}\u{1B}[2J".utf8)
    try client.send(.scan(ScanRequest(id: 1, label: label)), try FileDescriptor.open(path))
    _ = try client.receiveEnd()
    let lines = daemon.log.split(separator: "\n")
    let scan = try #require(lines.last { $0.contains("\"event\":\"scan\"") })
    #expect(scan.contains(#""label":"a\u000a{\"event\":\"forged\"}\u001b[2J""#))
    for line in lines { #expect(try JSONDocument.parse(String(line)).keys.contains("time")) }
  }

  @Test(.enabled(if: Installed.canBeNobody))
  func `users who were not named are turned away`() throws {
    let lazaret = try Installed()
    #expect(lazaret.place.setMode(".", 0o755))
    let closed = try RunningDaemon(lazaret)
    let outside = try lazaret.lazaret("health", "--socket", closed.socket, user: Installed.nobody)
    #expect(outside.status == 2 && outside.errors.contains("Permission denied"), "\(outside.errors)")
    #expect(try closed.end(Signal.terminate) == .exited(status: 0))

    let other = try RunningDaemon(lazaret, arguments: ["--allow-uid", "4242"])
    let refused = try lazaret.lazaret("health", "--socket", other.socket, user: Installed.nobody)
    #expect(refused.status == 2)
    #expect(refused.errors.contains("user 65534 may not ask this daemon"), "\(refused.errors)")
    #expect(try lazaret.lazaret("health", "--socket", other.socket).status == 0)
    #expect(try other.end(Signal.terminate) == .exited(status: 0))

    let open = try RunningDaemon(lazaret, arguments: ["--allow-uid", "\(Installed.nobody)"])
    let served = try lazaret.lazaret("health", "--socket", open.socket, user: Installed.nobody)
    #expect(served.status == 0, "\(served.errors)")
  }

  @Test(.enabled(if: Installed.canBeNobody))
  func `a user who may only ask is answered, and nothing is examined for them`() throws {
    let lazaret = try Installed()
    #expect(lazaret.place.setMode(".", 0o755))
    let path = try lazaret.place.write("good.pkl", Artifact.benignPickle)
    let daemon = try RunningDaemon(lazaret, arguments: ["--query-uid", "\(Installed.nobody)"])
    let metrics = try lazaret.lazaret("metrics", "--socket", daemon.socket, user: Installed.nobody)
    #expect(metrics.status == 0 && metrics.output.contains("lazaret_up 1"), "\(metrics.errors)")
    for command in [["health"], ["gate", path]] {
      let run = try lazaret.run(
        "lazaret", command + ["--socket", daemon.socket], user: Installed.nobody)
      #expect(run.status == 2 && run.errors.contains("user 65534 may only ask what is known"))
    }
    #expect(try daemon.counter("accepted_total") == 0)
    #expect(try lazaret.lazaret("gate", path, "--socket", daemon.socket).status == 0)
  }
}
