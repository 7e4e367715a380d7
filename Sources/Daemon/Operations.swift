internal import Findings
internal import Linux
internal import Supervisor
internal import VerdictStore
internal import Wire

/// One file or directory to be examined.
final class ScanTask: Sendable {
  let file: FileDescriptor
  /// Bytes, when it came.
  let size: Int
  let cancellation = Cancellation()
  /// Whether it is a directory, all of whose files are meant.
  let isTree: Bool
  /// The memory that the file is in, where it came through a connection.
  private let shares: [StagingMemory.Share]

  init(
    _ file: consuming FileDescriptor, size: Int, isTree: Bool = false, shares: [StagingMemory.Share] = []
  ) {
    self.file = file
    self.size = size
    self.isTree = isTree
    self.shares = shares
  }
}

typealias Queue = ScanQueue<ScanTask>

/// A scan whose turn has come.
struct ScanTurn: Sendable {
  let job: Queue.Job
  /// Under what it runs.
  let station: Station
  /// The file's, where it had to be made already.
  var digest: String?
}

/// The end of a request: what its client is to be sent.
struct Completion: Sendable {
  enum Kind: Sendable { case scan(cached: Bool, ScanOutcome), failure, other }

  let request: Queue.Request
  let messages: [[UInt8]]
  let kind: Kind
}

/// What the daemon's threads share, and what all of them but the event loop do.
final class Operations: Sendable {
  struct State: Sendable {
    var queue: Queue
    var station: Station
    /// Scans that waited for another one, and go on.
    var resumed: [ScanTurn] = []
    var isOver = false
  }

  let log: Log
  /// Readable when there are completions.
  let wake: FileDescriptor
  let store: VerdictStore
  let state: Monitor<State>
  private let completions = Monitor<[Completion]>([])
  let twins = Monitor(Twins<ScanTurn>())
  let tally = Monitor(Tally())
  let selfTest = Monitor(SelfTest())
  /// Whether the process that makes the workers answered; nil where nothing new is known.
  private let lastPulse = Monitor<Bool?>(nil)

  /// - Parameters:
  ///   - queueLimit: scans that may wait.
  ///   - workers: threads that examine, besides the one that is kept for urgent scans. No client gets more.
  init(
    station: Station, store: VerdictStore, queueLimit: Int, workers: Int, log: Log
  ) throws(SystemCallError) {
    self.store = store
    self.log = log
    wake = try .event()
    state = Monitor(State(queue: Queue(limit: queueLimit, share: workers), station: station))
  }

  var station: Station { state.withLock { $0.station } }
  var counters: [Counter] { tally.withLock { $0.counters } + selfTest.withLock { $0.counters } }
  /// For the service manager.
  var status: String { "examining under the policy \(station.policy)" }
  var load: (queued: Int, running: Int) {
    state.withLock { ($0.queue.queuedCount, $0.queue.runningCount) }
  }

  /// Takes a scan, if there is room.
  func submit(
    _ request: Queue.Request, _ scan: ScanRequest, key: Queue.Key, _ task: ScanTask
  ) -> Queue.Admission {
    state.update {
      $0.queue.submit(
        request, label: scan.label, isUrgent: scan.isUrgent, key: key,
        generation: $0.station.generation, work: task)
    }
  }

  /// Takes a scan back; false where it is not known, or its answer is on its way.
  func withdraw(_ request: Queue.Request) -> Bool {
    switch state.update({ $0.queue.withdraw(request) }) {
    case .unknown: return false
    case .withdrawn: return true
    case .abandoned(let task):
      task.cancellation.cancel()
      return true
    }
  }

  var queuedRequests: [Queue.Request] { state.withLock { $0.queue.queuedRequests } }

  /// Puts another policy to work for every scan that begins from now on.
  func replace(_ station: Station) { state.update { $0.station = station } }

  /// Lets the threads that examine end once nothing is left to do.
  func finish() { state.update { $0.isOver = true } }

  /// Everything that has ended since the last call.
  func takeCompletions() -> [Completion] {
    completions.withLock { completions in
      defer { completions = [] }
      return completions
    }
  }

  func complete(_ completion: Completion) {
    completions.withLock { $0.append(completion) }
    wakeLoop()
  }

  /// Asks the process that makes the workers for one, and lets the loop know.
  func takePulse() {
    var isAlive = true
    do {
      try station.supervisor.tryWorker()
    } catch {
      isAlive = false
      log.write("no-pulse") { $0.append("reason", "\(error)") }
    }
    lastPulse.withLock { $0 = isAlive }
    wakeLoop()
  }

  /// What became of the last one, once.
  func pulse() -> Bool? { lastPulse.withLock { $0.take() } }

  func wakeLoop() {
    do throws(SystemCallError) {
      try wake.notify()
    } catch {
      log.write("error") { $0.append("reason", "\(error)") }
    }
  }
}

extension Operations {
  /// Answers from the store alone.
  func answerQuery(_ request: Queue.Request, sha256: String) {
    let station = station
    var messages = [DaemonReply.unknown(id: request.id)]
    do {
      switch try store.lookup(sha256: sha256, policy: station.policy, engine: Engine.version) {
      case .hit(let scan):
        messages = DaemonReply.messages(
          answering: request.id, scan.examination,
          waiver: station.waiver(for: scan.examination).map { WaiverFrame($0) })
      case .miss: break
      case .untrusted(let reason): log.write("record-not-believed") { $0.append("reason", reason) }
      }
    } catch {
      messages = [.refused(id: request.id, .store, reason: "\(error)")]
    }
    complete(Completion(request: request, messages: messages.map { $0.encoded() }, kind: .other))
  }

  /// Tries whether everything that a scan needs is there.
  func answerHealth(_ request: Queue.Request) {
    let station = station
    var checks = testItself()
    do {
      _ = try store.mayHold(size: 0, policy: station.policy, engine: Engine.version)
      checks.append(HealthCheck(name: "verdict store", isGood: true, detail: "it answers"))
    } catch {
      checks.append(HealthCheck(name: "verdict store", isGood: false, detail: "\(error)"))
    }
    complete(
      Completion(
        request: request, messages: [DaemonReply.health(id: request.id, checks).encoded()], kind: .other))
  }
}
