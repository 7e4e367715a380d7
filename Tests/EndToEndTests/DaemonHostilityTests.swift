import Findings
import Linux
import TestSupport
import Testing
import Wire

/// What hostile workers and clients cost those who are served beside them.
struct DaemonHostilityTests {
  /// Rounds, each with honest and with hostile company.
  private static let rounds = Proof.extent(1, whole: 6)
  /// Files of the one who is served, in each half of a round.
  private static let files = Proof.extent(12, whole: 200)

  @Test func `beside hostile workers and clients a file takes as long as beside honest ones`() throws {
    let lazaret = try Installed()
    let policies = lazaret.place.path + "/policies"
    #expect(try lazaret.runTool("/bin/cp", ["-r", Repository.root + "/policies", policies]) == 0)
    let place = "policies/limits/default.json"
    let limits = try FileDescriptor.open("\(lazaret.place.path)/\(place)").readAll(limit: 1 << 20)
    // So that a flood is over soon, and each half of a round has many of them.
    let changed = String(decoding: limits, as: UTF8.self)
      .replacing("\"report_bytes\": 4194304", with: "\"report_bytes\": \(Company.reportBytes)")
    try lazaret.place.write(place, Array(changed.utf8))
    let daemon = try RunningDaemon(lazaret, worker: "StandInWorker", policies: policies)
    let client = try TestClient(daemon.socket)
    let names = try (0..<Self.files).map { try lazaret.place.write("f\($0)", Array("allow \($0)".utf8)) }
    _ = try Self.latencies(names, client)
    let descriptors = try daemon.openDescriptors()
    let family = try daemon.descendants().count

    var honest: [Double] = []
    var hostile: [Double] = []
    var attacks = 0
    for _ in 0..<Self.rounds {
      for isHostile in [false, true] {
        let company = try Company(daemon.socket, lazaret.place, isHostile: isHostile)
        let taken = try Self.latencies(names, client)
        let done = company.leave()
        if isHostile {
          hostile += taken
          attacks += done
        } else {
          honest += taken
        }
      }
    }
    // A busy machine says nothing about time.
    let (usual, beside) = (Self.percentile99(honest), Self.percentile99(hostile))
    #expect(beside < (Proof.isWhole ? 2 * usual : 20_000), "\(beside) ms, beside honest ones \(usual) ms")
    try daemon.wait("every descriptor is closed") { try daemon.openDescriptors() <= descriptors }
    try daemon.wait("no worker is left") { try daemon.descendants().count <= family }
    try Proof.record(
      "99 of 100 files within \(Int(beside.rounded(.up))) ms beside \(attacks) hostile workers and clients, within \(Int(usual.rounded(.up))) ms beside as many honest ones"
    )
  }

  /// Milliseconds from each request to its verdict.
  private static func latencies(_ paths: [String], _ client: TestClient) throws -> [Double] {
    try paths.map { path in
      let start = MonotonicClock.nanoseconds
      try client.send(.scan(ScanRequest(id: 1, isFresh: true)), try FileDescriptor.open(path))
      guard case .verdict(1, let frame)? = try client.receiveEnd() else { throw WireError("no verdict") }
      #expect(frame.examination.verdict == .allow)
      return Double(MonotonicClock.nanoseconds - start) / 1e6
    }
  }

  private static func percentile99(_ values: [Double]) -> Double {
    values.sorted()[values.count * 99 / 100]
  }
}

/// Clients that keep the daemon's workers busy and its socket too, in good faith or bad, with the same amount of work.
private final class Company {
  /// What a worker may say, in the policy of the test.
  static let reportBytes = 1 << 17

  /// What hostile workers do, and what honest ones do in their place.
  private static let words: [(hostile: String, honest: String)] = [
    ("garbage", "allow"), ("oversize", "allow"), ("again", "allow"), ("totals", "allow"),
    ("severity", "allow"), ("descriptor", "allow"), ("silent", "allow"), ("exit 3", "allow"),
    ("signal 11", "allow"), ("flood", "gaps 25"), ("noise", "progress 5000"),
  ]

  /// The files for the workers; no two are the same, or they would be one scan.
  private static func files(isHostile: Bool) -> [[UInt8]] {
    let files = words.enumerated().map { index, words in
      Array((isHostile ? words.hostile : words.honest + " 0 \(index)").utf8)
    }
    return files
      + [UInt8(1), 2, 5, 10, 250].map { copies in
        guard isHostile else { return Array("allow \(copies)".utf8) }
        return WorkerScript([.init(WorkerMessage.format("text").encoded(), descriptors: copies)]).file
      }
  }

  private let isOver = Monitor(false)
  private let count = Monitor(0)
  private var threads: [HeldThread] = []

  init(_ socket: String, _ place: TemporaryDirectory, isHostile: Bool) throws {
    let (isOver, count) = (isOver, count)
    let paths = try Self.files(isHostile: isHostile).enumerated().map { index, file in
      try place.write("\(isHostile)-\(index)", file)
    }
    threads.append(
      try HeldThread(name: "files") {
        do { try Self.sendFiles(socket, paths, isOver, count) } catch { Issue.record("\(error)") }
      })
    threads.append(
      try HeldThread(name: "connections") {
        do { try Self.connect(socket, paths[0], isHostile, isOver, count) } catch {
          Issue.record("\(error)")
        }
      })
  }

  /// Has everybody leave; gives how many files and connections they had.
  func leave() -> Int {
    isOver.update { $0 = true }
    for thread in threads { thread.join() }
    return count.withLock { $0 }
  }

  /// Has all files examined over and over, and never lets the daemon run out of them.
  private static func sendFiles(
    _ socket: String, _ paths: [String], _ isOver: Monitor<Bool>, _ count: Monitor<Int>
  ) throws {
    let client = try TestClient(socket)
    func send(_ id: Int) throws {
      try client.send(
        .scan(ScanRequest(id: UInt64(id + 1), isFresh: true)), try FileDescriptor.open(paths[id]))
    }
    for id in paths.indices { try send(id) }
    while !isOver.withLock({ $0 }) {
      guard case .verdict(let id, _)? = try client.receiveEnd() else { throw WireError("no verdict") }
      count.withLock { $0 += 1 }
      try send(Int(id) - 1)
    }
  }

  /// Connects over and over: to be served once, or to break the protocol in one of many ways and read nothing.
  private static func connect(
    _ socket: String, _ path: String, _ isHostile: Bool, _ isOver: Monitor<Bool>, _ count: Monitor<Int>
  ) throws {
    var random = SeededRandom(seed: 23)
    let file = try FileDescriptor.open(path)
    while !isOver.withLock({ $0 }) {
      count.withLock { $0 += 1 }
      let client = try TestClient(socket)
      guard isHostile else {
        guard case .stats? = try client.ask(.stats(id: 1)) else { throw WireError("not served") }
        continue
      }
      var request = ClientRequest.scan(ScanRequest(id: 1)).encoded()
      request.removeLast(Int.random(in: 0..<request.count, using: &random))
      let copies = [0, 1, 2, 10, 250][Int.random(in: 0..<5, using: &random)]
      // Whether the daemon takes it or has hung up already is its own affair.
      _ = client.socket.send(request, descriptor: file.number, copies: copies)
    }
  }
}

extension RunningDaemon {
  /// How many descriptors the daemon has open.
  func openDescriptors() throws -> Int {
    try Directory(try .open("/proc/\(id)/fd", [.readOnly, .directory])).names().count
  }
}
