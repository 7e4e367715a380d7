import Findings
import Linux
import TestSupport
import Testing
import Wire

/// Who gets their turn when, and what is said to those who do not.
struct DaemonQueueTests {
  @Test func `a connection without credit is told that it is busy, and gets credit back`() throws {
    let lazaret = try Installed()
    let daemon = try RunningDaemon(lazaret, worker: "StandInWorker", workers: 1)
    let client = try TestClient(daemon.socket)
    let slow = try lazaret.place.write("slow", Array("slow 3000000".utf8))
    #expect(try client.scan(1, slow) == .accepted(id: 1, ahead: 0))
    for id in 2...32 {
      let path = try lazaret.place.write("f\(id)", Array("allow \(id)".utf8))
      guard case .accepted? = try client.scan(UInt64(id), path) else {
        Issue.record("request \(id) was not accepted")
        return
      }
    }
    guard case .busy(33, .credits, let pause)? = try client.scan(33, slow) else {
      Issue.record("the 33rd request was not refused as busy")
      return
    }
    #expect(pause > 0)
    for _ in 1...32 {
      guard case .verdict? = try client.receiveEnd() else {
        Issue.record("an accepted request was lost")
        return
      }
    }
    guard case .accepted(34, _)? = try client.scan(34, slow) else {
      Issue.record("no credit came back")
      return
    }
  }

  @Test func `a full queue and too many connections are said, and nothing accepted is lost`() throws {
    let lazaret = try Installed()
    let daemon = try RunningDaemon(lazaret, worker: "StandInWorker", workers: 1, descriptorLimit: 256)
    let slow = try lazaret.place.write("slow", Array("slow 3000000".utf8))
    let clients = try (0..<3).map { _ in try TestClient(daemon.socket) }
    #expect(try clients[0].scan(1, slow) == .accepted(id: 1, ahead: 0))
    var accepted = [1, 0, 0]
    var busy = 0
    for id in 2...30 {
      for (index, client) in clients.enumerated() {
        let path = try lazaret.place.write("f\(index)-\(id)", Array("allow \(index) \(id)".utf8))
        switch try client.scan(UInt64(id), path) {
        case .accepted?: accepted[index] += 1
        case .busy(_, .queue, let pause)?:
          busy += 1
          #expect(pause > 0)
        case let other: Issue.record("\(String(describing: other))")
        }
      }
    }
    #expect(busy > 0 && accepted.reduce(0, +) > 35, "\(accepted) \(busy)")
    for (client, count) in zip(clients, accepted) {
      for _ in 0..<count {
        guard case .verdict? = try client.receiveEnd() else {
          Issue.record("an accepted request was lost")
          return
        }
      }
    }

    var others: [TestClient] = []
    var isFull = false
    while !isFull, others.count < 200 {
      let client = try TestClient(daemon.socket, greets: false)
      try client.send(.hello(lowest: 1, highest: 1, name: ""))
      if case .busy(0, .connections, _)? = try client.receive() { isFull = true }
      others.append(client)
    }
    #expect(isFull)
    others = []
    try daemon.wait("there is room again") { try TestClient(daemon.socket, greets: false).isGreeted() }
  }

  @Test func `a gate does not wait for a batch, however many workers the batch has`() throws {
    let lazaret = try Installed()
    let daemon = try RunningDaemon(lazaret, worker: "StandInWorker", workers: 2)
    let allow = try lazaret.place.write("allow", Array("allow".utf8))
    let batches = try (0..<3).map { _ in try TestClient(daemon.socket) }
    for (index, batch) in batches.enumerated() {
      for id in 1...20 {
        let path = try lazaret.place.write("b\(index)-\(id)", Array("sleep \(index) \(id)".utf8))
        guard case .accepted? = try batch.scan(UInt64(id), path) else {
          Issue.record("not accepted")
          return
        }
      }
    }
    try daemon.wait("the batches have all workers") { try daemon.counter("running") == 2 }
    for _ in 0..<3 {
      let run = try lazaret.lazaret("gate", "--no-cache", "--socket", daemon.socket, allow)
      #expect(run.status == 0, "\(run.errors)")
    }
    #expect(try daemon.counter("running") == 2)
    #expect(try daemon.counter("queued") == 58)

    // One that calls everything urgent does not take what is kept for gates.
    let liar = try TestClient(daemon.socket)
    for id in 1...3 {
      let path = try lazaret.place.write("l\(id)", Array("slow 3000000".utf8))
      let scan = ClientRequest.scan(ScanRequest(id: UInt64(id), isUrgent: true))
      try liar.send(scan, try FileDescriptor.open(path))
    }
    try daemon.wait("its first one runs") { try daemon.counter("running") == 3 }
    let run = try lazaret.lazaret("gate", "--no-cache", "--socket", daemon.socket, allow)
    #expect(run.status == 0, "\(run.errors)")
    #expect(!batches.contains { $0.hasVerdict })
  }

