internal import Findings
internal import Linux
internal import Wire

/// What the daemon does about what comes in clamd's protocol.
extension Daemon {
  /// Bytes of a stream that are taken and thrown away at most, so that its client reads why: as many times its limit.
  static let drainedStreams: UInt64 = 16

  func take(_ message: consuming Message, from connection: ClamdConnection) {
    let events = connection.parser.take(message.bytes)
    // The kernel ends what it hands over where descriptors came, so they belong to the one file that is in it.
    let files = events.count { if case .file = $0 { true } else { false } }
    guard message.descriptors.count == files, files <= 1 else {
      return end(connection, .refused(.malformed))
    }
    connection.descriptor = message.descriptors.takeFirst()
    connection.backlog += events
    proceed(connection)
  }

  /// Takes the end of what a client sends, who may still want to read.
  func takeEnd(from connection: ClamdConnection) {
    connection.backlog += connection.parser.takeEnd()
    proceed(connection)
  }

  /// Does what there is to be done and has no answer to wait for.
  func proceed(_ connection: ClamdConnection) {
    while connections[connection.number] != nil, !connection.isEnding,
      let event = connection.nextEvent(limits)
    {
      handle(event, from: connection)
    }
    guard connections[connection.number] != nil, !connection.isEnding else { return }
    // Its client has stopped sending where it stands.
    if connection.parser.isOver, connection.backlog.isEmpty, connection.stream != nil {
      return end(connection, .streamCut)
    }
    flush(connection)
  }

  /// Says a last word to a connection, in answer to its stream where there is one.
  func end(_ connection: ClamdConnection, _ reply: ClamdReply) {
    let id = connection.stream?.id ?? 0
    abandon(connection)
    connection.queue(reply, to: id)
    flush(connection)
  }

  private func handle(_ event: ClamdEvent, from connection: ClamdConnection) {
    if let refusal = connection.refusal { return end(connection, refusal) }
    switch event {
    case .session: connection.isInSession = true
    case .command(let command, let delimiter): answer(command, delimiter, connection)
    case .file(let delimiter):
      guard let file = connection.descriptor.take() else { return end(connection, .refused(.malformed)) }
      let id = connection.newRequest(delimiter, subject: "fd[\(file.number)]")
      let scan = ScanRequest(id: id)
      guard connection.role.allows(.scan(scan)) else {
        counters.refused += 1
        return send(.refused(id: id, .role, reason: ""), to: connection)
      }
      take(scan, file, from: connection)
    case .stream(let delimiter): beginStream(delimiter, connection)
    case .chunk(let length): takeChunk(length, connection)
    case .data(let bytes): takeData(bytes, connection)
    case .streamEnd: finishStream(connection)
    case .overlong: end(connection, .overlong)
    }
  }

  private func answer(
    _ command: ClamdCommand, _ delimiter: ClamdDelimiter, _ connection: ClamdConnection
  ) {
    var subject: String?
    if case .path(let path) = command { subject = path }
    let id = connection.newRequest(delimiter, subject: subject)
    let reply: ClamdReply =
      switch command {
      case .ping: operations.trouble == nil ? .pong : .refused(.failing)
      case .version: ClamdReply(text: clamdVersion)
      case .versionCommands:
        ClamdReply(text: clamdVersion + "| COMMANDS: " + ClamdParser.served.joined(separator: " "))
      case .stats: ClamdReply(text: clamdStats)
      case .path: .path
      case .control: .control
      case .unknown: .unknownCommand
      }
    if reply.isError { counters.refused += 1 }
    connection.queue(reply, to: id)
  }

  /// `Lazaret 0.8.0/1f3a5b7c9d0e/Sun Nov 29 12:00:00 2026`: the engine, the policy's digest and when it was read, in
  /// the places of clamd's version, that of its database and when that was made. `print_ver` of clamd's session.c
  private var clamdVersion: String {
    let station = operations.station
    let digest = station.policy.split(separator: ":").last ?? ""
    let time = WallClock.text(station.readMilliseconds / 1_000)
    return "Lazaret \(Engine.version)/\(digest.prefix(12))/\(time)"
  }

