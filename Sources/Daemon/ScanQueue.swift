internal import Linux

/// Scans that wait and scans that run, shared out fairly between clients.
///
/// A value without threads or clock. Clients take turns, one scan each, so that one with a thousand files does not hold
/// up one with a single file. Requests for the same file while it waits or runs join one scan.
struct ScanQueue<Work: Sendable>: Sendable {
  struct Request: Hashable, Sendable {
    /// The number of a connection.
    let client: UInt64
    let id: UInt64
  }

  /// What two requests must have in common to be one scan.
  struct Key: Hashable, Sendable {
    let file: FileIdentity
    let isFresh: Bool
  }

  /// One who waits for a scan.
  struct Waiting: Hashable, Sendable {
    let request: Request
    let label: [UInt8]
  }

  struct Job: Sendable {
    let number: UInt64
    let key: Key
    let work: Work
    fileprivate(set) var waiting: [Waiting]
    /// The policy under which it runs; nil while it waits.
    fileprivate(set) var generation: Int?
  }

  enum Admission: Equatable, Sendable {
    /// With so many scans before it at most; 0 where it joins one that runs.
    case accepted(ahead: Int)
    case full
  }

  enum Withdrawal: Sendable {
    /// No such request waits or runs.
    case unknown
    /// Nothing is to be done: it had not begun, or others wait for it too.
    case withdrawn
    /// It runs, and nobody waits for it any more.
    case abandoned(Work)
  }

  /// Scans that may wait.
  let limit: Int
  private var jobs: [UInt64: Job] = [:]
  private var byKey: [Key: UInt64] = [:]
  private var byRequest: [Request: UInt64] = [:]
  /// Scans that each client waits for and that have not begun, in their order.
  private var lists: [UInt64: [UInt64]] = [:]
  /// Clients with such a list, the next one to be served first.
  private var turns: [UInt64] = []
  private var nextNumber: UInt64 = 0
  private(set) var queuedCount = 0

  init(limit: Int) { self.limit = limit }

  var runningCount: Int { jobs.count - queuedCount }

  /// Takes a request.
  ///
  /// - Parameter generation: the policy in force. A scan that runs under another one is not joined.
  mutating func submit(
    _ request: Request, label: [UInt8] = [], key: Key, generation: Int, work: @autoclosure () -> Work
  ) -> Admission {
    let waiting = Waiting(request: request, label: label)
    if let number = byKey[key], let job = jobs[number],
      job.generation == nil || job.generation == generation
    {
      jobs[number]?.waiting.append(waiting)
      byRequest[request] = number
      if job.generation != nil { return .accepted(ahead: 0) }
      enlist(number, for: request.client)
      return .accepted(ahead: max(0, queuedCount - 1))
    }
    guard queuedCount < limit else { return .full }
    let number = nextNumber
    nextNumber += 1
    jobs[number] = Job(number: number, key: key, work: work(), waiting: [waiting])
    byKey[key] = number
    byRequest[request] = number
    queuedCount += 1
    enlist(number, for: request.client)
    return .accepted(ahead: queuedCount - 1)
  }

  /// The scan whose turn it is, which runs from now on; nil where none waits.
  mutating func take(generation: Int) -> Job? {
    guard let client = turns.first, let number = lists[client]?.first else { return nil }
    turns.removeFirst()
    turns.append(client)
    for waiting in jobs[number]?.waiting ?? [] { strike(number, for: waiting.request.client) }
    jobs[number]?.generation = generation
    queuedCount -= 1
    return jobs[number]
  }

  /// Ends a scan that ran: those who still wait for it.
  mutating func finish(_ number: UInt64) -> [Waiting] {
    guard let job = jobs.removeValue(forKey: number) else { return [] }
    if byKey[job.key] == number { byKey[job.key] = nil }
    for waiting in job.waiting { byRequest[waiting.request] = nil }
    return job.waiting
  }

  /// Takes a request back.
  mutating func withdraw(_ request: Request) -> Withdrawal {
    guard let number = byRequest.removeValue(forKey: request), var job = jobs[number] else {
      return .unknown
    }
    job.waiting.removeAll { $0.request == request }
    jobs[number] = job
    let isQueued = job.generation == nil
    if isQueued, !job.waiting.contains(where: { $0.request.client == request.client }) {
      strike(number, for: request.client)
    }
    guard job.waiting.isEmpty else { return .withdrawn }
    // Whoever asks for the file now gets a scan of its own.
    if byKey[job.key] == number { byKey[job.key] = nil }
    guard isQueued else { return .abandoned(job.work) }
    jobs[number] = nil
    queuedCount -= 1
    return .withdrawn
  }

  /// The requests whose scans have not begun.
  var queuedRequests: [Request] {
    jobs.values.filter { $0.generation == nil }.flatMap { $0.waiting.map(\.request) }
  }

  private mutating func enlist(_ number: UInt64, for client: UInt64) {
    if lists[client] == nil { turns.append(client) }
    guard lists[client]?.contains(number) != true else { return }
    lists[client, default: []].append(number)
  }

  private mutating func strike(_ number: UInt64, for client: UInt64) {
    guard var list = lists[client] else { return }
    list.removeAll { $0 == number }
    lists[client] = list.isEmpty ? nil : list
    if list.isEmpty { turns.removeAll { $0 == client } }
  }
}
