internal import ByteParsing
package import Findings

/// What was examined, as a count: the difference since the last message, or the whole.
package struct Progress: Hashable, Sendable {
  package var bytes: Int
  package var members: Int
  package var opcodes: Int

  package init(bytes: Int = 0, members: Int = 0, opcodes: Int = 0) {
    self.bytes = bytes
    self.members = members
    self.opcodes = opcodes
  }
}

/// A finding as a worker words it. Its severity and verdict are not on the wire: they are the catalogue's.
package struct FindingFrame: Hashable, Sendable {
  package let rule: String
  package let location: Location
  package let detail: String
  package let evidence: String

  package init(rule: String, location: Location, detail: String, evidence: String) {
    self.rule = rule
    self.location = location
    self.detail = detail
    self.evidence = evidence
  }
}

/// What a whole report comes to; a report whose parts come to something else is refused.
package struct Totals: Hashable, Sendable {
  package let progress: Progress
  package let findings: Int
  package let gaps: Int

  package init(progress: Progress, findings: Int, gaps: Int) {
    self.progress = progress
    self.findings = findings
    self.gaps = gaps
  }
}

/// What a worker says to the supervisor, on its own socket.
///
/// | type | message | fields |
/// | --- | --- | --- |
/// | 32 | ready | layers; with it may come one descriptor, the seccomp listener |
/// | 33 | format | name: text |
/// | 34 | finding | rule: text; location; detail, evidence: text |
/// | 35 | gap | location; reason: text |
/// | 36 | progress | bytes, members, opcodes since the last one: u64 each |
/// | 37 | end | bytes, members, opcodes, findings, gaps of the whole report: u64 each |
/// | 38 | line | one line of the explanation |
///
/// A location is a counted list of texts and an offset (i64, -1 for none). Ready comes first and once, the end
/// last and once.
package enum WorkerMessage: Hashable, Sendable {
  /// The worker is confined and waits for its job.
  case ready(Layers)
  case format(String)
  case finding(FindingFrame)
  case gap(Gap)
  case progress(Progress)
  /// The examination reached its end.
  case end(Totals)
  /// A line of the explanation, only where the job asks for one.
  case line(ExplanationLine)

  /// The message as it goes through the socket, at most ``WireLimit/message`` bytes: longer texts are cut.
  package func encoded() -> [UInt8] {
    var writer: MessageWriter
    switch self {
    case .ready(let layers):
      writer = MessageWriter(type: 32)
      writer.append(layers)
    case .format(let name):
      writer = MessageWriter(type: 33)
      writer.append(name, limit: WireLimit.format)
    case .finding(let finding):
      writer = MessageWriter(type: 34)
      writer.append(finding.rule, limit: WireLimit.rule)
      writer.append(finding.location)
      writer.append(finding.detail, limit: WireLimit.sentence)
      writer.append(finding.evidence, limit: WireLimit.evidence)
    case .gap(let gap):
      writer = MessageWriter(type: 35)
      writer.append(gap.location)
      writer.append(gap.reason, limit: WireLimit.sentence)
    case .progress(let progress):
      writer = MessageWriter(type: 36)
      writer.append(progress)
    case .end(let totals):
      writer = MessageWriter(type: 37)
      writer.append(totals.progress)
      writer.append(UInt64(totals.findings))
      writer.append(UInt64(totals.gaps))
    case .line(let line):
      writer = MessageWriter(type: 38)
      writer.append(line)
    }
    return writer.bytes
  }

  /// The message that `bytes` are.
  ///
  /// - Throws: ``WireError`` where they are not exactly one message.
  package init(parsing bytes: [UInt8]) throws(WireError) {
    self = try parseMessage(bytes, "worker's message") { (type, reader) throws(ParseError) in
      switch type {
      case 32: .ready(try reader.readLayers())
      case 33: .format(try reader.readFormat())
      case 34: .finding(try reader.readFinding())
      case 35: .gap(try reader.readGap())
      case 36: .progress(try reader.readProgress())
      case 37:
        .end(
          Totals(
            progress: try reader.readProgress(), findings: try reader.readNatural("findings"),
            gaps: try reader.readNatural("gaps")))
      case 38: .line(try reader.readExplanationLine())
      default: throw unknownType(type)
      }
    }
  }
}

extension MessageWriter {
  fileprivate mutating func append(_ progress: Progress) {
    append(UInt64(progress.bytes))
    append(UInt64(progress.members))
    append(UInt64(progress.opcodes))
  }
}

extension ByteReader {
  mutating func readFormat() throws(ParseError) -> String {
    try readText(limit: WireLimit.format, "format")
  }

  mutating func readFinding() throws(ParseError) -> FindingFrame {
    FindingFrame(
      rule: try readText(limit: WireLimit.rule, "rule"), location: try readLocation(),
      detail: try readText(limit: WireLimit.sentence, "detail"),
      evidence: try readText(limit: WireLimit.evidence, "evidence"))
  }

  mutating func readGap() throws(ParseError) -> Gap {
    Gap(at: try readLocation(), reason: try readText(limit: WireLimit.sentence, "reason"))
  }

  fileprivate mutating func readProgress() throws(ParseError) -> Progress {
    Progress(
      bytes: try readNatural("bytes"), members: try readNatural("members"),
      opcodes: try readNatural("opcodes"))
  }
}