  /// As `thrmgr_printstats` of clamd's thrmgr.c has it. Its memory pools are here the memory for streams.
  private var clamdStats: String {
    let load = operations.load
    let threads = workers + 1
    let state = stopDeadline != nil ? "EXIT" : operations.trouble != nil ? "INVALID" : "VALID"
    return """
      POOLS: 1

      STATE: \(state) PRIMARY
      THREADS: live \(threads)  idle \(max(0, threads - load.running)) max \(threads) idle-timeout 0
      QUEUE: \(load.queued) items

      MEMSTATS: heap N/A mmap N/A used N/A free N/A releasable N/A pools 1 \
      pools_used \(Self.megabytes(staging.usedBytes)) pools_total \(Self.megabytes(staging.limit))
      END
      """
  }

  /// `1.500M`
  private static func megabytes(_ bytes: Int) -> String {
    let thousandths = String(bytes % (1 << 20) * 1_000 >> 20)
    return "\(bytes >> 20)." + String(repeating: "0", count: 3 - thousandths.count) + thousandths + "M"
  }
}

/// Files whose bytes come by INSTREAM. How many there will be is known when they have come.
extension Daemon {
  private func beginStream(_ delimiter: ClamdDelimiter, _ connection: ClamdConnection) {
    let id = connection.newRequest(delimiter, subject: "stream")
    let scan = ScanRequest(id: id)
    connection.stream = ClamdStream(id: id)
    guard connection.role.allows(.stream(scan, size: 0)) else {
      return discard(.refused(.role), connection)
    }
    guard let share = staging.reserve(0) else { return discard(.busy(.staging), connection) }
    do throws(SystemCallError) {
      connection.stream?.file = try IncomingFile(scan, size: limits.streamBytes, share)
    } catch {
      discard(.refused(.stream), connection)
    }
  }

  private func takeChunk(_ length: UInt32, _ connection: ClamdConnection) {
    connection.stream?.announced += UInt64(length)
    guard let announced = connection.stream?.announced, announced > limits.streamBytes else { return }
    discard(.streamTooLarge, connection)
    if announced > UInt64(limits.streamBytes) * Self.drainedStreams { endStream(of: connection) }
  }

  private func takeData(_ bytes: ArraySlice<UInt8>, _ connection: ClamdConnection) {
    guard let file = connection.stream?.file else { return }
    while file.roomBytes < file.received + bytes.count {
      guard let share = staging.reserve(StagingMemory.least) else {
        return discard(.busy(.staging), connection)
      }
      file.add(share)
    }
    do throws(SystemCallError) {
      guard try file.take(Array(bytes)) else { return discard(.streamTooLarge, connection) }
    } catch {
      discard(.refused(.stream), connection)
    }
  }

  /// Throws away what has come of a stream and what will. It is answered at its end: most clients read no sooner.
  private func discard(_ reason: ClamdReply, _ connection: ClamdConnection) {
    guard connection.stream?.trouble == nil else { return }
    connection.stream?.discard(reason)
    counters.refused += 1
    counters.rejected["\(RefusalCode.stream)", default: 0] += 1
  }

  private func finishStream(_ connection: ClamdConnection) {
    guard let stream = connection.stream else { return }
    connection.stream = nil
    guard let file = stream.file else {
      return connection.queue(stream.trouble ?? .streamCut, to: stream.id)
    }
    begin(stream.id, connection) { _ in finish(file, from: connection) }
  }

  /// Ends a connection whose stream was thrown away for too long.
  func endStream(of connection: ClamdConnection) {
    end(connection, connection.stream?.trouble ?? .streamCut)
  }

  /// Tells clients of the daemon's stop whose streams have not come to their end.
  func stopClamdStreams() {
    for case let connection as ClamdConnection in Array(connections.values) where connection.stream != nil {
      end(connection, .busy(.stopping))
    }
  }
}