  /// How often a client hangs up.
  private static let departures = Proof.extent(1, whole: 200)
  /// Within what others get the worker of one who hung up; on a busy machine nothing can be said of it.
  private static let patience = Proof.extent(5_000.0, whole: 100)

  @Test func `hanging up ends what nobody else waits for, at once`() throws {
    let lazaret = try Installed()
    let daemon = try RunningDaemon(lazaret, worker: "StandInWorker", workers: 1)
    let stuck = try lazaret.place.write("stuck", Array("sleep".utf8))
    let queued = try (2...5).map { try lazaret.place.write("q\($0)", Array("sleep \($0)".utf8)) }
    let other = try TestClient(daemon.socket)
    var worst = 0.0
    for round in 1...Self.departures {
      let allow = try lazaret.place.write("allow-\(round)", Array("allow \(round)".utf8))
      var leaver: TestClient? = try TestClient(daemon.socket)
      for (index, path) in ([stuck] + queued).enumerated() {
        guard case .accepted? = try leaver?.scan(UInt64(index + 1), path) else {
          Issue.record("not accepted")
          return
        }
      }
      try daemon.wait("the first one runs") { try daemon.counter("running") == 1 }
      #expect(try other.scan(1, allow) == .accepted(id: 1, ahead: 4))
      let start = MonotonicClock.nanoseconds
      leaver = nil
      guard case .verdict(1, let frame)? = try other.receiveEnd() else {
        Issue.record("no verdict")
        return
      }
      worst = max(worst, Double(MonotonicClock.nanoseconds - start) / 1e6)
      #expect(frame.examination.verdict == .allow)
      #expect(try daemon.counter("cancelled_total") == UInt64(5 * round))
      #expect(try daemon.counter("running") == 0)
    }
    #expect(worst < Self.patience)
    #expect(
      try lazaret.lazaret("store", "verify", "--store", daemon.store).output
        .contains("\(Self.departures) examinations"))
    try Proof.record(
      "\(Self.departures) times gone with a worker at work: the next one had its verdict within \(Int(worst.rounded(.up))) ms"
    )
  }

  @Test func `a scan is taken back, waiting or running`() throws {
    let lazaret = try Installed()
    let daemon = try RunningDaemon(lazaret, worker: "StandInWorker", workers: 1)
    let stuck = try lazaret.place.write("stuck", Array("sleep".utf8))
    let next = try lazaret.place.write("next", Array("allow".utf8))
    let client = try TestClient(daemon.socket)
    #expect(try client.scan(1, stuck) == .accepted(id: 1, ahead: 0))
    try daemon.wait("it runs") { try daemon.counter("running") == 1 }
    #expect(try client.scan(2, next) == .accepted(id: 2, ahead: 0))
    #expect(try client.ask(.cancel(id: 3, scan: 2)) == .cancelled(id: 2))
    #expect(try client.ask(.cancel(id: 4, scan: 1)) == .cancelled(id: 1))
    _ = try client.scan(1, next)
    guard case .verdict(1, _)? = try client.receiveEnd() else {
      Issue.record("no verdict")
      return
    }
  }

  @Test func `requests for one file at a time are one scan`() throws {
    let lazaret = try Installed()
    let daemon = try RunningDaemon(lazaret, worker: "StandInWorker", workers: 2)
    let path = try lazaret.place.write("f", Array("slow 2000000".utf8))
    let clients = try (0..<8).map { _ in try TestClient(daemon.socket) }
    for client in clients {
      guard case .accepted(1, _)? = try client.scan(1, path, isFresh: true) else {
        Issue.record("not accepted")
        return
      }
    }
    for client in clients {
      guard case .verdict(1, let frame)? = try client.receiveEnd() else {
        Issue.record("no verdict")
        return
      }
      #expect(frame.examination.verdict == .allow && !frame.examination.cached)
    }
    let verify = try lazaret.lazaret("store", "verify", "--store", daemon.store)
    #expect(verify.output.contains("1 examinations"), "\(verify.output)")
  }

  @Test func `the same bytes in several files at a time are one scan, and others of that size are not`()
    throws
  {
    let lazaret = try Installed()
    let worker = lazaret.place.path + "/worker"
    try #require(try lazaret.runTool("/bin/cp", [Repository.program("StandInWorker"), worker]) == 0)
    let daemon = try RunningDaemon(lazaret, worker: worker, workers: 4)
    let clients = try (0..<3).map { _ in try TestClient(daemon.socket) }
    for (index, client) in clients.enumerated() {
      let scan = ScanRequest(id: 1, label: Array("copy \(index)".utf8))
      let path = try lazaret.place.write("f\(index)", Array("wait 1".utf8))
      try client.send(.scan(scan), try FileDescriptor.open(path))
      try daemon.wait("it runs") { try daemon.counter("running") == UInt64(index + 1) }
    }
    let other = try TestClient(daemon.socket)
    _ = try other.scan(1, try lazaret.place.write("other", Array("allow ".utf8)))
    guard case .verdict(1, _)? = try other.receiveEnd() else {
      Issue.record("one of other bytes waits")
      return
    }
    _ = try lazaret.place.write("go", [])
    for client in clients {
      guard case .verdict(1, let frame)? = try client.receiveEnd() else {
        Issue.record("no verdict")
        return
      }
      #expect(frame.examination.verdict == .allow)
    }
    #expect(try daemon.counter("scan_examined_total") == 2)
    let export = try lazaret.lazaret("store", "export", "--store", daemon.store).output
    for index in 0..<3 { #expect(export.contains("copy \(index)"), "\(export)") }
  }

  /// Clients with one file each.
  private static let singles = Proof.extent(199, whole: 1_999)

  @Test
  func `of many clients at once, one of them greedy, none loses a request or waits for the greedy one`()
    throws
  {
    let lazaret = try Installed()
    let daemon = try RunningDaemon(lazaret, workers: 2)
    let files = try (0..<400 + Self.singles).map { index in
      // Different bytes each, so that none is known before.
      try lazaret.place.write("f\(index)", Artifact.number(Int32(index)))
    }
    let greedy = try TestClient(daemon.socket)
    let singles = try (0..<Self.singles).map { _ in try TestClient(daemon.socket) }
    var next = 0
    func send(_ id: UInt64) throws {
      try greedy.send(.scan(ScanRequest(id: id)), try FileDescriptor.open(files[Int(id) - 1]))
    }
    func feed() throws {
      next += 1
      try send(UInt64(next))
    }
    while next < 32 { try feed() }
    for (index, client) in singles.enumerated() {
      guard case .accepted? = try client.scan(1, files[400 + index]) else {
        Issue.record("a single file was not accepted")
        return
      }
    }
    var answered = 0
    var served = 0
    var putOff = 0
    while answered < 400 {
      switch try greedy.receiveEnd() {
      case .verdict(_, let frame)?:
        #expect(frame.examination.verdict == .allow)
        answered += 1
        if next < 400 { try feed() }
        if answered == 250 { served = singles.count { $0.hasMessage } }
      case .busy(let id, .queue, let pause)?:
        // The others fill the queue; each of them has a place besides.
        putOff += 1
        var nothing: [PollEntry] = []
        try poll(&nothing, milliseconds: Int(pause))
        try send(id)
      case let other:
        Issue.record("the greedy client lost a request: \(String(describing: other))")
        return
      }
    }
    // Turn by turn the single files were done before the greedy client had had 200 of its own.
    #expect(served == Self.singles)
    for client in singles {
      guard case .verdict(1, let frame)? = try client.receiveEnd() else {
        Issue.record("a request was lost")
        return
      }
      #expect(frame.examination.verdict == .allow)
    }
    #expect(try daemon.counter("answered_total") == UInt64(400 + Self.singles))
    try Proof.record(
      "\(Self.singles + 1) clients at once, \(400 + Self.singles) requests, all answered, the greedy one's after it was put off \(putOff) times; the others had all of theirs before it had 250"
    )
  }

  @Test func `a client that reads nothing holds up nobody`() throws {
    let lazaret = try Installed()
    let daemon = try RunningDaemon(lazaret, workers: 2)
    let path = try lazaret.place.write("evil.pt", Artifact.hostileTorch)
    let deaf = try TestClient(daemon.socket)
    let file = try FileDescriptor.open(path)
    for id in 1...2_000 {
      let request = ClientRequest.scan(ScanRequest(id: UInt64(id)))
      guard let trouble = deaf.offer(request.encoded(), descriptors: [file.number]) else { continue }
      #expect(trouble.wouldBlock)
      break
    }
    let run = try lazaret.lazaret("gate", "--socket", daemon.socket, path)
    #expect(run.status == 1, "\(run.errors)")
  }
}

extension TestClient {
  /// Whether a verdict is among the messages that are there now.
  var hasVerdict: Bool {
    do {
      while hasMessage {
        if case .verdict? = try receive() { return true }
      }
    } catch {
      Issue.record("\(error)")
    }
    return false
  }

  /// Whether the next message is the daemon's hello.
  func isGreeted() throws -> Bool {
    try send(.hello(lowest: 1, highest: 1, name: ""))
    if case .hello? = try receive() { return true }
    return false
  }

  /// Sends a message if the socket takes one more now; why it does not, or nil.
  func offer(_ message: [UInt8], descriptors: [Int32]) -> SystemCallError? {
    do throws(SystemCallError) {
      try socket.send(message, descriptors: descriptors, wait: false)
      return nil
    } catch {
      return error
    }
  }

  /// Whether something is there to be read now.
  var hasMessage: Bool {
    do {
      var entries = [PollEntry(socket.number)]
      return try poll(&entries, milliseconds: 0) > 0
    } catch {
      return false
    }
  }
}
