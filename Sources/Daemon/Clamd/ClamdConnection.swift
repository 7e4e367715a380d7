internal import Linux
internal import Wire

/// A file whose bytes come by INSTREAM.
struct ClamdStream {
  let id: UInt64
  /// nil where they only come to be thrown away.
  var file: IncomingFile?
  /// Why it is not examined: what is answered at its end.
  var trouble: ClamdReply?
  /// Since when they are thrown away.
  var discardedSince: UInt64?
  /// Bytes of all chunks that were announced.
  var announced: UInt64 = 0

  /// Gives the memory back, and says why.
  mutating func discard(_ reason: ClamdReply) {
    guard trouble == nil else { return }
    trouble = reason
    file = nil
    discardedSince = MonotonicClock.nanoseconds
  }
}

/// A client that speaks clamd's protocol.
///
/// It is no other client than one of the daemon's own protocol: its requests are begun, shared out, limited and ended by
/// the same means, and only what goes over the socket differs. What would be too much for it is not refused but not
/// read, as its clients expect it.
final class ClamdConnection: Connection {
  /// Bytes of replies that may wait: many small ones cost more than what they say.
  static let outputLimit = 64 << 10

  var parser = ClamdParser()
  /// What has come and waits for its turn.
  var backlog: ArraySlice<ClamdEvent> = []
  /// The descriptor that came with a file in the backlog.
  var descriptor: FileDescriptor?
  var stream: ClamdStream?
  var isInSession = false
  /// Why it is not served, which it is told in answer to its first command.
  private(set) var refusal: DaemonReply?
  private var headings: [UInt64: ClamdHeading] = [:]
  private var lastID: UInt64 = 0
  private var lastInput = MonotonicClock.nanoseconds
  private var isShutDown = false

  /// The id of a new request, which is its number in a session.
  func newRequest(_ delimiter: ClamdDelimiter, subject: String? = nil) -> UInt64 {
    lastID += 1
    headings[lastID] = ClamdHeading(
      number: isInSession ? lastID : nil, delimiter: delimiter, subject: subject)
    return lastID
  }

  /// Queues the answer to a request, or with the id 0 to the connection as a whole.
  func queue(_ reply: ClamdReply, to id: UInt64, completes: Bool = false) {
    let heading = headings.removeValue(forKey: id) ?? ClamdHeading(delimiter: parser.delimiter)
    queue(heading.line(reply), completes: completes ? id : nil)
  }

  override func queue(_ reply: DaemonReply, completes id: UInt64?) {
    switch reply {
    case .busy(let request, let reason, _): queue(.busy(reason), to: request, completes: id != nil)
    case .refused(let request, let code, _): queue(.refused(code), to: request, completes: id != nil)
    // What else there is before a verdict has no words in this protocol.
    default: return
    }
  }

  override func queue(_ completion: Completion) {
    let id = completion.request.id
    switch completion.kind {
    case .scan(_, let outcome): queue(ClamdReply(outcome), to: id, completes: true)
    case .failure, .other: queue(.refused(id: id, .store, reason: ""), completes: id)
    }
  }

  /// Whether there is room for the answer to one more request.
  private func hasRoom(_ limits: DaemonLimits) -> Bool {
    outputBytes < Self.outputLimit && open.count < limits.credits
  }

  /// The next thing to be done; nil where there is none, or it has to wait.
  func nextEvent(_ limits: DaemonLimits) -> ClamdEvent? { hasRoom(limits) ? backlog.popFirst() : nil }

  override func wantsInput(_ limits: DaemonLimits) -> Bool {
    isEnding || (!parser.isOver && backlog.isEmpty && hasRoom(limits))
  }

  override var waitsForClock: Bool { super.waitsForClock || !parser.isOver || !backlog.isEmpty }

  /// Ends the connection for its client, too, once there is nothing left to say.
  override func flush() throws(SystemCallError) {
    try super.flush()
    if parser.isOver, backlog.isEmpty, stream == nil, open.isEmpty { isEnding = true }
    guard isEnding, !hasOutput, !isShutDown else { return }
    isShutDown = true
    try socket.shutDownWriting()
  }

  override func dropInput() {
    backlog = []
    descriptor = nil
    stream = nil
  }

  override func turnAway(_ reply: DaemonReply, by daemon: Daemon) { refusal = reply }

  override func take(_ message: consuming Message, for daemon: Daemon) {
    lastInput = MonotonicClock.nanoseconds
    daemon.take(message, from: self)
  }

  override func takeEnd(for daemon: Daemon) {
    if isEnding || parser.isOver { return daemon.close(self) }
    daemon.takeEnd(from: self)
  }

  override func endTurn(at now: UInt64, for daemon: Daemon) {
    if !backlog.isEmpty { daemon.proceed(self) }
    guard !isEnding else { return }
    let patience = refusal == nil ? daemon.limits.stalledSeconds * 1_000_000_000 : Daemon.endingNanoseconds
    if let since = stream?.discardedSince, now - min(now, since) > patience {
      return daemon.endStream(of: self)
    }
    let quiet = now - min(now, max(lastInput, lastProgress))
    guard wantsInput(daemon.limits), open.isEmpty || parser.isInside, quiet > patience else { return }
    daemon.end(self, .timedOut)
  }
}
