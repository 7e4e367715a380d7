internal import Findings
internal import Linux
internal import Policy
internal import Wire

/// A connection to the daemon, for one request at a time.
final class DaemonClient {
  /// How long a busy daemon is asked again before the request is given up.
  private static let patienceNanoseconds: UInt64 = 60_000_000_000

  /// What came of a file.
  struct Answer {
    let examination: Examination
    let waiver: Waiver?
    let notices: [String]
  }

  /// What the daemon said first.
  let hello: DaemonHello
  private let socket: FileDescriptor
  private var lastID: UInt64 = 0

  private init(_ socket: consuming FileDescriptor, hello: DaemonHello) {
    self.socket = socket
    self.hello = hello
  }

  /// Connects and greets.
  ///
  /// - Throws: `Failure` where nobody listens, or where the daemon will not serve this user or version.
  static func connect(to path: String) throws -> DaemonClient {
    let socket = try open(path)
    let version = ClientLimit.version
    try send(.hello(lowest: version, highest: version, name: "lazaret \(Engine.version)"), to: socket)
    guard case .hello(let hello) = try receive(from: socket) else {
      throw Failure("the daemon broke the protocol: it does not begin with its hello")
    }
    guard hello.version == version else { throw Failure("the daemon speaks version \(hello.version)") }
    return DaemonClient(socket, hello: hello)
  }

  private static func open(_ path: String) throws -> FileDescriptor {
    do throws(SystemCallError) {
      return try .connect(to: path)
    } catch {
      throw Failure("no daemon answers at \(Escaping.visible(path)): \(error.message)")
    }
  }

  /// Has the open file examined, asking again for a while where the daemon is busy.
  ///
  /// - Throws: `Failure` where there is no answer, or one that does not follow from its own report.
  func scan(
    _ file: borrowing FileDescriptor, label: [UInt8], isFresh: Bool, isUrgent: Bool
  ) throws -> Answer {
    let end = MonotonicClock.nanoseconds + Self.patienceNanoseconds
    while true {
      lastID += 1
      let request = ScanRequest(id: lastID, isFresh: isFresh, isUrgent: isUrgent, label: label)
      try Self.send(.scan(request), to: socket, descriptor: file.number)
      if let answer = try receiveAnswer() { return answer }
      guard MonotonicClock.nanoseconds < end else { throw Failure("the daemon is busy") }
    }
  }

  /// Has the daemon try itself.
  func health() throws -> [HealthCheck] {
    lastID += 1
    try Self.send(.health(id: lastID), to: socket)
    guard case .health(lastID, let checks) = try Self.receive(from: socket) else {
      throw Failure("the daemon broke the protocol: it does not answer what it was asked")
    }
    return checks
  }

  /// The daemon's counters.
  func stats() throws -> [Counter] {
    lastID += 1
    try Self.send(.stats(id: lastID), to: socket)
    guard case .stats(lastID, let counters) = try Self.receive(from: socket) else {
      throw Failure("the daemon broke the protocol: it does not answer what it was asked")
    }
    return counters
  }

  /// The answer to the last request; nil where the daemon was busy and it is time to ask again.
  private func receiveAnswer() throws -> Answer? {
    var decoder = VerdictDecoder()
    do {
      while true {
        switch try Self.receive(from: socket) {
        case .accepted(lastID, _): continue
        case .part(lastID, let part): try decoder.take(part)
        case .verdict(lastID, let frame):
          let examination = try decoder.finish(frame)
          return Answer(
            examination: examination, waiver: Waiver(frame.waiver, of: examination), notices: frame.notices)
        case .busy(lastID, .stopping, _): throw Failure("the daemon is stopping")
        case .busy(lastID, _, let milliseconds):
          var nothing: [PollEntry] = []
          try poll(&nothing, milliseconds: Int(min(milliseconds, 1_000)))
          return nil
        default: throw WireError("it does not answer what it was asked")
        }
      }
    } catch let error as WireError {
      throw Failure("the daemon broke the protocol: \(Escaping.visible(error.reason))")
    }
  }

  private static func send(
    _ request: ClientRequest, to socket: borrowing FileDescriptor, descriptor: Int32? = nil
  ) throws(SystemCallError) {
    do throws(SystemCallError) {
      try socket.send(request.encoded(), descriptors: descriptor.map { [$0] } ?? [])
    } catch {
      // Where it has left, it may have said why before.
      guard error.isDisconnected else { throw error }
    }
  }

  /// The next message.
  ///
  /// - Throws: `Failure` for the end of the connection and for a refusal, with its reason.
  private static func receive(from socket: borrowing FileDescriptor) throws -> DaemonReply {
    let reply: DaemonReply
    do {
      guard let message = try receiveMessage(from: socket) else {
        throw Failure("the daemon has closed the connection")
      }
      reply = try DaemonReply(parsing: message.bytes)
    } catch let error as WireError {
      throw Failure("the daemon broke the protocol: \(Escaping.visible(error.reason))")
    } catch let error as SystemCallError {
      throw Failure("the daemon is gone: \(error.message)")
    }
    switch reply {
    case .refused(_, _, let reason): throw Failure("the daemon refuses: \(Escaping.visible(reason))")
    case .busy(0, let reason, _): throw Failure("the daemon takes no connection now: \(reason)")
    default: return reply
    }
  }

  /// A reset can stand before the last words of a daemon that has left: they are read after it.
  private static func receiveMessage(
    from socket: borrowing FileDescriptor
  ) throws(SystemCallError) -> Message? {
    do throws(SystemCallError) {
      return try socket.receive(limit: WireLimit.message)
    } catch  where error.isDisconnected {
      return try socket.receive(limit: WireLimit.message)
    }
  }
}

extension Waiver {
  fileprivate init?(_ frame: WaiverFrame?, of examination: Examination) {
    guard let frame, let digest = examination.sha256 else { return nil }
    self.init(
      digest: digest, verdict: frame.verdict, reason: frame.reason, owner: frame.owner, until: frame.until)
  }
}

/// Connections to one daemon, as many as threads need at once.
struct DaemonPool: Sendable {
  private let path: String
  private let idle: Monitor<[DaemonClient]>

  init(path: String, first: sending DaemonClient) {
    self.path = path
    idle = Monitor([first])
  }

  /// Lends a connection; one on which anything went wrong is not used again.
  func withClient<Result>(_ body: (DaemonClient) throws -> Result) throws -> Result {
    let client = try idle.withLock { $0.popLast() } ?? DaemonClient.connect(to: path)
    let result = try body(client)
    idle.withLock { $0.append(client) }
    return result
  }
}

extension ArtifactExaminer {
  /// An examiner that hands every file to the daemon.
  init(
    daemon pool: DaemonPool, usesCache: Bool, isUrgent: Bool, workingDirectory: [UInt8],
    clock: @escaping @Sendable () -> Int
  ) {
    self.init { file, _, path in
      do {
        let answer = try pool.withClient {
          try $0.scan(
            file, label: Self.absolute(path, workingDirectory), isFresh: !usesCache, isUrgent: isUrgent)
        }
        let waivers = WaiverDecisions(answer.waiver.map { [$0] } ?? [], clock: clock)
        return ArtifactResult(
          path: path, judgement: .examined(answer.examination),
          isFailure: !answer.notices.isEmpty || answer.examination.sha256 == nil, notices: answer.notices,
          waiver: waivers.decision(on: answer.examination))
      } catch let error as Failure {
        return .failure(path, error.message, isFailure: true)
      } catch {
        return .failure(path, "\(error)", isFailure: true)
      }
    }
  }
}
