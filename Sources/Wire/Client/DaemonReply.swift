internal import ByteParsing
package import Findings

/// Why a scan is not taken now.
package enum BusyReason: UInt8, CaseIterable, Sendable {
  /// The connection has as many unanswered requests as it may have.
  case credits
  /// The daemon's queue is full.
  case queue
  /// There are as many connections as there may be.
  case connections
  /// The daemon stops.
  case stopping
  /// No memory is left for the bytes of another stream.
  case staging
}

/// Why a request cannot be met.
package enum RefusalCode: UInt8, CaseIterable, Sendable {
  /// The client broke the protocol; the connection ends.
  case malformed
  /// No common version; the connection ends.
  case version
  /// The client's user may not ask; the connection ends.
  case forbidden
  /// The descriptor is not what it must be.
  case descriptor
  /// The id is in use, or belongs to no request.
  case id
  /// The verdict could not be recorded, so there is none.
  case store
  /// The daemon's test of itself found something wrong; it examines nothing until one finds nothing.
  case failing
  /// The client's user may ask other things, but not this.
  case role
  /// The stream is too large, stands still or cannot be kept.
  case stream
}

/// One number that the daemon keeps.
package struct Counter: Hashable, Sendable {
  package let name: String
  package let value: UInt64

  package init(name: String, value: UInt64) {
    self.name = name
    self.value = value
  }
}

/// One thing that was tried to see whether the daemon can do its work.
package struct HealthCheck: Hashable, Sendable {
  package let name: String
  package let isGood: Bool
  /// What came of it, for people.
  package let detail: String

  package init(name: String, isGood: Bool, detail: String) {
    self.name = name
    self.isGood = isGood
    self.detail = detail
  }
}

/// What a client is told first.
package struct DaemonHello: Hashable, Sendable {
  package let version: UInt16
  package let engine: String
  /// `sha256:…` of the policy in force; a reload changes it, and each verdict says its own.
  package let policy: String
  /// Unanswered requests that a connection may have.
  package let credits: Int
  /// Scans that may wait, of all connections.
  package let queue: Int

  package init(version: UInt16, engine: String, policy: String, credits: Int, queue: Int) {
    self.version = version
    self.engine = engine
    self.policy = policy
    self.credits = credits
    self.queue = queue
  }
}

/// A part of a report, sent before its verdict.
package enum ReportPart: Hashable, Sendable {
  case format(String)
  case finding(FindingFrame)
  case gap(Gap)
}

/// What the daemon says to a client: one message a packet, never with a descriptor.
///
/// | type | message | fields |
/// | --- | --- | --- |
/// | 96 | hello | version: u16; engine, policy: text; credits, queue: u32 |
/// | 97 | accepted | id: u64; scans before it: u32 |
/// | 98 | part | id: u64; a worker's format (33), finding (34) or gap (35) |
/// | 99 | verdict | id: u64; ``VerdictFrame`` |
/// | 100 | busy | id: u64; reason: u8; try again after: u32, milliseconds |
/// | 101 | refused | id: u64; code: u8; reason: text |
/// | 102 | cancelled | id: u64, of the scan |
/// | 103 | unknown | id: u64, of the query |
/// | 104 | stats | id: u64; count: u32; name: text and value: u64 each |
/// | 105 | health | id: u64; count: u32; name: text, good: u8, detail: text each |
/// | 106 | ready | id: u64, of the stream |
///
/// Each request ends in exactly one of the messages from 99 to 105; before a verdict come the parts of its report. An id of
/// 0 in busy and refused stands for the connection itself.
package enum DaemonReply: Equatable, Sendable {
  case hello(DaemonHello)
  case accepted(id: UInt64, ahead: Int)
  case part(id: UInt64, ReportPart)
  case verdict(id: UInt64, VerdictFrame)
  case busy(id: UInt64, BusyReason, retryMilliseconds: UInt32)
  case refused(id: UInt64, RefusalCode, reason: String)
  case cancelled(id: UInt64)
  /// The store has no verdict that it can give.
  case unknown(id: UInt64)
  case stats(id: UInt64, [Counter])
  case health(id: UInt64, [HealthCheck])
  /// The bytes of a stream may come.
  case ready(id: UInt64)
}

extension DaemonReply {
  /// The message as it goes through the socket, at most ``WireLimit/message`` bytes: longer texts are cut.
  package func encoded() -> [UInt8] {
    var writer = MessageWriter(type: type)
    switch self {
    case .hello(let hello):
      writer.append(hello.version)
      writer.append(hello.engine, limit: WireLimit.name)
      writer.append(hello.policy, limit: WireLimit.name)
      writer.append(UInt32(clamping: hello.credits))
      writer.append(UInt32(clamping: hello.queue))
    case .accepted(let id, let ahead):
      writer.append(id)
      writer.append(UInt32(clamping: ahead))
    case .part(let id, let part):
      writer.append(id)
      writer.append(raw: part.message.encoded())
    case .verdict(let id, let frame):
      writer.append(id)
      writer.append(frame)
    case .busy(let id, let reason, let milliseconds):
      writer.append(id)
      writer.append(reason.rawValue)
      writer.append(milliseconds)
    case .refused(let id, let code, let reason):
      writer.append(id)
      writer.append(code.rawValue)
      writer.append(reason, limit: WireLimit.sentence)
    case .cancelled(let id), .unknown(let id), .ready(let id): writer.append(id)
    case .stats(let id, let counters):
      writer.append(id)
      writer.append(UInt32(min(counters.count, ClientLimit.entries)))
      for counter in counters.prefix(ClientLimit.entries) {
        writer.append(counter.name, limit: WireLimit.name)
        writer.append(counter.value)
      }
    case .health(let id, let checks):
      writer.append(id)
      writer.append(UInt32(min(checks.count, ClientLimit.entries)))
      for check in checks.prefix(ClientLimit.entries) {
        writer.append(check.name, limit: WireLimit.name)
        writer.append(check.isGood)
        writer.append(check.detail, limit: WireLimit.layerReason)
      }
    }
    return writer.bytes
  }

  private var type: UInt8 {
    switch self {
    case .hello: 96
    case .accepted: 97
    case .part: 98
    case .verdict: 99
    case .busy: 100
    case .refused: 101
    case .cancelled: 102
    case .unknown: 103
    case .stats: 104
    case .health: 105
    case .ready: 106
    }
  }
}

extension ReportPart {
  fileprivate var message: WorkerMessage {
    switch self {
    case .format(let name): .format(name)
    case .finding(let frame): .finding(frame)
    case .gap(let gap): .gap(gap)
    }
  }
}
