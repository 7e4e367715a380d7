import Findings
import Pickle

/// What makes two findings the same one, seen at two places.
struct ReportKey: Hashable {
  let rule: String
  /// The name or value that it is about.
  let subject: String
  let detail: String
}

extension PickleJudge {
  /// Records a finding with a value as its evidence. See the other `report`; the value is described only when the
  /// finding is new.
  mutating func report(
    _ rule: Rule, at offset: Int, subject: String, _ detail: String, showing value: SymbolicValue,
    _ values: borrowing ValueTable
  ) {
    guard !isKnown, !reported.contains(ReportKey(rule: rule.id, subject: subject, detail: detail)) else {
      remark(rule, at: offset, detail)
      return
    }
    report(rule, at: offset, subject: subject, detail, evidence: evidence(value, values))
  }

  /// Records a finding, once for each rule, subject and detail: the first place is the one that is shown.
  ///
  /// Beyond the limit of findings only those pass that make the verdict worse than all before, so that no flood
  /// of small findings hides a great one; and the flood itself is a gap.
  mutating func report(
    _ rule: Rule, at offset: Int, subject: String, _ detail: String, evidence: String = ""
  ) {
    remark(rule, at: offset, detail)
    let key = ReportKey(rule: rule.id, subject: subject, detail: detail)
    guard !isKnown, !reported.contains(key) else { return }
    let detail = prefix + detail
    guard reported.count < PickleJudgeLimits.findings else {
      recordGap("more than \(PickleJudgeLimits.findings) different findings in one pickle", at: offset)
      reportBeyondLimit(rule, at: offset, detail, evidence: evidence)
      return
    }
    reported.insert(key)
    sink.record(
      Finding(rule, at: Location(path: path, offset: offset), detail: detail, evidence: clipped(evidence)))
  }

  /// One finding of each rule passes even when the list is full.
  private mutating func reportBeyondLimit(_ rule: Rule, at offset: Int, _ detail: String, evidence: String)
  {
    let key = ReportKey(rule: rule.id, subject: "", detail: "beyond the limit")
    guard reported.insert(key).inserted else { return }
    sink.record(
      Finding(rule, at: Location(path: path, offset: offset), detail: detail, evidence: clipped(evidence)))
  }

  /// Records that something was not examined, once for each reason.
  mutating func recordGap(_ reason: String, at offset: Int) {
    remark(nil, at: offset, reason)
    guard gapReasons.count < PickleJudgeLimits.gaps, gapReasons.insert(reason).inserted else { return }
    sink.record(Gap(at: Location(path: path, offset: offset), reason: reason))
  }

  private func clipped(_ text: String) -> String {
    text.utf8.count <= evidenceLimit ? text : String(text.prefix(evidenceLimit)) + "…"
  }

  /// The value as a finding shows it.
  func evidence(_ value: SymbolicValue, _ values: borrowing ValueTable) -> String {
    values.describe(value, limit: evidenceLimit)
  }
}
