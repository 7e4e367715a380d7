internal import Findings
internal import Linux
internal import Wire

/// What the daemon does about each request.
extension Daemon {
  func handle(_ message: consuming Message, from connection: Connection) {
    let request: ClientRequest
    do throws(WireError) {
      request = try ClientRequest(parsing: message.bytes)
    } catch {
      return end(connection, .refused(id: 0, .malformed, reason: error.reason))
    }
    let count = message.descriptors.count
    guard count == request.descriptorCount else {
      return end(
        connection,
        .refused(
          id: 0, .malformed, reason: "\(count) descriptors where \(request.descriptorCount) are to come"))
    }
    if case .hello(let lowest, let highest, _) = request {
      return greet(connection, lowest: lowest, highest: highest)
    }
    guard connection.isGreeted else {
      return end(connection, .refused(id: 0, .malformed, reason: "a request before the hello"))
    }
    guard connection.role.allows(request) else {
      counters.refused += 1
      let reason =
        connection.role == .asking
        ? "user \(connection.peer.user) may only ask what is known"
        : "a tree is read with the daemon's rights: only its own user and root may have one examined"
      return send(.refused(id: request.id, .role, reason: reason), to: connection)
    }
    switch request {
    case .hello: break
    case .scan(let scan):
      if let file = message.descriptors.takeFirst() { take(scan, file, from: connection) }
    case .tree(let scan):
      if let directory = message.descriptors.takeFirst() { takeTree(scan, directory, from: connection) }
    case .stream(let scan, let size): beginStream(scan, size: size, from: connection)
    case .data(let id, let bytes): takeData(id, bytes, from: connection)
    case .query(let id, let sha256):
      begin(id, connection) { request in
        answers.add { [operations] in operations.answerQuery(request, sha256: sha256) }
      }
    case .cancel(let id, let scan): cancel(scan, by: id, connection)
    case .stats(let id):
      begin(id, connection) { _ in send(.stats(id: id, stats), to: connection, completes: id) }
    case .health(let id):
      begin(id, connection) { request in
        keeper.add { [operations] in operations.answerHealth(request) }
      }
    }
  }

  private func greet(_ connection: Connection, lowest: UInt16, highest: UInt16) {
    guard !connection.isGreeted else {
      return end(connection, .refused(id: 0, .malformed, reason: "hello a second time"))
    }
    let version = ClientLimit.version
    guard lowest...highest ~= version else {
      return end(
        connection,
        .refused(
          id: 0, .version, reason: "this daemon speaks version \(version), not \(lowest) to \(highest)"))
    }
    connection.isGreeted = true
    send(
      .hello(
        DaemonHello(
          version: version, engine: Engine.version, policy: operations.station.policy,
          credits: limits.credits, queue: limits.queue)), to: connection)
  }

  /// Begins a request where its id is free and the connection has credit for it.
  func begin(_ id: UInt64, _ connection: Connection, _ body: (Queue.Request) -> Void) {
    guard id != 0, !connection.open.contains(id), connection.incoming[id] == nil else {
      counters.refused += 1
      return send(.refused(id: id, .id, reason: "the id is 0 or in use"), to: connection)
    }
    guard connection.open.count < limits.credits else {
      return sendBusy(id, .credits, connection)
    }
    _ = connection.begin(id)
    body(Queue.Request(client: connection.number, id: id))
  }

  func sendBusy(_ id: UInt64, _ reason: BusyReason, _ connection: Connection) {
    counters.busy += 1
    send(.busy(id: id, reason, retryMilliseconds: 50), to: connection)
  }

  func take(_ scan: ScanRequest, _ file: consuming FileDescriptor, from connection: Connection) {
    let identity: FileIdentity
    do throws(SystemCallError) {
      guard try !file.isPathOnly(), try file.isReadOnly() else {
        return refuse(scan.id, "the descriptor is not open for reading only", connection)
      }
      identity = try file.identity()
    } catch {
      return refuse(scan.id, "\(error)", connection)
    }
    guard identity.isRegular else { return refuse(scan.id, "it is not a regular file", connection) }
    if let reason = whyNothingIsExamined(scan.id) { return send(reason, to: connection) }
    var taken: FileDescriptor? = consume file
    begin(scan.id, connection) { _ in
      if let file = taken.take() { submit(scan, ScanTask(file, size: identity.size), identity, connection) }
    }
  }

