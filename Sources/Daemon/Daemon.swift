internal import Findings
internal import Linux
internal import Wire

/// How much the daemon takes on.
struct DaemonLimits: Equatable, Sendable {
  /// Scans that may wait.
  var queue = 1_024
  /// Connections at once.
  var connections = 4_096
  /// Unanswered requests of one connection.
  var credits = 32
  /// Bytes that may wait for a client that does not read.
  var outputBytes = 16 << 20
  /// Bytes of one file that comes through a connection.
  var streamBytes = 64 << 20
  /// Bytes of all such files, until they are examined.
  var stagedBytes = 256 << 20
  /// How long a client may read nothing of what waits for it.
  var stalledSeconds: UInt64 = 30
  /// How long what runs may go on after a signal to stop.
  var graceSeconds: UInt64 = 10
  /// How long after one test of itself the next begins.
  var selfTestSeconds: UInt64 = 3_600

  init() {}

  /// As much as a process with so many descriptors can hold: two for each connection, whose first scan always may wait,
  /// one for each other waiting scan and each stream, and eight for each worker.
  init(descriptors: Int, workers: Int) {
    let available = max(64, descriptors - 64 - workers * 8)
    queue = min(queue, available / 4)
    connections = min(connections, available / 4)
    stagedBytes = min(stagedBytes, available / 8 * StagingMemory.least)
    streamBytes = min(streamBytes, stagedBytes)
  }
}

/// The event loop: one thread that has all connections, and never waits for a file, a worker or the store.
final class Daemon {
  /// Connections beyond the limit that are told so at one time.
  static let refusedConnections = 64
  /// Messages taken from one connection before the others have their turn.
  static let messagesPerTurn = 16
  /// How long to wait for descriptors where none was left for a connection.
  static let exhaustionNanoseconds: UInt64 = 200_000_000
  /// How long a connection may stay after its last word.
  static let endingNanoseconds: UInt64 = 2_000_000_000

  let operations: Operations
  let limits: DaemonLimits
  let workers: Int
  let roles: Roles
  /// Health checks and reloads.
  let keeper: SerialWork
  /// Answers from the store.
  let answers: SerialWork
  /// Signs of life from the process that makes the workers.
  let pulses: SerialWork
  let manager: ServiceManager
  let reload: @Sendable () -> Void
  let started = MonotonicClock.nanoseconds

  let staging: StagingMemory
  private let signals: SignalReader
  private var listeners: [ListeningSocket]
  var connections: [UInt64: Connection] = [:]
  private var nextNumber: UInt64 = 1
  /// Before this no connection is accepted.
  private var acceptingFrom: UInt64 = 0
  /// When the next sign of life is due; nil where nobody waits for one, or it is on its way.
  private var nextPulse: UInt64?
  /// When the next test of itself is due. There was one before this loop.
  var nextSelfTest: UInt64
  /// What the service manager was last told to be wrong.
  var heededTrouble: String?
  private var buffer = [UInt8](repeating: 0, count: WireLimit.message)
  /// When to stop waiting for what runs; nil while nobody has asked to stop.
  private(set) var stopDeadline: UInt64?
  var counters = Counters()

  struct Counters {
    var accepted: UInt64 = 0
    var answered: UInt64 = 0
    var cached: UInt64 = 0
    var busy: UInt64 = 0
    var refused: UInt64 = 0
    var cancelled: UInt64 = 0
    /// What was put off or refused, by the reason.
    var rejected: [String: UInt64] = [:]

    mutating func count(_ reply: DaemonReply) {
      switch reply {
      case .busy(_, let reason, _): rejected["\(reason)", default: 0] += 1
      case .refused(_, let code, _): rejected["\(code)", default: 0] += 1
      default: break
      }
    }
  }

  init(
    _ operations: Operations, listeners: [ListeningSocket], signals: consuming SignalReader,
    limits: DaemonLimits, workers: Int, roles: Roles, keeper: SerialWork, answers: SerialWork,
    pulses: SerialWork, manager: ServiceManager, reload: @escaping @Sendable () -> Void
  ) {
    self.operations = operations
    self.listeners = listeners
    self.signals = signals
    self.limits = limits
    staging = StagingMemory(limit: limits.stagedBytes)
    self.workers = workers
    self.roles = roles
    self.keeper = keeper
    self.answers = answers
    self.pulses = pulses
    self.manager = manager
    self.reload = reload
    nextSelfTest = MonotonicClock.nanoseconds + limits.selfTestSeconds * 1_000_000_000
    nextPulse = manager.pulseNanoseconds.map { _ in 0 }
  }

