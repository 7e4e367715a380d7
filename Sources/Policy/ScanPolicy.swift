package import Findings

/// How findings and coverage become a verdict under one profile: never better than the catalogue says.
package struct ScanPolicy: Equatable, Sendable {
  /// Layers without which no `allow` follows.
  package let requiredLayers: [IsolationLayer]
  /// Layers that are required where the kernel has them.
  package let requiredWhereSupported: [IsolationLayer]
  /// Rules, by id, whose findings count for more than the catalogue says.
  package let raises: [String: Verdict]
  /// What `review` becomes: itself, or something worse.
  package let reviewBecomes: Verdict
  /// What `incomplete` becomes: itself, or something worse.
  package let incompleteBecomes: Verdict

  package init(
    requiredLayers: [IsolationLayer], requiredWhereSupported: [IsolationLayer] = [],
    raises: [String: Verdict] = [:], reviewBecomes: Verdict = .review,
    incompleteBecomes: Verdict = .incomplete
  ) {
    self.requiredLayers = requiredLayers
    self.requiredWhereSupported = requiredWhereSupported
    self.raises = raises
    self.reviewBecomes = reviewBecomes
    self.incompleteBecomes = incompleteBecomes
  }

  /// The verdict of a report under this policy. Never better than `report.verdict`, and never improved by
  /// one more finding or gap.
  package func verdict(of report: Report) -> Verdict {
    let worst = report.findings.reduce(report.verdict) { verdict, finding in
      verdict.merged(with: raises[finding.rule.id] ?? .allow)
    }
    return raised(worst)
  }

  /// What a verdict counts as under this policy. Never better than it was.
  package func raised(_ verdict: Verdict) -> Verdict {
    switch verdict {
    case .allow, .deny: verdict
    case .review: verdict.merged(with: reviewBecomes)
    // Not better than `review`: a gap added to a report under review must not help it.
    case .incomplete: verdict.merged(with: reviewBecomes).merged(with: incompleteBecomes)
    }
  }
}
