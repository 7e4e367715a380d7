internal import ByteParsing
internal import Findings

extension DaemonReply {
  /// The message that `bytes` are.
  ///
  /// - Throws: ``WireError`` where they are not exactly one message.
  package init(parsing bytes: [UInt8]) throws(WireError) {
    self = try parseMessage(bytes, "daemon's message") { (type, reader) throws(ParseError) in
      if type == 96 { return .hello(try reader.readHello()) }
      guard 97...106 ~= type else { throw unknownType(type) }
      let id = try reader.readInteger(UInt64.self, "id")
      return switch type {
      case 97: .accepted(id: id, ahead: Int(try reader.readInteger(UInt32.self, "scans before it")))
      case 98: .part(id: id, try reader.readPart())
      case 99: .verdict(id: id, try reader.readVerdict())
      case 100:
        .busy(
          id: id, try reader.readCase(BusyReason.self, "why it is busy"),
          retryMilliseconds: try reader.readInteger(UInt32.self, "try again after"))
      case 101:
        .refused(
          id: id, try reader.readCase(RefusalCode.self, "code"),
          reason: try reader.readText(limit: WireLimit.sentence, "reason"))
      case 102: .cancelled(id: id)
      case 103: .unknown(id: id)
      case 104: .stats(id: id, try reader.readCounters())
      case 105: .health(id: id, try reader.readChecks())
      default: .ready(id: id)
      }
    }
  }
}

extension ByteReader {
  fileprivate mutating func readHello() throws(ParseError) -> DaemonHello {
    DaemonHello(
      version: try readInteger(UInt16.self, "version"),
      engine: try readText(limit: WireLimit.name, "engine"),
      policy: try readText(limit: WireLimit.name, "policy"),
      credits: Int(try readInteger(UInt32.self, "credits")),
      queue: Int(try readInteger(UInt32.self, "queue")))
  }

  fileprivate mutating func readPart() throws(ParseError) -> ReportPart {
    let start = offset
    let type = try readByte("type of the part")
    switch type {
    case 33: return .format(try readFormat())
    case 34: return .finding(try readFinding())
    case 35: return .gap(try readGap())
    default: throw ParseError(.malformed, at: start, "no part of a report: type \(type)")
    }
  }

  fileprivate mutating func readCounters() throws(ParseError) -> [Counter] {
    var counters: [Counter] = []
    for _ in 0..<(try readCount(limit: ClientLimit.entries, "counters")) {
      counters.append(
        Counter(
          name: try readText(limit: WireLimit.name, "name of a counter"),
          value: try readInteger(UInt64.self, "value of a counter")))
    }
    return counters
  }

  fileprivate mutating func readChecks() throws(ParseError) -> [HealthCheck] {
    var checks: [HealthCheck] = []
    for _ in 0..<(try readCount(limit: ClientLimit.entries, "checks")) {
      checks.append(
        HealthCheck(
          name: try readText(limit: WireLimit.name, "name of a check"),
          isGood: try readFlag("whether a check is good"),
          detail: try readText(limit: WireLimit.layerReason, "detail of a check")))
    }
    return checks
  }
}
