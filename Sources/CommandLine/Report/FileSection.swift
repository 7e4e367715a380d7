internal import Findings
internal import Policy

/// One file of a page.
struct FileSection {
  /// Findings of one file that are shown; `--format json` has them all.
  static let findingLimit = 50
  /// Gaps of one file that are shown.
  static let gapLimit = 20

  let result: ArtifactResult
  /// Its place in the page.
  let anchor: Anchor
  /// In the folder or the model that it is shown in.
  let name: [UInt8]

  private var report: Report { result.examination?.report ?? Report() }

  /// What a file has that is not allowed: everything that was found.
  var details: HTML {
    let findings = report.findings.worthShowing
    let account = FindingList(
      findings: findings, gaps: gaps, findingLimit: Self.findingLimit, gapLimit: Self.gapLimit)
    let verdict = result.verdict
    let waived: HTML = result.isWaived ? " <span class=\"tag\">waived</span>" : ""
    return """
      <details class="file \(verdict.name)" open><summary>\(verdict.badge) <code class="path">\(name)</code>\
      \(waived)\
       <span class="why">\(Self.reasons(report.findings.decidingRules.map(\.id)))</span></summary>
      <div class="body" id="\(anchor.id)">
      \(facts)\(waiver)\(account.html)</div></details>

      """
  }

  /// A row of a table, for what is allowed.
  var row: HTML {
    let examination = result.examination
    return """
      <tr id="\(anchor.id)"><th scope="row"><code class="path">\(name)</code></th><td>\(formats)</td>\
      <td class="number">\(HTML.grouped(examination?.size ?? 0))</td>\
      <td><code class="digest">\(examination?.sha256 ?? "")</code></td></tr>

      """
  }

  static let tableHead: HTML = """
    <table><thead><tr><th scope="col">File</th><th scope="col">Formats</th>\
    <th scope="col" class="number">Bytes</th><th scope="col">SHA-256</th></tr></thead><tbody>

    """

  static let tableEnd: HTML = "</tbody></table>"

  /// In a line: the rules that decided.
  static func reasons(_ ids: [String]) -> HTML {
    let shown = ids.prefix(3).joined(separator: ", ")
    if ids.isEmpty { return "not examined to its end" }
    return ids.count > 3 ? "\(shown) and \(ids.count - 3) more" : "\(shown)"
  }

  private var formats: String { report.formats.joined(separator: ", ") }

  private var gaps: [Gap] {
    switch result.judgement {
    case .examined(let examination): examination.report.coverage.gaps
    case .unexamined(let reason): [Gap(at: Location(), reason: reason)]
    }
  }

  private var waiver: HTML {
    guard let decision = result.waiver else { return "" }
    let (waiver, time) = (decision.waiver, Timestamp.text(decision.waiver.until))
    let terms: HTML = "until \(time) by \(waiver.owner): \(waiver.reason)"
    guard let refusal = decision.refusal else { return "<p class=\"waiver\">Waived \(terms)</p>\n" }
    return "<p class=\"waiver\">Not waived, for \(refusal). The waiver: \(terms)</p>\n"
  }

  private var facts: HTML {
    // Where a registry gives names to files that lie elsewhere.
    let path: HTML =
      result.path.suffix(name.count).elementsEqual(name)
      ? "" : "<li><code class=\"path\">\(result.path)</code></li>"
    guard let examination = result.examination else {
      return path.text.isEmpty ? "" : "<ul class=\"facts\">\(path)</ul>\n"
    }
    let formats: HTML = report.formats.isEmpty ? "" : "<li>\(self.formats)</li>"
    let digest: HTML =
      examination.sha256.map { "<li>SHA-256 <code class=\"digest\">\($0)</code></li>" } ?? ""
    return """
      <ul class="facts">\(path)<li>\(HTML.count(examination.size, "byte", "bytes"))</li>\(formats)\(digest)</ul>

      """
  }
}

/// A place in a page that something links to.
struct Anchor: Equatable {
  let id: String

  /// The file or package before which so many were reported.
  static func record(_ index: Int) -> Anchor { Anchor(id: "n\(index + 1)") }

  static func rule(_ rule: Rule) -> Anchor { Anchor(id: "rule-\(rule.id)") }
}

extension Verdict {
  /// The verdict's name; the style sheet puts a sign of its own before each.
  var badge: HTML { "<span class=\"verdict \(name)\">\(name)</span>" }
}
