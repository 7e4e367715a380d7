internal import Findings

/// The rules that fired, how often, and where first.
struct RuleSummary {
  /// Places of a rule that are linked.
  private static let placeLimit = 12

  private struct Entry {
    var count = 0
    var places: [(path: [UInt8], anchor: Anchor)] = []
  }

  private var entries: [Rule: Entry] = [:]

  var isEmpty: Bool { entries.isEmpty }

  /// Counts each rule once.
  mutating func add(_ findings: [Finding], at path: [UInt8], _ anchor: Anchor) {
    for rule in Set(findings.worthShowing.map(\.rule)) {
      entries[rule, default: Entry()].count += 1
      guard entries[rule, default: Entry()].places.count < Self.placeLimit else { continue }
      entries[rule, default: Entry()].places.append((path, anchor))
    }
  }

  /// The worst first, and of equals the most frequent.
  var html: HTML {
    entries.sorted { left, right in
      (right.key.verdict, right.key.severity, right.value.count, left.key.id)
        < (left.key.verdict, left.key.severity, left.value.count, right.key.id)
    }
    .map { Self.section($0.key, $0.value) }.joined()
  }

  private static func section(_ rule: Rule, _ entry: Entry) -> HTML {
    let places: [HTML] = entry.places.map { path, anchor in
      "<li><a href=\"#\(anchor.id)\"><code class=\"path\">\(path)</code></a></li>"
    }
    let rest = entry.count - places.count
    let more: HTML = rest > 0 ? "<li>and \(HTML.grouped(rest)) more</li>" : ""
    let ids = (["severity " + rule.severity.name] + rule.cwe + rule.atlas).joined(separator: " · ")
    return """
      <details class="rule \(rule.verdict.name)"><summary>\(rule.verdict.badge) <h3>\(rule.title)</h3> \
      <code class="id">\(rule.id)</code> <span class="count">\(HTML.count(entry.count, "place", "places"))</span>\
      </summary>
      <div class="body" id="\(Anchor.rule(rule).id)">
      <p>\(rule.explanation)</p>
      <p><b>What to do:</b> \(rule.remediation)</p>
      <p class="ids">\(ids)</p>
      <p class="only" hidden><button type="button" value="\(rule.id)">Show only where it fired</button></p>
      <ul class="places">\(places.joined())\(more)</ul></div></details>

      """
  }
}
