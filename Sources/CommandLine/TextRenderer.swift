internal import Findings

/// For people: a line for each artifact, what was found below it, and a summary.
struct TextRenderer: Renderer {
  /// Findings of one artifact that are shown; the other formats have them all.
  static let findingLimit = 20
  /// Gaps of one artifact that are shown.
  static let gapLimit = 10

  let style: Style
  /// Shows only what is not allowed, and no summary.
  var isQuiet = false

  func opening() -> String { "" }

  func artifact(_ result: ArtifactResult, index: Int) -> String {
    if isQuiet, result.verdict == .allow { return "" }
    let name = result.verdict.name
    let padding = String(repeating: " ", count: 12 - name.count)
    var text = style.verdict(result.verdict, name) + padding + Escaping.visible(result.path) + "\n"
    switch result.placement {
    case .admitted(let place): text += line(4, "admitted: \(Escaping.visible(place))")
    case .quarantined(let place): text += line(4, "quarantined: \(Escaping.visible(place))")
    case nil: break
    }
    if let waiver = result.waiver { text += account(of: waiver) }
    switch result.judgement {
    case .examined(let examination): text += account(of: examination.report)
    case .unexamined(let reason): text += line(4, "not examined: " + Escaping.visible(reason))
    }
    return text
  }

  private func account(of decision: WaiverDecision) -> String {
    guard let refusal = decision.refusal else { return line(4, "waived " + decision.account) }
    return line(4, "not waived, for \(refusal): the waiver \(decision.account)")
  }

  func closing(_ tally: Tally, milliseconds: Double, _ admission: Admission?) -> String {
    (isQuiet ? "" : summary(tally, milliseconds: milliseconds)) + (admission.map(self.admission) ?? "")
  }

  func admission(_ admission: Admission) -> String {
    isQuiet && admission.isAdmitted ? "" : admission.account
  }

  private func summary(_ tally: Tally, milliseconds: Double) -> String {
    var parts = [counts(tally.count)]
    if tally.waived > 0 { parts.append("\(tally.waived) waived") }
    if tally.earlier > 0 { parts.append("\(tally.earlier) judged by an earlier run") }
    if tally.cached > 0 { parts.append("\(tally.cached) known from the store") }
    if tally.failures > 0 { parts.append("\(tally.failures) failed") }
    parts.append("\(Self.seconds(milliseconds)) s")
    var text = "\n\(tally.artifacts) \(tally.artifacts == 1 ? "file" : "files"): "
    text += parts.joined(separator: "; ") + "\n"
    if tally.packages > 0 {
      text += "\(tally.packages) \(tally.packages == 1 ? "package" : "packages"): "
      text += counts(tally.packages) + "\n"
    }
    return text
  }

  private func counts(_ count: (Verdict) -> Int) -> String {
    Verdict.allCases.map { verdict in
      let text = "\(count(verdict)) \(verdict.name)"
      return count(verdict) == 0 ? text : style.verdict(verdict, text)
    }
    .joined(separator: ", ")
  }

  func account(of report: Report) -> String {
    var text = ""
    var explained: Set<Rule> = []
    let worst = report.findings.map(\.rule.verdict).max()
    let shown = report.findings.worthShowing
    for finding in shown.prefix(Self.findingLimit) {
      text += describe(finding)
      // Why it matters is said once, and only of what decides.
      if finding.rule.verdict == worst, explained.insert(finding.rule).inserted {
        text += line(8, style.dim(Escaping.visible(finding.rule.explanation)))
      }
    }
    text += omitted(shown.count, Self.findingLimit, "findings")
    for gap in report.coverage.gaps.prefix(Self.gapLimit) {
      text += line(4, "not examined: \(place(gap.location)): \(Escaping.visible(gap.reason))")
    }
    text += omitted(report.coverage.gaps.count, Self.gapLimit, "gaps")
    for remedy in Self.remedies(report.findings) { text += line(4, "what to do: \(remedy)") }
    return text
  }

  private func describe(_ finding: Finding) -> String {
    let rule = finding.rule
    var text = line(
      4, "\(style.severity(rule.severity, rule.severity.name)) \(rule.id) at \(place(finding.location))")
    text += line(8, Escaping.visible(finding.detail.isEmpty ? rule.title : finding.detail))
    if !finding.evidence.isEmpty { text += line(8, "seen: " + Escaping.visible(finding.evidence)) }
    return text
  }

  /// What to do about the findings that decide, each advice once.
  private static func remedies(_ findings: [Finding]) -> [String] {
    var remedies: [String] = []
    for rule in findings.decidingRules where !remedies.contains(rule.remediation) {
      remedies.append(rule.remediation)
    }
    return remedies
  }

  private func place(_ location: Location) -> String {
    let member = location.member.map { Escaping.visible($0) }
    let offset = location.offset.map { "byte \($0)" }
    let parts = [member, offset].compactMap { $0 }
    return parts.isEmpty ? "the file itself" : parts.joined(separator: ", ")
  }

  func omitted(_ count: Int, _ limit: Int, _ what: String) -> String {
    count > limit ? line(4, "and \(count - limit) more \(what): --format json shows all") : ""
  }

  func line(_ indent: Int, _ text: String) -> String {
    String(repeating: " ", count: indent) + text + "\n"
  }

  /// With two decimals.
  static func seconds(_ milliseconds: Double) -> String {
    let hundredths = Int((milliseconds / 10).rounded())
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
  }
}

/// Colours of a terminal, or none.
struct Style: Equatable, Sendable {
  let isColored: Bool

  func verdict(_ verdict: Verdict, _ text: String) -> String {
    switch verdict {
    case .allow: paint("32", text)
    case .review: paint("33", text)
    case .incomplete: paint("35", text)
    case .deny: paint("1;31", text)
    }
  }

  func severity(_ severity: Severity, _ text: String) -> String {
    switch severity {
    case .critical, .high: paint("31", text)
    case .medium: paint("33", text)
    case .low, .info: paint("36", text)
    }
  }

  func heading(_ text: String) -> String { paint("1", text) }

  func dim(_ text: String) -> String { paint("2", text) }

  /// ECMA-48, Select Graphic Rendition.
  private func paint(_ code: String, _ text: String) -> String {
    isColored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
