import Findings
import Linux
import TestSupport
import Testing
import Wire

/// Files whose bytes come through the connection.
struct DaemonStreamTests {
  private static func code(_ reply: DaemonReply?) -> RefusalCode? {
    if case .refused(_, let code, _)? = reply { code } else { nil }
  }

  @Test func `bytes that come through the connection are judged as the same bytes in a file`() throws {
    let lazaret = try Installed()
    let daemon = try RunningDaemon(lazaret)
    let client = try TestClient(daemon.socket)
    // More bytes than fit into one message.
    let large = pickle(.proto(4), .text(String(repeating: "x", count: 200_000)), .stop)
    let files = [Artifact.benignPickle, Artifact.hostileTorch, Artifact.unknownPickle, large, []]
    for (index, bytes) in files.enumerated() {
      let (streamed, passed) = (UInt64(2 * index + 1), UInt64(2 * index + 2))
      guard case .verdict(streamed, let first)? = try client.stream(streamed, bytes) else {
        Issue.record("no verdict on stream \(index)")
        return
      }
      let path = try lazaret.place.write("f\(index)", bytes)
      _ = try client.scan(passed, path, isFresh: true)
      guard case .verdict(passed, let second)? = try client.receiveEnd() else {
        Issue.record("no verdict on file \(index)")
        return
      }
      #expect(first.examination.verdict == second.examination.verdict, "\(index)")
      #expect(first.examination.sha256 == second.examination.sha256 && first.findings == second.findings)
      #expect(first.examination.size == bytes.count && !first.examination.cached)
    }
    let known = try client.stream(90, Artifact.hostileTorch)
    guard case .verdict(90, let frame)? = known, frame.examination.cached else {
      Issue.record("known bytes are examined again: \(String(describing: known))")
      return
    }
  }

  @Test func `what is too large is refused with its size before it is sent, and the connection goes on`()
    throws
  {
    let daemon = try RunningDaemon(try Installed(), worker: "StandInWorker")
    let client = try TestClient(daemon.socket)
    let sizes: [UInt64] = [(64 << 20) + 1, .max, 1 << 63]
    for (index, size) in sizes.enumerated() {
      let id = UInt64(index + 1)
      let reply = try client.ask(.stream(ScanRequest(id: id), size: size))
      guard case .refused(id, .stream, let reason)? = reply else {
        Issue.record("\(String(describing: reply))")
        return
      }
      #expect(reason.contains("\(size) bytes") && reason.contains("\(64 << 20)"))
    }
    guard case .verdict(9, _)? = try client.stream(9, Array("allow".utf8)) else {
      Issue.record("the connection is of no more use")
      return
    }
  }

  @Test
  func `more bytes than were declared end the connection with the reason, however many are on their way`()
    throws
  {
    let daemon = try RunningDaemon(try Installed(), worker: "StandInWorker")
    let block = ClientRequest.data(id: 1, bytes: Array(repeating: 0, count: ClientLimit.data)).encoded()
    let wrong: [(messages: [ClientRequest], reason: String)] = [
      ([.stream(ScanRequest(id: 1), size: 100)], "more than its 100 bytes"), ([], "not ready"),
      ([.stream(ScanRequest(id: 1), size: 1 << 40)], "not ready"),
    ]
    for (messages, reason) in wrong {
      let client = try TestClient(daemon.socket)
      for message in messages { try client.send(message) }
      // A client that reads nothing before it has sent everything, as many do.
      for _ in 0..<60 { try client.socket.send(block) }
      var last: DaemonReply?
      while let reply = try client.receiveUntilClosed() { last = reply }
      guard case .refused(0, .malformed, let text)? = last else {
        Issue.record("\(String(describing: last))")
        return
      }
      #expect(text.contains(reason), "\(text)")
    }
  }

  @Test func `memory for streams is bounded, and comes back when a client leaves or thinks better of it`()
    throws
  {
    let daemon = try RunningDaemon(try Installed(), worker: "StandInWorker")
    let size: UInt64 = 64 << 20
    var clients: [TestClient] = []
    for _ in 0..<4 {
      let client = try TestClient(daemon.socket)
      #expect(try client.ask(.stream(ScanRequest(id: 1), size: size)) == .ready(id: 1))
      try client.send(.data(id: 1, bytes: Array(repeating: 7, count: ClientLimit.data)))
      clients.append(client)
    }
    let other = try TestClient(daemon.socket)
    guard case .busy(1, .staging, _)? = try other.ask(.stream(ScanRequest(id: 1), size: 1)) else {
      Issue.record("there is more memory than there may be")
      return
    }
    #expect(try clients[0].ask(.cancel(id: 2, scan: 1)) == .cancelled(id: 1))
    guard case .verdict(2, _)? = try other.stream(2, Array("allow".utf8)) else {
      Issue.record("a cancelled stream keeps its memory")
      return
    }
    // The memory of what was examined is free a moment after its verdict.
    var last: UInt64 = 2
    try daemon.wait("as much comes back as was taken") {
      last += 1
      return try other.ask(.stream(ScanRequest(id: last), size: size)) == .ready(id: last)
    }
    guard case .busy(1, .staging, _)? = try other.ask(.stream(ScanRequest(id: 1), size: 1)) else {
      Issue.record("more came back than was taken")
      return
    }
    #expect(try other.ask(.cancel(id: last + 1, scan: last)) == .cancelled(id: last))
    clients = []
    try daemon.wait("the memory is free") {
      let client = try TestClient(daemon.socket)
      for id in 1...4 {
        guard try client.ask(.stream(ScanRequest(id: UInt64(id)), size: size)) == .ready(id: UInt64(id))
        else { return false }
      }
      return true
    }
  }

  @Test func `a stop refuses streams that have not come to their end`() throws {
    let daemon = try RunningDaemon(try Installed(), worker: "StandInWorker")
    let client = try TestClient(daemon.socket)
    #expect(try client.ask(.stream(ScanRequest(id: 1), size: 10)) == .ready(id: 1))
    try client.send(.data(id: 1, bytes: [1, 2]))
    try daemon.signal(Signal.terminate)
    guard case .busy(1, .stopping, _)? = try client.receive() else {
      Issue.record("the client was not told")
      return
    }
    #expect(try daemon.wait() == .exited(status: 0))
  }
}

extension TestClient {
  /// Has bytes examined that go through the connection; gives the end of the answer.
  fileprivate func stream(_ id: UInt64, _ bytes: [UInt8]) throws -> DaemonReply? {
    let first = try ask(.stream(ScanRequest(id: id), size: UInt64(bytes.count)))
    guard first == .ready(id: id) else {
      if case .accepted? = first { return try receiveEnd() }
      return first
    }
    for start in stride(from: 0, to: bytes.count, by: ClientLimit.data) {
      try send(.data(id: id, bytes: Array(bytes[start..<min(bytes.count, start + ClientLimit.data)])))
    }
    return try receiveEnd()
  }

  /// The next message; nil where the daemon has closed the connection.
  fileprivate func receiveUntilClosed() throws -> DaemonReply? {
    do {
      return try receive()
    } catch let error as SystemCallError {
      // Messages that came before are read after it.
      guard error.isDisconnected else { throw error }
      return try receive()
    }
  }
}
