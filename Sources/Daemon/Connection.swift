internal import Linux
internal import Wire

/// One client. Belongs to the thread of the event loop.
final class Connection {
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

  var hasOutput: Bool { !outgoing.isEmpty }
  var outputBytes: Int { outgoing.byteCount }

  /// Takes an id for a request; false where it is in use.
  func begin(_ id: UInt64) -> Bool { open.insert(id).inserted }

  func queue(_ reply: DaemonReply, completes id: UInt64? = nil) {
    queue(reply.encoded(), completes: id)
  }

  func queue(_ bytes: [UInt8], completes id: UInt64? = nil) {
    if outgoing.isEmpty { lastProgress = MonotonicClock.nanoseconds }
    outgoing.append(Outgoing.Message(bytes: bytes, completes: id))
  }

  /// Sends what can be sent without waiting.
  func flush() throws(SystemCallError) {
    let before = outgoing.byteCount
    for id in try outgoing.flush(to: socket) { open.remove(id) }
    if outgoing.byteCount < before || outgoing.isEmpty { lastProgress = MonotonicClock.nanoseconds }
  }
}
