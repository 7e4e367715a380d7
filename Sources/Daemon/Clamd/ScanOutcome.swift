internal import Findings
internal import Linux
internal import Policy

/// What a scan came to, for a client that is told no more and judges nothing itself.
enum ScanOutcome: Equatable, Sendable {
  /// It may be used: by its verdict, or by a waiver that holds.
  case allowed
  /// It may not. The rule is the worst of those that the verdict comes from; nil where it comes from none.
  case held(Verdict, rule: String?)

  /// - Parameters:
  ///   - waiver: the artifact's, whether it holds or not.
  ///   - now: milliseconds since 1970.
  init(_ examination: Examination, _ waiver: Waiver?, at now: Int64 = WallClock.milliseconds) {
    let verdict = examination.verdict
    let causes = examination.report.findings.map(\.rule).filter { $0.verdict == verdict }
    if waiver?.effect(on: examination, at: Int(now / 1_000)) == .holds {
      self = .allowed
    } else if verdict != .allow {
      self = .held(verdict, rule: causes.max { $0.severity < $1.severity }?.id)
    } else {
      // What a client of our own protocol asks of an `allow` before it believes it.
      let isProven =
        examination.outcome == .finished && examination.sandbox.missing.isEmpty && examination.sha256 != nil
      self = isProven ? .allowed : .held(.incomplete, rule: nil)
    }
  }
}
