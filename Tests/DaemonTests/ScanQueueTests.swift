import Linux
import TestSupport
import Testing

@testable import Daemon

/// Whose turn it is, who shares a scan, and what is left behind.
struct ScanQueueTests {
  private typealias TestQueue = ScanQueue<String>

  /// Files that differ, as keys.
  private final class Files {
    let place: TemporaryDirectory

    init() throws { place = try TemporaryDirectory() }

    func key(_ name: String, isFresh: Bool = false) throws -> TestQueue.Key {
      TestQueue.Key(
        file: try FileIdentity(path: try place.write(name, Array(name.utf8)), followingLinks: false),
        isFresh: isFresh)
    }
  }

  private static func take(_ queue: inout TestQueue, _ generation: Int) throws -> TestQueue.Job {
    let job = queue.take(generation: generation)
    return try #require(job)
  }

  private static func request(_ client: UInt64, _ id: UInt64) -> TestQueue.Request {
    TestQueue.Request(client: client, id: id)
  }

  @Test func `a client with one file does not wait for one with many`() throws {
    let files = try Files()
    var queue = TestQueue(limit: 100)
    for id in 1...20 {
      let name = "greedy-\(id)"
      _ = queue.submit(
        Self.request(1, UInt64(id)), key: try files.key(name), generation: 0, work: name)
    }
    for client in 2...4 {
      let name = "single-\(client)"
      _ = queue.submit(
        Self.request(UInt64(client), 1), key: try files.key(name), generation: 0, work: name)
    }
    var order: [String] = []
    while let job = queue.take(generation: 0) { order.append(job.work) }
    #expect(order.count == 23)
    #expect(order.prefix(5) == ["greedy-1", "single-2", "single-3", "single-4", "greedy-2"])
    #expect(order.dropFirst(5).first == "greedy-3")
  }

