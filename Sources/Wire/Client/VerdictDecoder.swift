package import Findings

/// Puts the parts of one answer together, without believing them: the client's end.
///
/// Rules must be in the catalogue and take their verdict from it, the parts must be as many as the verdict says, and a
/// verdict better than what the report itself comes to is refused.
package struct VerdictDecoder: Sendable {
  private var report = Report()

  package init() {}

  /// Takes a part of the report.
  ///
  /// - Throws: ``WireError`` where it cannot be one.
  package mutating func take(_ part: ReportPart) throws(WireError) {
    switch part {
    case .format(let name):
      guard report.formats.count < WireLimit.formats, !report.formats.contains(name) else {
        throw WireError("a format a second time, or too many")
      }
      report.record(format: name)
    case .finding(let frame):
      guard let rule = RuleCatalog.rule(frame.rule) else { throw WireError("a finding of no known rule") }
      guard report.findings.count < ClientLimit.records else { throw WireError("too many findings") }
      report.record(Finding(rule, at: frame.location, detail: frame.detail, evidence: frame.evidence))
    case .gap(let gap):
      guard report.coverage.gaps.count < ClientLimit.records else { throw WireError("too many gaps") }
      report.record(gap)
    }
  }

  /// The whole examination, once its end has come.
  ///
  /// - Throws: ``WireError`` where the verdict does not follow from the rest.
  package consuming func finish(_ frame: VerdictFrame) throws(WireError) -> Examination {
    var examination = frame.examination
    let found = (report.formats.count, report.findings.count, report.coverage.gaps.count)
    guard found == (frame.formats, frame.findings, frame.gaps) else {
      throw WireError("a verdict on another report than was sent")
    }
    let coverage = examination.report.coverage
    report.coverage.bytes = coverage.bytes
    report.coverage.members = coverage.members
    report.coverage.opcodes = coverage.opcodes
    report.coverage.finished = coverage.finished
    examination.report = report
    guard examination.verdict >= report.verdict else {
      throw WireError("the verdict \(examination.verdict.name) on a report that is \(report.verdict.name)")
    }
    if examination.verdict == .allow {
      guard examination.outcome == .finished, examination.sandbox.missing.isEmpty, examination.sha256 != nil
      else { throw WireError("an allow that nothing proves") }
    }
    return examination
  }
}

extension DaemonReply {
  /// The messages that answer a request with an examination: the parts of its report, then the verdict.
  package static func messages(
    answering id: UInt64, _ examination: Examination, waiver: WaiverFrame? = nil, notices: [String] = []
  ) -> [DaemonReply] {
    let report = examination.report
    var messages = report.formats.map { DaemonReply.part(id: id, .format($0)) }
    messages += report.findings.map {
      .part(
        id: id,
        .finding(
          FindingFrame(
            rule: $0.rule.id, location: $0.location, detail: $0.detail, evidence: $0.evidence)))
    }
    messages += report.coverage.gaps.map { .part(id: id, .gap($0)) }
    messages.append(.verdict(id: id, VerdictFrame(examination, waiver: waiver, notices: notices)))
    return messages
  }
}