  /// Serves until a signal to stop, and until everything is answered or its time is over.
  func run() throws(SystemCallError) {
    while !isFinished { try turn() }
    for connection in connections.values { close(connection) }
  }

  private func turn() throws(SystemCallError) {
    var entries = [PollEntry(signals.descriptor.number), PollEntry(operations.wake.number)]
    let accepts =
      connections.count < limits.connections + Self.refusedConnections
      && acceptingFrom <= MonotonicClock.nanoseconds
    let listeners = listeners
    entries += listeners.map { PollEntry(accepts ? $0.descriptor.number : -1) }
    let polled = Array(connections.values)
    for connection in polled {
      var interest: PollEvents = []
      if connection.wantsInput(limits) { interest.insert(.input) }
      if connection.hasOutput { interest.insert(.output) }
      entries.append(PollEntry(connection.socket.number, interest))
    }
    try poll(&entries, milliseconds: waitMilliseconds)

    if !entries[0].found.isEmpty { try handleSignals() }
    if !entries[1].found.isEmpty {
      try operations.wake.clearNotifications()
      deliver(operations.takeCompletions())
      takePulse()
      heedSelfTest()
    }
    for (entry, listener) in zip(entries.dropFirst(2), listeners) where !entry.found.isEmpty {
      try acceptAll(listener)
    }
    for (entry, connection) in zip(entries.dropFirst(2 + listeners.count), polled)
    where !entry.found.isEmpty {
      serve(connection, entry.found)
    }
    expire()
    askForPulse()
    askForSelfTest()
  }

  /// How long to wait where nothing comes.
  private var waitMilliseconds: Int {
    let next = min(nextPulse ?? .max, nextSelfTest)
    let now = MonotonicClock.nanoseconds
    let left = Int(clamping: (next - min(next, now) + 999_999) / 1_000_000)
    return isWaitingForClock ? min(100, left) : left
  }

  private var isWaitingForClock: Bool {
    stopDeadline != nil || acceptingFrom > MonotonicClock.nanoseconds
      || connections.values.contains { $0.waitsForClock }
  }

  private func acceptAll(_ listener: ListeningSocket) throws(SystemCallError) {
    for _ in 0..<Self.refusedConnections {
      do throws(SystemCallError) {
        guard let socket = try listener.descriptor.accept() else { return }
        try welcome(socket, listener.kind)
      } catch  where error.isExhausted {
        operations.log.write("exhausted") { $0.append("reason", "\(error)") }
        acceptingFrom = MonotonicClock.nanoseconds + Self.exhaustionNanoseconds
        return
      }
    }
  }

  /// - Parameter kind: of the socket: a stream is for clamd's protocol.
  private func welcome(
    _ socket: consuming FileDescriptor, _ kind: LocalSocketKind
  ) throws(SystemCallError) {
    let peer = try socket.peer()
    let role = roles.role(of: peer.user)
    let connection =
      switch kind {
      case .messages: Connection(socket, number: nextNumber, peer: peer, role: role)
      case .stream: ClamdConnection(socket, number: nextNumber, peer: peer, role: role)
      }
    nextNumber += 1
    connections[connection.number] = connection
    if connection.role == .none {
      operations.log.write("forbidden") { line in
        line.append("user", peer.user)
        line.append("process", peer.process)
      }
      connection.turnAway(
        .refused(id: 0, .forbidden, reason: "user \(peer.user) may not ask this daemon"), by: self)
    } else if connections.count > limits.connections {
      connection.turnAway(.busy(id: 0, .connections, retryMilliseconds: 1_000), by: self)
    }
  }

  private func serve(_ connection: Connection, _ found: PollEvents) {
    guard connections[connection.number] != nil else { return }
    do throws(SystemCallError) {
      if found.contains(.output) { try connection.flush() }
      if found.contains(.input) {
        try receive(from: connection)
      } else if !found.isDisjoint(with: [.hangUp, .error, .invalid]) {
        close(connection)
      }
    } catch {
      close(connection)
    }
  }

  private func receive(from connection: Connection) throws(SystemCallError) {
    // What is done about one message can end the connection.
    for _ in 0..<Self.messagesPerTurn
    where connections[connection.number] != nil && connection.wantsInput(limits) {
      do throws(SystemCallError) {
        guard let message = try connection.socket.receive(into: &buffer, descriptors: 0...4, wait: false)
        else { return connection.takeEnd(for: self) }
        // After its last word a client is only read so that its end does not come as a reset.
        if connection.isEnding { continue }
        connection.take(message, for: self)
        try connection.flush()
      } catch  where error.wouldBlock {
        return
      } catch  where error.isBadMessage {
        if !connection.isEnding { end(connection, .refused(id: 0, .malformed, reason: error.detail)) }
      }
    }
  }

