/// Something that was not examined, and why.
package struct Gap: Hashable, Sendable {
  package let location: Location
  package let reason: String

  package init(at location: Location, reason: String) {
    self.location = location
    self.reason = reason
  }
}

/// The account of what was examined.
package struct Coverage: Equatable, Sendable {
  /// Bytes of the artifact that were looked at or accounted for.
  package var bytes = 0
  /// Members at all depths, the artifact itself not counted.
  package var members = 0
  /// Pickle opcodes.
  package var opcodes = 0
  package var gaps: [Gap] = []
  /// Whether the examination reached its end. False until the worker says so.
  package var finished = false

  package init() {}

  /// Positive proof that nothing was left out.
  package var complete: Bool { finished && gaps.isEmpty }
}

/// What one examination found.
package struct Report: Equatable, Sendable {
  /// The formats the bytes were examined as, in the order they were met: `["pytorch-zip", "pickle"]`.
  package var formats: [String] = []
  package var findings: [Finding] = []
  package var coverage = Coverage()

  package init() {}

  /// The verdict that findings and coverage alone allow. An empty report is `incomplete`.
  package var verdict: Verdict {
    findings.reduce(coverage.complete ? .allow : .incomplete) { $0.merged(with: $1.rule.verdict) }
  }
}
