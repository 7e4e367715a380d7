internal import Findings

extension [Finding] {
  /// What a reader is shown: what decides comes first, so that no number of smaller findings before it hides it. What
  /// changes no verdict and is only for whoever judges the folder is left out.
  var worthShowing: [Finding] {
    filter { $0.rule.verdict > .allow || PackageNote($0) == nil }
      .enumerated()
      .sorted {
        let (left, right) = ($0.element.rule, $1.element.rule)
        return (right.verdict, right.severity, $0.offset) < (left.verdict, left.severity, $1.offset)
      }
      .map(\.element)
  }

  /// The rules that make the verdict what it is, each once; none where the findings allow.
  var decidingRules: [Rule] {
    let worst = map(\.rule.verdict).max() ?? .allow
    var rules: [Rule] = []
    for finding in self where finding.rule.verdict == worst && worst > .allow {
      if !rules.contains(finding.rule) { rules.append(finding.rule) }
    }
    return rules
  }
}