  /// Says a last word to a connection, which ends once it is read.
  func end(_ connection: Connection, _ reply: DaemonReply) {
    abandon(connection)
    send(reply, to: connection)
  }

  /// Takes back all that a connection has asked for, and takes nothing more from it.
  func abandon(_ connection: Connection) {
    counters.refused += 1
    withdrawAll(of: connection)
    connection.dropInput()
    connection.isEnding = true
  }

  func send(_ reply: DaemonReply, to connection: Connection, completes id: UInt64? = nil) {
    counters.count(reply)
    connection.queue(reply, completes: id)
    flush(connection)
  }

  func flush(_ connection: Connection) {
    do throws(SystemCallError) {
      try connection.flush()
    } catch {
      close(connection)
    }
  }

  private func deliver(_ completions: [Completion]) {
    for completion in completions {
      switch completion.kind {
      case .scan(let cached, _):
        counters.answered += 1
        if cached { counters.cached += 1 }
      case .failure:
        counters.refused += 1
        counters.rejected["\(RefusalCode.store)", default: 0] += 1
      case .other: break
      }
      let id = completion.request.id
      guard let connection = connections[completion.request.client], connection.open.contains(id),
        !connection.isEnding
      else { continue }
      connection.queue(completion)
      flush(connection)
    }
  }

  /// Lets go of a client, and of everything that only it waits for.
  func close(_ connection: Connection) {
    guard connections.removeValue(forKey: connection.number) != nil else { return }
    withdrawAll(of: connection)
  }

  private func withdrawAll(of connection: Connection) {
    for id in connection.open where operations.withdraw(Queue.Request(client: connection.number, id: id)) {
      counters.cancelled += 1
    }
  }

  private func expire() {
    let now = MonotonicClock.nanoseconds
    for connection in Array(connections.values) {
      connection.endTurn(at: now, for: self)
      let idle = now - min(now, connection.lastProgress)
      if connection.isEnding, idle > Self.endingNanoseconds { close(connection) }
      guard connection.hasOutput, idle > limits.stalledSeconds * 1_000_000_000 else { continue }
      operations.log.write("stalled") { $0.append("client", connection.number) }
      close(connection)
    }
  }
}

/// Signs of life for the service manager: one is given where this loop and the process that makes the workers answer.
extension Daemon {
  private func askForPulse() {
    guard let due = nextPulse, MonotonicClock.nanoseconds >= due else { return }
    nextPulse = nil
    pulses.add { [operations] in operations.takePulse() }
  }

  private func takePulse() {
    guard let isAlive = operations.pulse(), let interval = manager.pulseNanoseconds else { return }
    if isAlive { manager.tell(.alive) }
    nextPulse = MonotonicClock.nanoseconds + interval
  }
}

extension Daemon {
  private func handleSignals() throws(SystemCallError) {
    while let signal = try signals.next() {
      if signal == Signal.hangUp {
        keeper.add(reload)
      } else {
        beginStop(Signal.name(signal))
      }
    }
  }

  private func beginStop(_ signal: String) {
    let now = MonotonicClock.nanoseconds
    operations.log.write("stopping") { $0.append("signal", signal) }
    manager.tell(.stopping(status: "stopping after \(signal)"))
    guard stopDeadline == nil else {
      stopDeadline = now
      return
    }
    stopDeadline = now + limits.graceSeconds * 1_000_000_000
    listeners = []
    refuse(operations.queuedRequests)
    stopStreams()
  }

  private func refuse(_ requests: [Queue.Request]) {
    for request in requests where operations.withdraw(request) {
      guard let connection = connections[request.client] else { continue }
      counters.busy += 1
      send(
        .busy(id: request.id, .stopping, retryMilliseconds: 1_000), to: connection, completes: request.id)
    }
  }

  /// Whether the daemon may end: it is to stop, and everything is answered or its time is over.
  private var isFinished: Bool {
    guard let stopDeadline else { return false }
    if MonotonicClock.nanoseconds >= stopDeadline {
      for connection in connections.values {
        refuse(connection.open.map { Queue.Request(client: connection.number, id: $0) })
      }
      return true
    }
    return connections.values.allSatisfy { $0.open.isEmpty && !$0.hasOutput }
  }
}
