internal import ByteParsing
package import Findings

/// A waiver as it goes to a client, which judges itself what it does.
package struct WaiverFrame: Hashable, Sendable {
  /// The worst verdict that it covers.
  package let verdict: Verdict
  package let reason: String
  package let owner: String
  /// Seconds since 1970, UTC.
  package let until: Int

  package init(verdict: Verdict, reason: String, owner: String, until: Int) {
    self.verdict = verdict
    self.reason = reason
    self.owner = owner
    self.until = until
  }
}

/// The end of a report: the verdict, and everything that it rests on besides the parts sent before.
///
/// Fields, in this order: verdict: u8; cached, repeatable, finished: u8 each; SHA-256: u8 and 32 bytes where it is 1;
/// size, bytes, members, opcodes: u64; formats, findings, gaps sent before: u32; outcome; role, filter: text; layers,
/// missing layers: counted texts; kernel, policy, engine: text; milliseconds: the bits of a double, u64; waiver: u8, and
/// verdict: u8, reason, owner: text, until: u64 where it is 1; notices: counted texts.
package struct VerdictFrame: Equatable, Sendable {
  /// The report's lists are empty: its parts are messages of their own.
  package let examination: Examination
  package let formats: Int
  package let findings: Int
  package let gaps: Int
  /// The artifact's waiver, whether it holds or not.
  package let waiver: WaiverFrame?
  /// What else there is to say, for people.
  package let notices: [String]

  /// The end of the report of `examination`.
  package init(_ examination: Examination, waiver: WaiverFrame? = nil, notices: [String] = []) {
    let report = examination.report
    formats = report.formats.count
    findings = report.findings.count
    gaps = report.coverage.gaps.count
    var bare = examination
    bare.report.formats = []
    bare.report.findings = []
    bare.report.coverage.gaps = []
    self.examination = bare
    self.waiver = waiver
    self.notices = Array(notices.prefix(ClientLimit.entries))
  }

  fileprivate init(
    bare: Examination, counts: (formats: Int, findings: Int, gaps: Int), waiver: WaiverFrame?,
    notices: [String]
  ) {
    examination = bare
    (formats, findings, gaps) = counts
    self.waiver = waiver
    self.notices = notices
  }
}

extension MessageWriter {
  mutating func append(_ frame: VerdictFrame) {
    let examination = frame.examination
    let coverage = examination.report.coverage
    append(examination.verdict.rawValue)
    append(examination.cached)
    append(examination.repeatable)
    append(coverage.finished)
    append(examination.sha256 != nil)
    if let sha256 = examination.sha256 { append(digest: sha256) }
    for number in [examination.size, coverage.bytes, coverage.members, coverage.opcodes] {
      append(UInt64(number))
    }
    for count in [frame.formats, frame.findings, frame.gaps] { append(UInt32(count)) }
    append(examination.outcome)
    let sandbox = examination.sandbox
    append(sandbox.role, limit: WireLimit.name)
    append(sandbox.filter, limit: WireLimit.name)
    append(Array(sandbox.layers.prefix(WireLimit.layers)), limit: WireLimit.name)
    append(Array(sandbox.missing.prefix(WireLimit.layers)), limit: WireLimit.name)
    append(sandbox.kernel, limit: WireLimit.name)
    append(examination.policy, limit: WireLimit.name)
    append(examination.engine, limit: WireLimit.name)
    append(examination.milliseconds.bitPattern)
    append(frame.waiver != nil)
    if let waiver = frame.waiver {
      append(waiver.verdict.rawValue)
      append(waiver.reason, limit: WireLimit.sentence)
      append(waiver.owner, limit: WireLimit.sentence)
      append(UInt64(waiver.until))
    }
    append(frame.notices, limit: WireLimit.layerReason)
  }
}

extension ByteReader {
  mutating func readVerdict() throws(ParseError) -> VerdictFrame {
    let verdict = try readCase(Verdict.self, "verdict")
    let cached = try readFlag("cached")
    let repeatable = try readFlag("repeatable")
    var report = Report()
    report.coverage.finished = try readFlag("finished")
    let sha256 = try readFlag("whether there is a digest") ? readDigest("digest") : nil
    let size = try readNatural("size")
    report.coverage.bytes = try readNatural("bytes")
    report.coverage.members = try readNatural("members")
    report.coverage.opcodes = try readNatural("opcodes")
    let counts = (
      formats: try readCount(limit: WireLimit.formats, "formats"),
      findings: try readCount(limit: ClientLimit.records, "findings"),
      gaps: try readCount(limit: ClientLimit.records, "gaps")
    )
    let outcome = try readOutcome()
    let sandbox = SandboxEvidence(
      role: try readText(limit: WireLimit.name, "role"),
      filter: try readText(limit: WireLimit.name, "filter"),
      layers: try readTexts(count: WireLimit.layers, bytes: WireLimit.name, "layers"),
      missing: try readTexts(count: WireLimit.layers, bytes: WireLimit.name, "missing layers"),
      kernel: try readText(limit: WireLimit.name, "kernel"))
    let examination = Examination(
      sha256: sha256, size: size, report: report, outcome: outcome, sandbox: sandbox,
      policy: try readText(limit: WireLimit.name, "policy"),
      engine: try readText(limit: WireLimit.name, "engine"), milliseconds: try readMilliseconds(),
      repeatable: repeatable, cached: cached, verdict: verdict)
    let waiver = try readFlag("whether there is a waiver") ? readWaiver() : nil
    let notices = try readTexts(count: ClientLimit.entries, bytes: WireLimit.layerReason, "notices")
    return VerdictFrame(bare: examination, counts: counts, waiver: waiver, notices: notices)
  }

  private mutating func readMilliseconds() throws(ParseError) -> Double {
    let start = offset
    let value = Double(bitPattern: try readInteger(UInt64.self, "milliseconds"))
    guard value.isFinite, value.sign == .plus else {
      throw ParseError(.malformed, at: start, "milliseconds")
    }
    return value
  }

  private mutating func readWaiver() throws(ParseError) -> WaiverFrame {
    let start = offset
    let verdict = try readCase(Verdict.self, "verdict of a waiver")
    guard verdict != .allow else { throw ParseError(.malformed, at: start, "verdict of a waiver") }
    return WaiverFrame(
      verdict: verdict, reason: try readText(limit: WireLimit.sentence, "reason of a waiver"),
      owner: try readText(limit: WireLimit.sentence, "owner of a waiver"),
      until: try readNatural("end of a waiver"))
  }
}