  private func takeTree(
    _ scan: ScanRequest, _ directory: consuming FileDescriptor, from connection: Connection
  ) {
    let identity: FileIdentity
    do throws(SystemCallError) {
      guard try !directory.isPathOnly() else {
        return refuse(scan.id, "the descriptor is not open for reading", connection)
      }
      identity = try directory.identity()
    } catch {
      return refuse(scan.id, "\(error)", connection)
    }
    guard identity.isDirectory else { return refuse(scan.id, "it is not a directory", connection) }
    if let reason = whyNothingIsExamined(scan.id) { return send(reason, to: connection) }
    var taken: FileDescriptor? = consume directory
    begin(scan.id, connection) { _ in
      guard let directory = taken.take() else { return }
      submit(scan, ScanTask(directory, size: 0, isTree: true), identity, connection)
    }
  }

  /// The answer to a scan at a time when none is taken; nil where they are.
  func whyNothingIsExamined(_ id: UInt64) -> DaemonReply? {
    if stopDeadline != nil {
      counters.busy += 1
      return .busy(id: id, .stopping, retryMilliseconds: 50)
    }
    guard let trouble = operations.trouble else { return nil }
    counters.refused += 1
    return .refused(id: id, .failing, reason: trouble)
  }

  /// Hands a scan that has begun to the queue, and tells its client.
  func submit(_ scan: ScanRequest, _ task: ScanTask, _ identity: FileIdentity, _ connection: Connection) {
    let request = Queue.Request(client: connection.number, id: scan.id)
    // What a directory holds now is not what it held when another scan of it began.
    let key = Queue.Key(file: identity, isFresh: scan.isFresh, owner: task.isTree ? request : nil)
    switch operations.submit(request, scan, key: key, task) {
    case .accepted(let ahead):
      counters.accepted += 1
      send(.accepted(id: scan.id, ahead: ahead), to: connection)
    case .full:
      counters.busy += 1
      send(.busy(id: scan.id, .queue, retryMilliseconds: 200), to: connection, completes: scan.id)
    }
  }

  private func refuse(_ id: UInt64, _ reason: String, _ connection: Connection) {
    counters.refused += 1
    send(.refused(id: id, .descriptor, reason: reason), to: connection)
  }

  private func cancel(_ scan: UInt64, by id: UInt64, _ connection: Connection) {
    let isIncoming = connection.incoming[scan]?.isDiscarded == false
    connection.incoming[scan]?.discard()
    guard isIncoming || operations.withdraw(Queue.Request(client: connection.number, id: scan)) else {
      return send(
        .refused(id: id, .id, reason: "no scan \(scan) waits or runs"), to: connection)
    }
    counters.cancelled += 1
    send(.cancelled(id: scan), to: connection, completes: scan)
  }

  private var stats: [Counter] {
    let load = operations.load
    let values: [(String, UInt64)] = [
      ("uptime_seconds", (MonotonicClock.nanoseconds - started) / 1_000_000_000),
      ("workers", UInt64(workers)), ("connections", UInt64(connections.count)),
      ("queued", UInt64(load.queued)), ("running", UInt64(load.running)),
      ("accepted_total", counters.accepted), ("answered_total", counters.answered),
      ("cached_total", counters.cached), ("busy_total", counters.busy),
      ("refused_total", counters.refused), ("cancelled_total", counters.cancelled),
    ]
    let reasons = BusyReason.allCases.map { "\($0)" } + RefusalCode.allCases.map { "\($0)" }
    return values.map { Counter(name: $0.0, value: $0.1) } + operations.counters
      + reasons.map { Counter(name: "rejected_total:\($0)", value: counters.rejected[$0] ?? 0) }
  }
}
