package import ByteParsing
package import Findings

/// Reads a worker's messages without believing them.
///
/// A state machine without I/O: messages in, a report out. The order is enforced (ready, records, end, nothing),
/// rules must be in the catalogue and take their verdict from it, and counts and bytes are capped. After the
/// first error nothing more is read: the worker is to be killed, and the report keeps what came before.
package struct ReportDecoder {
  /// What a good message means for whoever feeds the decoder.
  package enum Step: Equatable, Sendable {
    /// The worker is confined and wants its job.
    case ready(Layers)
    /// More of the report.
    case record
    /// More of the explanation. It is handed on, not kept.
    case line(ExplanationLine)
    /// The report is complete; only the worker's exit may follow.
    case end
  }

  private enum State {
    case confining, reporting, ended, refused
  }

  /// What has been reported. Its coverage is finished once the end has come and agreed with the rest.
  package private(set) var report = Report()
  private var state = State.confining
  private var receivedBytes = 0
  private let byteLimit: Int

  private var lines: LineCount?

  /// A decoder that takes at most `limits.reportBytes` bytes of messages, and as many lines as `explanation` asks
  /// for; none where it is nil.
  package init(limits: Limits, explanation: ExplanationRequest? = nil) {
    byteLimit = limits.reportBytes
    lines = explanation.map { LineCount(request: $0) }
  }

  /// Whether no message has come yet: only with the first may a descriptor come.
  package var expectsReady: Bool { state == .confining }

  /// Takes the next message.
  ///
  /// - Throws: ``WireError`` where it is malformed, out of order, or more than a report may hold; then every
  ///   later message is refused too.
  package mutating func handle(_ message: [UInt8]) throws(WireError) -> Step {
    do throws(WireError) {
      return try take(message)
    } catch {
      state = .refused
      report.coverage.finished = false
      throw error
    }
  }

  private mutating func take(_ bytes: [UInt8]) throws(WireError) -> Step {
    let message = try WorkerMessage(parsing: bytes)
    if case .line(let line) = message {
      guard state == .reporting else { throw WireError("a line before the job or after the end") }
      guard lines != nil else { throw WireError("a line of an explanation that nobody asked for") }
      try lines?.take(line, messageBytes: bytes.count)
      return .line(line)
    }
    if state != .confining {
      guard bytes.count <= byteLimit - receivedBytes else {
        throw WireError("the report is longer than \(byteLimit) bytes")
      }
      receivedBytes += bytes.count
    }
    switch (state, message) {
    case (.confining, .ready(let layers)):
      state = .reporting
      return .ready(layers)
    case (.reporting, .end(let totals)):
      try check(totals)
      state = .ended
      report.coverage.finished = true
      return .end
    case (.reporting, .format(let name)): try record(format: name)
    case (.reporting, .finding(let frame)): try record(frame)
    case (.reporting, .gap(let gap)):
      guard report.coverage.gaps.count < WireLimit.records else {
        throw WireError("more than \(WireLimit.records) gaps")
      }
      report.record(gap)
    case (.reporting, .progress(let progress)): try record(progress)
    case (.reporting, .line): break  // taken above
    case (.confining, _): throw WireError("a report before the worker was ready")
    case (.reporting, .ready): throw WireError("ready a second time")
    case (.ended, _): throw WireError("a message after the end of the report")
    case (.refused, _): throw WireError("a message after one that was refused")
    }
    return .record
  }

  private mutating func record(format name: String) throws(WireError) {
    guard !name.isEmpty, name.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
      throw WireError("a format's name that is not printable ASCII")
    }
    guard !report.formats.contains(name) else { throw WireError("format '\(name)' a second time") }
    guard report.formats.count < WireLimit.formats else {
      throw WireError("more than \(WireLimit.formats) formats")
    }
    report.record(format: name)
  }

  private mutating func record(_ frame: FindingFrame) throws(WireError) {
    guard let rule = RuleCatalog.rule(frame.rule), !RuleCatalog.sandbox.contains(rule) else {
      throw WireError("a finding of a rule that workers do not have")
    }
    guard report.findings.count < WireLimit.records else {
      throw WireError("more than \(WireLimit.records) findings")
    }
    report.record(
      Finding(rule, at: frame.location, detail: frame.detail, evidence: frame.evidence))
  }

  private mutating func record(_ progress: Progress) throws(WireError) {
    // All of it or, where one sum is refused, none.
    let bytes = try sum(report.coverage.bytes, progress.bytes)
    let members = try sum(report.coverage.members, progress.members)
    let opcodes = try sum(report.coverage.opcodes, progress.opcodes)
    (report.coverage.bytes, report.coverage.members, report.coverage.opcodes) = (bytes, members, opcodes)
  }

  private func sum(_ a: Int, _ b: Int) throws(WireError) -> Int {
    do throws(ParseError) {
      return try Checked.sum(a, b, at: 0, "sum of progress")
    } catch {
      throw WireError("progress", error)
    }
  }

  private func check(_ totals: Totals) throws(WireError) {
    let coverage = report.coverage
    let received = Totals(
      progress: Progress(
        bytes: coverage.bytes, members: coverage.members, opcodes: coverage.opcodes),
      findings: report.findings.count, gaps: coverage.gaps.count)
    guard totals == received else { throw WireError("totals that are not the sum of the report") }
  }
}

/// What has come of an explanation: how much, and in which order.
private struct LineCount {
  let request: ExplanationRequest
  private var count = 0
  private var bytes = 0
  private var isCut = false

  init(request: ExplanationRequest) { self.request = request }

  mutating func take(_ line: ExplanationLine, messageBytes: Int) throws(WireError) {
    guard !isCut else { throw WireError("a line after the explanation was cut") }
    guard count > 0 || line.beginsSection || line.kind == .cut else {
      throw WireError("a line of no section")
    }
    guard count < request.lineLimit else { throw WireError("more than \(request.lineLimit) lines") }
    guard messageBytes <= request.byteLimit - bytes else {
      throw WireError("the explanation is longer than \(request.byteLimit) bytes")
    }
    if let rule = line.rule, RuleCatalog.rule(rule) == nil {
      throw WireError("a line that names a rule of no catalogue")
    }
    guard line.kind != .finding || line.rule != nil else { throw WireError("a reason without a rule") }
    count += 1
    bytes += messageBytes
    isCut = line.kind == .cut
  }
}
