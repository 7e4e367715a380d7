internal import Findings

/// The exit status, which scripts build on.
enum ExitStatus: Int32, CaseIterable, Sendable {
  case allowed = 0
  case denied = 1
  case failed = 2
  case undecided = 3

  /// What it says, for people: the one place where that is written.
  var meaning: String {
    switch self {
    case .allowed: "Every artifact is allowed, by its verdict or by a waiver."
    case .denied: "At least one is denied."
    case .failed:
      "The request itself failed, at least in part: usage, an unreadable path, no store, no confinement; "
        + "or there was nothing to examine."
    case .undecided: "None is denied, but at least one is review or incomplete."
    }
  }

  /// Which of them it is, where several could be.
  static let order = "the first that applies in the order 1, 2, 3"
}

/// What a run came to.
struct Tally: Equatable, Sendable {
  private var counts: [Verdict: Int] = [:]
  /// Of these, those that a waiver lets pass.
  private var waivedCounts: [Verdict: Int] = [:]
  /// Packages, which are no artifacts: their files are.
  private var packageCounts: [Verdict: Int] = [:]
  /// By the verdict with waived files counted as allowed.
  private var openPackageCounts: [Verdict: Int] = [:]
  /// Of all artifacts, those whose verdict came from the store.
  private(set) var cached = 0
  /// Bytes of the artifacts that were examined or known.
  private(set) var bytes = 0
  /// Of all artifacts, those that an earlier run judged.
  private(set) var earlier = 0
  /// Parts of the request that failed: unreadable paths, verdicts that could not be recorded.
  private(set) var failures = 0

  /// By the verdict as it was judged, waived or not.
  func count(_ verdict: Verdict) -> Int { counts[verdict] ?? 0 }

  /// Artifacts that a waiver lets pass.
  var waived: Int { waivedCounts.values.reduce(0, +) }

  private func open(_ verdict: Verdict) -> Int {
    count(verdict) - (waivedCounts[verdict] ?? 0) + (openPackageCounts[verdict] ?? 0)
  }

  /// Packages by their verdict as it was judged.
  func packages(_ verdict: Verdict) -> Int { packageCounts[verdict] ?? 0 }

  var packages: Int { packageCounts.values.reduce(0, +) }

  /// Artifacts and packages.
  var records: Int { artifacts + packages }

  mutating func add(_ package: PackageResult) {
    packageCounts[package.verdict, default: 0] += 1
    openPackageCounts[package.openVerdict, default: 0] += 1
  }

  var artifacts: Int { counts.values.reduce(0, +) }

  mutating func add(_ result: ArtifactResult) {
    counts[result.verdict, default: 0] += 1
    if result.isWaived { waivedCounts[result.verdict, default: 0] += 1 }
    if let examination = result.examination {
      if examination.cached { cached += 1 }
      let (sum, overflow) = bytes.addingReportingOverflow(examination.size)
      bytes = overflow ? .max : sum
    }
    if result.isFailure { failures += 1 }
  }

  /// Everything that another part of the run came to.
  mutating func add(_ other: Tally) {
    counts.merge(other.counts, uniquingKeysWith: +)
    waivedCounts.merge(other.waivedCounts, uniquingKeysWith: +)
    packageCounts.merge(other.packageCounts, uniquingKeysWith: +)
    openPackageCounts.merge(other.openPackageCounts, uniquingKeysWith: +)
    cached += other.cached
    let (sum, overflow) = bytes.addingReportingOverflow(other.bytes)
    bytes = overflow ? .max : sum
    earlier += other.earlier
    failures += other.failures
  }

  /// Artifacts that an earlier run judged, and that have no waiver.
  mutating func add(earlier verdicts: [Verdict: Int]) {
    counts.merge(verdicts, uniquingKeysWith: +)
    earlier += verdicts.values.reduce(0, +)
  }

  /// Something failed that belongs to no artifact.
  mutating func addFailure() { failures += 1 }

  /// The first that applies, in the order 1, 2, 3; what is waived counts as allowed, and nothing examined is never 0.
  func exitStatus(failOn: Options.FailOn) -> ExitStatus {
    if open(.deny) > 0 { return .denied }
    if failures > 0 || artifacts == 0 { return .failed }
    let undecided = open(.review) + open(.incomplete)
    return failOn == .review && undecided > 0 ? .undecided : .allowed
  }
}
