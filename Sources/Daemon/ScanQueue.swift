internal import Linux

/// Scans that wait and scans that run, shared out fairly between clients.
///
/// A value without threads or clock. Clients take turns, one scan each, so that one with a thousand files does not hold
/// up one with a single file. Requests for the same file while it waits or runs join one scan.
///
/// Urgent requests, behind which somebody stands at a gate, have turns of their own before all others: one scan at a
/// time for each client, so that calling everything urgent gains little.
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
    /// The only request that may be this scan; nil where others may join it.
    var owner: Request?
  }

  /// One who waits for a scan.
  struct Waiting: Hashable, Sendable {
    let request: Request
    let label: [UInt8]
    let isUrgent: Bool

    fileprivate var turn: Turn { Turn(client: request.client, isUrgent: isUrgent) }
  }

  /// Whose turn it is, and in which of the two lanes.
  fileprivate struct Turn: Hashable, Sendable {
    let client: UInt64
    let isUrgent: Bool
  }

  struct Job: Sendable {
    let number: UInt64
    let key: Key
    let work: Work
    fileprivate(set) var waiting: [Waiting]
    /// The policy under which it runs; nil while it waits.
    fileprivate(set) var generation: Int?
    /// Whose turn it was.
    fileprivate var turn: Turn?

    var isUrgent: Bool { waiting.contains { $0.isUrgent } }
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

  /// Scans that may wait. An eighth of these places is for urgent ones, and a client for which none waits has a place
  /// besides: a full queue is that of others.
  let limit: Int
  /// Scans of one client that may run at once.
  let share: Int
  private var jobs: [UInt64: Job] = [:]
  private var byKey: [Key: UInt64] = [:]
  private var byRequest: [Request: UInt64] = [:]
  /// Scans that each client waits for and that have not begun, in their order.
  private var lists: [Turn: [UInt64]] = [:]
  /// Those with such a list, in either lane the next one to be served first.
  private var turns: [Turn] = []
  private var urgentTurns: [Turn] = []
  /// How many scans of a client run, in each lane; none is left out.
  private var running: [Turn: Int] = [:]
  private var nextNumber: UInt64 = 0
  private(set) var queuedCount = 0

  init(limit: Int, share: Int = .max) {
    self.limit = limit
    self.share = share
  }

  var runningCount: Int { jobs.count - queuedCount }

  /// Takes a request.
  ///
  /// - Parameter generation: the policy in force. A scan that runs under another one is not joined.
  mutating func submit(
    _ request: Request, label: [UInt8] = [], isUrgent: Bool = false, key: Key, generation: Int,
    work: @autoclosure () -> Work
  ) -> Admission {
    let waiting = Waiting(request: request, label: label, isUrgent: isUrgent)
    if let number = byKey[key], let job = jobs[number],
      job.generation == nil || job.generation == generation
    {
      jobs[number]?.waiting.append(waiting)
      byRequest[request] = number
      if job.generation != nil { return .accepted(ahead: 0) }
      enlist(number, for: waiting.turn)
      return .accepted(ahead: max(0, queuedCount - 1))
    }
    guard queuedCount < (isUrgent ? limit : limit - limit / 8) || !isWaiting(request.client) else {
      return .full
    }
    let number = nextNumber
    nextNumber += 1
    jobs[number] = Job(number: number, key: key, work: work(), waiting: [waiting])
    byKey[key] = number
    byRequest[request] = number
    queuedCount += 1
    enlist(number, for: waiting.turn)
    return .accepted(ahead: queuedCount - 1)
  }

  /// The scan whose turn it is, which runs from now on; nil where none waits.
  ///
  /// - Parameter isReserved: whether only an urgent one is taken, of a client that has none running.
  mutating func take(generation: Int, isReserved: Bool = false) -> Job? {
    guard let turn = nextTurn(isReserved: isReserved), let number = lists[turn]?.first else { return nil }
    putLast(turn)
    for waiting in jobs[number]?.waiting ?? [] { strike(number, for: waiting.turn) }
    jobs[number]?.generation = generation
    jobs[number]?.turn = turn
    running[turn, default: 0] += 1
    queuedCount -= 1
    return jobs[number]
  }

  private func nextTurn(isReserved: Bool) -> Turn? {
    if let turn = urgentTurns.first(where: { running[$0] == nil && mayRun($0) }) { return turn }
    // Rather a second one of the same client than none at all.
    return isReserved ? nil : turns.first(where: mayRun) ?? urgentTurns.first(where: mayRun)
  }

  private func mayRun(_ turn: Turn) -> Bool {
    let other = Turn(client: turn.client, isUrgent: !turn.isUrgent)
    return running[turn, default: 0] + running[other, default: 0] < share
  }

  private mutating func putLast(_ turn: Turn) {
    if turn.isUrgent {
      urgentTurns.removeAll { $0 == turn }
      urgentTurns.append(turn)
    } else {
      turns.removeAll { $0 == turn }
      turns.append(turn)
    }
  }

  /// Ends a scan that ran: those who still wait for it.
  mutating func finish(_ number: UInt64) -> [Waiting] {
    guard let job = jobs.removeValue(forKey: number) else { return [] }
    if byKey[job.key] == number { byKey[job.key] = nil }
    for waiting in job.waiting { byRequest[waiting.request] = nil }
    if let turn = job.turn, let count = running[turn] { running[turn] = count > 1 ? count - 1 : nil }
    return job.waiting
  }

  /// Takes a request back.
  mutating func withdraw(_ request: Request) -> Withdrawal {
    guard let number = byRequest.removeValue(forKey: request), var job = jobs[number] else {
      return .unknown
    }
    let turn = job.waiting.first { $0.request == request }?.turn
    job.waiting.removeAll { $0.request == request }
    jobs[number] = job
    let isQueued = job.generation == nil
    if isQueued, let turn, !job.waiting.contains(where: { $0.turn == turn }) { strike(number, for: turn) }
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

  private func isWaiting(_ client: UInt64) -> Bool {
    lists[Turn(client: client, isUrgent: false)] != nil
      || lists[Turn(client: client, isUrgent: true)] != nil
  }

  private mutating func enlist(_ number: UInt64, for turn: Turn) {
    if lists[turn] == nil { putLast(turn) }
    guard lists[turn]?.contains(number) != true else { return }
    lists[turn, default: []].append(number)
  }

  private mutating func strike(_ number: UInt64, for turn: Turn) {
    guard var list = lists[turn] else { return }
    list.removeAll { $0 == number }
    lists[turn] = list.isEmpty ? nil : list
    guard list.isEmpty else { return }
    if turn.isUrgent { urgentTurns.removeAll { $0 == turn } } else { turns.removeAll { $0 == turn } }
  }
}