  @Test func `requests for one file share its scan, waiting or running`() throws {
    let files = try Files()
    let key = try files.key("a")
    var queue = TestQueue(limit: 1)
    #expect(
      queue.submit(Self.request(1, 1), key: key, generation: 0, work: "a") == .accepted(ahead: 0))
    #expect(
      queue.submit(Self.request(2, 1), key: key, generation: 0, work: "b") == .accepted(ahead: 0))
    let job = try Self.take(&queue, 0)
    #expect(queue.take(generation: 0)?.work == nil && job.work == "a")
    #expect(
      queue.submit(Self.request(3, 9), key: key, generation: 0, work: "c") == .accepted(ahead: 0))
    #expect(
      Set(queue.finish(job.number).map(\.request)) == [
        Self.request(1, 1), Self.request(2, 1), Self.request(3, 9),
      ])
    #expect(queue.runningCount == 0 && queue.finish(job.number).isEmpty)
  }

  @Test func `a scan under an older policy, or one that may be from the store, is not shared`() throws {
    let files = try Files()
    let key = try files.key("a")
    var queue = TestQueue(limit: 10)
    _ = queue.submit(Self.request(1, 1), key: key, generation: 0, work: "old")
    let old = try Self.take(&queue, 0)
    _ = queue.submit(Self.request(2, 1), key: key, generation: 1, work: "new")
    _ = queue.submit(
      Self.request(3, 1), key: try files.key("a", isFresh: true), generation: 1, work: "fresh")
    #expect(queue.queuedCount == 2)
    #expect(queue.finish(old.number).map(\.request) == [Self.request(1, 1)])
    let new = try Self.take(&queue, 1)
    #expect(queue.finish(new.number).map(\.request) == [Self.request(2, 1)])
  }

  @Test func `a full queue says so and keeps nothing, and has room for whom nothing waits`() throws {
    let files = try Files()
    var queue = TestQueue(limit: 1)
    func submit(_ client: UInt64, _ id: UInt64) throws -> TestQueue.Admission {
      let name = "\(client)-\(id)"
      return queue.submit(Self.request(client, id), key: try files.key(name), generation: 0, work: name)
    }
    let answers = try [submit(1, 1), submit(1, 2), submit(2, 1), submit(2, 2)]
    #expect(answers == [.accepted(ahead: 0), .full, .accepted(ahead: 1), .full])
    for client: UInt64 in 1...2 {
      guard case .unknown = queue.withdraw(Self.request(client, 2)) else {
        Issue.record("a refused request was kept")
        return
      }
    }
    let taken = [queue.take(generation: 0)?.work, queue.take(generation: 0)?.work]
    #expect(taken == ["1-1", "2-1"] && queue.take(generation: 0)?.work == nil)
  }

  @Test func `urgent scans go first, one of each client, and ordinary ones before its second`() throws {
    let files = try Files()
    var queue = TestQueue(limit: 100)
    func submit(_ client: UInt64, _ name: String, isUrgent: Bool) throws {
      _ = queue.submit(
        Self.request(client, UInt64(queue.queuedCount + 1)), isUrgent: isUrgent, key: try files.key(name),
        generation: 0, work: name)
    }
    for name in ["batch-1", "batch-2", "batch-3"] { try submit(1, name, isUrgent: false) }
    for name in ["liar-1", "liar-2", "liar-3"] { try submit(2, name, isUrgent: true) }
    try submit(3, "gate", isUrgent: true)
    var order: [String] = []
    while let job = queue.take(generation: 0) { order.append(job.work) }
    #expect(order == ["liar-1", "gate", "batch-1", "batch-2", "batch-3", "liar-2", "liar-3"])
  }

  @Test func `what is kept for urgent scans takes no others, and no client has everything`() throws {
    let files = try Files()
    var queue = TestQueue(limit: 100, share: 2)
    func submit(_ client: UInt64, _ name: String, isUrgent: Bool) throws {
      _ = queue.submit(
        Self.request(client, UInt64(queue.queuedCount + 1)), isUrgent: isUrgent, key: try files.key(name),
        generation: 0, work: name)
    }
    for name in ["a", "b", "c"] { try submit(1, name, isUrgent: false) }
    #expect(queue.take(generation: 0, isReserved: true)?.work == nil)
    let first = try Self.take(&queue, 0)
    try submit(1, "d", isUrgent: true)
    let taken = queue.take(generation: 0, isReserved: true)
    let second = try #require(taken)
    #expect(first.work == "a" && second.work == "d")
    try submit(1, "e", isUrgent: true)
    #expect(
      queue.take(generation: 0)?.work == nil && queue.take(generation: 0, isReserved: true)?.work == nil)
    try submit(2, "f", isUrgent: true)
    #expect(queue.take(generation: 0, isReserved: true)?.work == "f")
    _ = queue.finish(second.number)
    #expect(queue.take(generation: 0, isReserved: true)?.work == "e")
  }

  @Test func `a file that somebody waits for at a gate goes ahead for all who want it`() throws {
    let files = try Files()
    var queue = TestQueue(limit: 8)
    let keys = try ["a", "b", "c"].map { ($0, try files.key($0)) }
    for (index, (name, key)) in keys.enumerated() {
      _ = queue.submit(Self.request(1, UInt64(index + 1)), key: key, generation: 0, work: name)
    }
    _ = queue.submit(Self.request(2, 1), isUrgent: true, key: keys[2].1, generation: 0, work: "joined")
    let job = try Self.take(&queue, 0)
    #expect(job.work == "c" && job.waiting.count == 2)
    let others = [try Self.take(&queue, 0).work, try Self.take(&queue, 0).work]
    #expect(others == ["a", "b"] && queue.take(generation: 0)?.work == nil)
  }

  @Test func `a batch cannot fill the places that are for urgent scans`() throws {
    let files = try Files()
    var queue = TestQueue(limit: 16)
    for id in 1...20 {
      let answer = queue.submit(
        Self.request(1, UInt64(id)), key: try files.key("\(id)"), generation: 0, work: "")
      #expect((answer == .full) == (id > 14))
    }
    for id in 1...3 {
      let answer = queue.submit(
        Self.request(2, UInt64(id)), isUrgent: true, key: try files.key("u\(id)"), generation: 0, work: "")
      #expect((answer == .full) == (id > 2))
    }
  }

  @Test func `what is withdrawn is not begun, unless others wait for it`() throws {
    let files = try Files()
    let shared = try files.key("shared")
    var queue = TestQueue(limit: 10)
    _ = queue.submit(Self.request(1, 1), key: try files.key("own"), generation: 0, work: "own")
    _ = queue.submit(Self.request(1, 2), key: shared, generation: 0, work: "shared")
    _ = queue.submit(Self.request(2, 1), key: shared, generation: 0, work: "shared")
    for id in 1...2 {
      guard case .withdrawn = queue.withdraw(Self.request(1, UInt64(id))) else {
        Issue.record("request \(id) was not withdrawn")
        return
      }
    }
    #expect(queue.queuedCount == 1)
    let job = try Self.take(&queue, 0)
    #expect(job.work == "shared" && queue.take(generation: 0)?.work == nil)
    #expect(queue.finish(job.number).map(\.request) == [Self.request(2, 1)])
  }

  @Test func `a scan that nobody waits for any more is handed back once, and is not joined`() throws {
    let files = try Files()
    let key = try files.key("a")
    var queue = TestQueue(limit: 10)
    _ = queue.submit(Self.request(1, 1), key: key, generation: 0, work: "first")
    _ = queue.submit(Self.request(2, 1), key: key, generation: 0, work: "first")
    let job = try Self.take(&queue, 0)
    guard case .withdrawn = queue.withdraw(Self.request(1, 1)),
      case .abandoned("first") = queue.withdraw(Self.request(2, 1)),
      case .unknown = queue.withdraw(Self.request(2, 1))
    else {
      Issue.record("the scan was not abandoned")
      return
    }
    _ = queue.submit(Self.request(3, 1), key: key, generation: 0, work: "second")
    #expect(queue.finish(job.number).isEmpty)
    let second = try Self.take(&queue, 0)
    #expect(second.work == "second")
    #expect(queue.finish(second.number).map(\.request) == [Self.request(3, 1)])
  }

  @Test func `random use loses no request and keeps none`() throws {
    let files = try Files()
    let keys = try (0..<6).map { try files.key("\($0)") }
    var random = SeededRandom(seed: 5)
    var queue = TestQueue(limit: 8)
    var open: Set<TestQueue.Request> = []
    var running: [UInt64] = []
    for step in 1...20_000 {
      switch Int.random(in: 0..<4, using: &random) {
      case 0, 1:
        let request = Self.request(UInt64.random(in: 1...4, using: &random), UInt64(step))
        let index = Int.random(in: 0..<keys.count, using: &random)
        let answer = queue.submit(
          request, isUrgent: Bool.random(using: &random), key: keys[index], generation: 0, work: "\(index)")
        if answer != .full { open.insert(request) }
      case 2:
        if let job = queue.take(generation: 0) { running.append(job.number) }
        if running.count > 2 {
          for waiting in queue.finish(running.removeFirst()) {
            #expect(open.remove(waiting.request) != nil)
          }
        }
      default:
        guard let request = open.min(by: { $0.id < $1.id }) else { continue }
        if case .unknown = queue.withdraw(request) { Issue.record("\(request) was lost") }
        open.remove(request)
      }
      // Eight places, and one for each of the four clients.
      #expect(queue.queuedCount <= 12)
    }
    while let job = queue.take(generation: 0) { running.append(job.number) }
    for number in running {
      for waiting in queue.finish(number) { #expect(open.remove(waiting.request) != nil) }
    }
    #expect(open.isEmpty && queue.queuedCount == 0 && queue.runningCount == 0)
  }
}
