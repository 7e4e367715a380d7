internal import Linux
internal import Wire

/// One client. Belongs to the thread of the event loop.
///
/// This one speaks the daemon's own protocol; one that speaks another overrides what differs.
class Connection {
  /// Never used twice.
  let number: UInt64
  let socket: FileDescriptor
  let peer: Peer
  let role: Role
  /// Whether the hello has come.
  var isGreeted = false
  /// Whether nothing more is read from it, and it ends when everything is sent.
  var isEnding = false
  /// Requests without a final answer, or whose answer is not sent.
  private(set) var open: Set<UInt64> = []
  /// Files whose bytes come through this connection, by the ids of their streams.
  var incoming: [UInt64: IncomingFile] = [:]
  private var outgoing = Outgoing()
  /// When something was last sent, or nothing waited to be sent.
  private(set) var lastProgress: UInt64

  init(_ socket: consuming FileDescriptor, number: UInt64, peer: Peer, role: Role) {
    self.socket = socket
    self.number = number
    self.peer = peer
    self.role = role
    lastProgress = MonotonicClock.nanoseconds
  }

  final var hasOutput: Bool { !outgoing.isEmpty }
  final var outputBytes: Int { outgoing.byteCount }

  /// Takes an id for a request; false where it is in use.
  final func begin(_ id: UInt64) -> Bool { open.insert(id).inserted }

  final func queue(_ bytes: [UInt8], completes id: UInt64? = nil) {
    if outgoing.isEmpty { lastProgress = MonotonicClock.nanoseconds }
    outgoing.append(Outgoing.Message(bytes: bytes, completes: id))
  }

  /// Whether more is to be read from it.
  func wantsInput(_ limits: DaemonLimits) -> Bool { outputBytes < limits.outputBytes }

  /// Whether it may be time, and nothing else, that ends something of it.
  var waitsForClock: Bool { hasOutput || isEnding || !incoming.isEmpty }

  func queue(_ reply: DaemonReply, completes id: UInt64? = nil) {
    queue(reply.encoded(), completes: id)
  }

  /// Queues the end of one of its requests.
  func queue(_ completion: Completion) {
    for message in completion.messages.dropLast() { queue(message) }
    if let last = completion.messages.last { queue(last, completes: completion.request.id) }
  }

  /// Sends what can be sent without waiting.
  func flush() throws(SystemCallError) {
    let before = outgoing.byteCount
    for id in try outgoing.flush(to: socket) { open.remove(id) }
    if outgoing.byteCount < before || outgoing.isEmpty { lastProgress = MonotonicClock.nanoseconds }
  }

  /// Lets go of what has come and is not a request yet.
  func dropInput() { incoming = [:] }

  /// Tells a client that it is not served.
  func turnAway(_ reply: DaemonReply, by daemon: Daemon) { daemon.end(self, reply) }

  /// Has the daemon do what has come.
  func take(_ message: consuming Message, for daemon: Daemon) { daemon.handle(message, from: self) }

  /// Nothing more comes from it.
  func takeEnd(for daemon: Daemon) { daemon.close(self) }

  /// Goes on with what had to wait, and ends what has taken too long.
  func endTurn(at now: UInt64, for daemon: Daemon) { daemon.expireStreams(of: self, at: now) }
}
