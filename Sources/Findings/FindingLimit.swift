extension [Finding] {
  /// Adds a finding while there are fewer than `limit`, and always the first of its rule: a flood of mild findings hides no
  /// worse one.
  package mutating func append(_ finding: Finding, upTo limit: Int) {
    guard count < limit || !contains(where: { $0.rule == finding.rule }) else { return }
    append(finding)
  }
}
