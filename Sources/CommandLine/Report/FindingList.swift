internal import Findings

/// What was found in a file or a package, and what of it was not examined.
struct FindingList {
  /// What decides first.
  let findings: [Finding]
  let gaps: [Gap]
  let findingLimit: Int
  let gapLimit: Int

  var html: HTML {
    if findings.isEmpty && gaps.isEmpty { return "" }
    let items =
      findings.prefix(findingLimit).map(item)
      + omitted(findings.count - findingLimit, "finding", "findings")
      + gaps.prefix(gapLimit).map(item) + omitted(gaps.count - gapLimit, "gap", "gaps")
    return "<ul class=\"findings\">\n\(items.joined())</ul>\n"
  }

  private func item(_ finding: Finding) -> HTML {
    let rule = finding.rule
    let detail: HTML = finding.detail.isEmpty ? "" : "<p>\(finding.detail)</p>"
    let evidence: HTML =
      finding.evidence.isEmpty ? "" : "<pre class=\"evidence\"><code>\(finding.evidence)</code></pre>"
    return """
      <li><p class="what"><span class="severity \(rule.severity.name)">\(rule.severity.name)</span> \
      <a href="#\(Anchor.rule(rule).id)">\(rule.title)</a>\(place(finding.location))</p>\(detail)\(evidence)\
      <p class="ids"><code>\(rule.id)</code> · \((rule.cwe + rule.atlas).joined(separator: " · "))</p></li>

      """
  }

  private func item(_ gap: Gap) -> HTML {
    """
    <li class="gap"><p class="what"><span class="severity">not examined</span>\(place(gap.location))</p>\
    <p>\(gap.reason)</p></li>

    """
  }

  /// Nothing for the file itself.
  private func place(_ location: Location) -> HTML {
    let member: HTML? = location.member.map { "<code class=\"path\">\($0)</code>" }
    let offset: HTML? = location.offset.map { "byte \(HTML.grouped($0))" }
    let parts = [member, offset].compactMap { $0 }
    return parts.isEmpty ? "" : " <span class=\"place\">at \(parts.joined(separator: ", "))</span>"
  }

  private func omitted(_ count: Int, _ one: StaticString, _ many: StaticString) -> [HTML] {
    guard count > 0 else { return [] }
    return [
      """
      <li class="omitted">and \(HTML.count(count, one, many)) more: <code>--format json</code> has them all</li>

      """
    ]
  }
}
