package import Findings

/// A person's decision to use one artifact in spite of its verdict, until a day.
package struct Waiver: Equatable, Sendable {
  /// The artifact's SHA-256, 64 lowercase hexadecimal digits.
  package let digest: String
  /// The worst verdict that it covers: `review`, `incomplete` or `deny`.
  package let verdict: Verdict
  package let reason: String
  /// Who decided.
  package let owner: String
  /// When it ends: seconds since 1970, UTC. It does not hold at that second any more.
  package let until: Int

  package init(digest: String, verdict: Verdict, reason: String, owner: String, until: Int) {
    self.digest = digest
    self.verdict = verdict
    self.reason = reason
    self.owner = owner
    self.until = until
  }

  /// What the waiver of an artifact does for one examination of it.
  package enum Effect: Equatable, Sendable {
    /// The artifact may be used in spite of its verdict.
    case holds
    case expired
    /// The verdict is worse than what was decided on.
    case worseVerdict
    /// The verdict comes from how the examination ended and not from the bytes alone: a forbidden system call, a
    /// crash, a deadline, a missing layer, a file that changed. Nobody can have decided on that beforehand.
    case disturbedExamination
    /// The artifact is allowed without it.
    case notNeeded
  }

  /// What this waiver does for an examination of the artifact of its digest; nil for any other's.
  ///
  /// - Parameter now: seconds since 1970, UTC.
  package func effect(on examination: Examination, at now: Int) -> Effect? {
    guard let sha256 = examination.sha256, sha256.utf8.elementsEqual(digest.utf8) else { return nil }
    if examination.verdict == .allow { return .notNeeded }
    if now >= until { return .expired }
    if !examination.repeatable || examination.outcome != .finished { return .disturbedExamination }
    return examination.verdict <= verdict ? .holds : .worseVerdict
  }
}
