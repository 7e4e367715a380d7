/// The judgement of an artifact: a lattice in which merging takes the worst.
package enum Verdict: UInt8, Comparable, CaseIterable, Sendable {
  /// Examined completely; every construct is known to be safe.
  case allow
  /// Examined completely; holds something on neither list. A person decides.
  case review
  /// Could not be examined completely.
  case incomplete
  /// Holds a known-dangerous construct, or an attack on the scanner or the loader.
  case deny

  package static func < (left: Verdict, right: Verdict) -> Bool { left.rawValue < right.rawValue }

  /// The verdict's name in reports and in the store.
  package var name: String { "\(self)" }

  /// The verdict of that name.
  package init?(name: String) {
    guard let verdict = Verdict.allCases.first(where: { $0.name == name }) else { return nil }
    self = verdict
  }

  /// The worse of the two.
  package func merged(with other: Verdict) -> Verdict { max(self, other) }
}

/// How bad a finding is, for a reader who sorts by it. The verdict comes from the rule, not from this.
package enum Severity: UInt8, Comparable, CaseIterable, Sendable {
  case info, low, medium, high, critical

  package static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }

  package var name: String { "\(self)" }
}
