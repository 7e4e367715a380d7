internal import Linux
internal import Wire

/// Files whose bytes come through the connection, for clients that cannot pass a descriptor.
///
/// The client says first how many bytes there are, and sends them when it is told that there is room: what is too large
/// is refused before it is sent. The bytes go into memory that is sealed before anything examines it.
extension Daemon {
  func beginStream(_ scan: ScanRequest, size: UInt64, from connection: Connection) {
    guard let size = Int(exactly: size), size <= limits.streamBytes else {
      counters.refused += 1
      let reason = "\(size) bytes, where a stream has \(limits.streamBytes) at most: pass a descriptor"
      return send(.refused(id: scan.id, .stream, reason: reason), to: connection)
    }
    if let reason = whyNothingIsExamined(scan.id) { return send(reason, to: connection) }
    guard let share = staging.reserve(size) else { return sendBusy(scan.id, .staging, connection) }
    begin(scan.id, connection) { _ in
      do throws(SystemCallError) {
        let file = try IncomingFile(scan, size: size, share)
        connection.incoming[scan.id] = file
        if file.isComplete {
          finish(file, from: connection)
        } else {
          send(.ready(id: scan.id), to: connection)
        }
      } catch {
        refuseStream(scan.id, "\(error)", connection)
      }
    }
  }

  func takeData(_ id: UInt64, _ bytes: [UInt8], from connection: Connection) {
    guard let file = connection.incoming[id] else {
      return end(connection, .refused(id: 0, .malformed, reason: "bytes of a stream that is not ready"))
    }
    do throws(SystemCallError) {
      guard try file.take(bytes) else {
        return end(
          connection, .refused(id: 0, .malformed, reason: "a stream of more than its \(file.size) bytes"))
      }
    } catch {
      file.discard()
      refuseStream(id, "\(error)", connection)
    }
    if file.isComplete { finish(file, from: connection) }
  }

  /// Hands a file that has come to the queue.
  func finish(_ file: IncomingFile, from connection: Connection) {
    let id = file.scan.id
    connection.incoming[id] = nil
    do throws(SystemCallError) {
      // One that is thrown away has had its answer.
      guard let sealed = try file.sealed() else { return }
      if let reason = whyNothingIsExamined(id) { return send(reason, to: connection, completes: id) }
      let identity = try sealed.identity()
      let task = ScanTask(sealed, size: identity.size, shares: file.shares)
      submit(file.scan, task, identity, connection)
    } catch {
      refuseStream(id, "\(error)", connection)
    }
  }

  private func refuseStream(_ id: UInt64, _ reason: String, _ connection: Connection) {
    counters.refused += 1
    send(.refused(id: id, .stream, reason: reason), to: connection, completes: id)
  }

  /// Refuses streams of which nothing came for too long.
  func expireStreams(of connection: Connection, at now: UInt64) {
    for (id, file) in connection.incoming where !file.isDiscarded {
      guard now - min(now, file.lastProgress) > limits.stalledSeconds * 1_000_000_000 else { continue }
      file.discard()
      refuseStream(id, "nothing came for \(limits.stalledSeconds) s", connection)
    }
  }

  /// Refuses all streams that have not come to their end.
  func stopStreams() {
    for connection in connections.values {
      for (id, file) in connection.incoming where !file.isDiscarded {
        file.discard()
        if let reason = whyNothingIsExamined(id) { send(reason, to: connection, completes: id) }
      }
    }
    stopClamdStreams()
  }
}
