package import ByteParsing
package import Findings

/// Sends an examination's results as they come; the worker's end of ``ReportDecoder``.
///
/// It keeps within what the decoder takes. When the report is full, one gap says so and further records are
/// dropped, except a finding worse than all before: padding a file cannot hide what it is.
package struct WireReportSink: ReportSink {
  private let send: ([UInt8]) throws -> Void
  private let byteLimit: Int
  /// Bytes kept free for the worst findings, the gap that says "full", and the end.
  private let reservedBytes: Int

  private var formats: Set<String> = []
  private var sentBytes = 0
  private var findings = 0
  private var gaps = 0
  private var worst = Verdict.allow
  private var full = false
  private var total = Progress()
  private var pending = Progress()
  private var failure: (any Error)?
  private let explanation: ExplanationRequest?
  private var lineCount = 0
  private var lineBytes = 0

  /// A sink that hands each message to `send`.
  ///
  /// - Parameters:
  ///   - explanation: what lines were asked for; nil where none may be sent.
  ///   - send: writes one message; once it has thrown, nothing more is sent and ``finish()`` throws its error.
  package init(
    limits: Limits, explanation: ExplanationRequest? = nil, send: @escaping ([UInt8]) throws -> Void
  ) {
    self.explanation = explanation
    self.send = send
    self.byteLimit = limits.reportBytes
    self.reservedBytes = min(131_072, limits.reportBytes / 2)
  }

  package mutating func record(format: String) {
    guard !formats.contains(format), formats.count < WireLimit.formats else { return }
    formats.insert(format)
    write(.format(format))
  }

  package mutating func record(_ finding: Finding) {
    let frame = WorkerMessage.finding(
      FindingFrame(
        rule: finding.rule.id, location: finding.location, detail: finding.detail,
        evidence: finding.evidence))
    let worse = finding.rule.verdict > worst
    // One place below the decoder's cap stays free for each verdict that can still be worse.
    let places = WireLimit.records - (worse ? 0 : Verdict.allCases.count)
    guard findings < places, write(frame, evenIfFull: worse) else { return recordFull() }
    findings += 1
    worst = worst.merged(with: finding.rule.verdict)
  }

  package mutating func record(_ gap: Gap) {
    // The last place is for the gap that says "full".
    guard gaps < WireLimit.records - 1, write(.gap(gap)) else { return recordFull() }
    gaps += 1
  }

  package mutating func record(bytes: Int, members: Int, opcodes: Int) {
    // Counts that would overflow stay at the most there can be, on both sides.
    pending.bytes += min(bytes, Int.max - total.bytes - pending.bytes)
    pending.members += min(members, Int.max - total.members - pending.members)
    pending.opcodes += min(opcodes, Int.max - total.opcodes - pending.opcodes)
    // Often enough to show that the work goes on, seldom enough to cost nothing.
    if pending.bytes >= 1 << 26 || pending.members >= 1 << 12 || pending.opcodes >= 1 << 24 {
      flushProgress()
    }
  }

  /// Lines have limits of their own, and take no room from the report. What is beyond them is not sent: whoever
  /// makes the lines has said before where they are cut.
  package mutating func record(_ line: ExplanationLine) {
    guard failure == nil, let explanation, lineCount < explanation.lineLimit else { return }
    let bytes = WorkerMessage.line(line).encoded()
    guard bytes.count <= explanation.byteLimit - lineBytes else { return }
    lineCount += 1
    lineBytes += bytes.count
    do {
      try send(bytes)
    } catch {
      failure = error
    }
  }

  /// Sends the end: the examination is complete, apart from the gaps it has reported.
  ///
  /// - Throws: what `send` threw, then or earlier, or ``WireError`` where the report's limit leaves no room;
  ///   the supervisor sees no end.
  package mutating func finish() throws {
    flushProgress()
    let totals = Totals(progress: total, findings: findings, gaps: gaps)
    let complete = pending == Progress() && write(.end(totals), evenIfFull: true)
    if let failure { throw failure }
    guard complete else { throw WireError("no room for the end of the report") }
  }

  private mutating func flushProgress() {
    guard pending != Progress(), write(.progress(pending), evenIfFull: true) else { return }
    total.bytes += pending.bytes
    total.members += pending.members
    total.opcodes += pending.opcodes
    pending = Progress()
  }

  private mutating func recordFull() {
    guard !full else { return }
    full = true
    let gap = Gap(
      at: Location(),
      reason:
        "the report is full: at most \(byteLimit) bytes, \(WireLimit.records) findings and as many gaps")
    if write(.gap(gap), evenIfFull: true) { gaps += 1 }
  }

  /// Sends a message if it fits; says whether it did.
  @discardableResult
  private mutating func write(_ message: WorkerMessage, evenIfFull: Bool = false) -> Bool {
    guard failure == nil else { return false }
    let bytes = message.encoded()
    let limit = byteLimit - (evenIfFull ? 0 : reservedBytes)
    guard bytes.count <= limit - sentBytes else { return false }
    do {
      try send(bytes)
    } catch {
      failure = error
      return false
    }
    sentBytes += bytes.count
    return true
  }
}
