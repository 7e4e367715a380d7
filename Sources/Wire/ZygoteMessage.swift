internal import ByteParsing

/// What the zygote says to the supervisor, on the control socket.
///
/// | type | message | fields | descriptors |
/// | --- | --- | --- | --- |
/// | 1 | hello | engine, kernel: text; layers | none |
/// | 2 | failure | reason: text | none |
/// | 3 | worker | pid: i32 | worker's socket, pidfd, read end of its status pipe |
///
/// Hello or failure comes first and once; then one worker for each ``SpawnRequest``.
package enum ZygoteMessage: Equatable, Sendable {
  /// The zygote is warmed and confined. Carries its engine version, the kernel's release and the layers that
  /// all its workers inherit.
  case hello(engine: String, kernel: String, layers: Layers)
  /// It cannot start or go on; it exits after this.
  case failure(reason: String)
  /// A worker was forked; the descriptors come with the message.
  case worker(pid: Int32)

  /// How many descriptors come with the message.
  package var descriptorCount: Int {
    switch self {
    case .hello, .failure: 0
    case .worker: 3
    }
  }

  /// The message as it goes through the socket, at most ``WireLimit/message`` bytes.
  package func encoded() -> [UInt8] {
    var writer: MessageWriter
    switch self {
    case .hello(let engine, let kernel, let layers):
      writer = MessageWriter(type: 1)
      writer.append(engine, limit: WireLimit.name)
      writer.append(kernel, limit: WireLimit.name)
      writer.append(layers)
    case .failure(let reason):
      writer = MessageWriter(type: 2)
      writer.append(reason, limit: WireLimit.sentence)
    case .worker(let pid):
      writer = MessageWriter(type: 3)
      writer.append(pid)
    }
    return writer.bytes
  }

  /// The message that `bytes` are.
  ///
  /// - Throws: ``WireError`` where they are not exactly one message.
  package init(parsing bytes: [UInt8]) throws(WireError) {
    self = try parseMessage(bytes, "zygote's message") { (type, reader) throws(ParseError) in
      switch type {
      case 1:
        return .hello(
          engine: try reader.readText(limit: WireLimit.name, "engine"),
          kernel: try reader.readText(limit: WireLimit.name, "kernel"),
          layers: try reader.readLayers())
      case 2:
        return .failure(reason: try reader.readText(limit: WireLimit.sentence, "reason"))
      case 3:
        let pid = try reader.readInteger(Int32.self, "pid")
        guard pid > 0 else { throw ParseError(.malformed, at: 1, "pid \(pid)") }
        return .worker(pid: pid)
      default: throw unknownType(type)
      }
    }
  }
}

/// What the supervisor says to the zygote: one more worker. It says nothing else.
package enum SpawnRequest: UInt8, CaseIterable, Sendable {
  /// One that examines the samples before its job comes, so that its job takes less.
  case rehearsed = 0x52
  /// One that does not: every processor has better to do.
  case plain = 0x50

  package var encoded: [UInt8] { [rawValue] }

  /// The request that `bytes` are; nil where they are none.
  package init?(parsing bytes: [UInt8]) {
    guard bytes.count == 1, let request = SpawnRequest(rawValue: bytes[0]) else { return nil }
    self = request
  }
}
