internal import Digest
internal import Findings
internal import VerdictStore
internal import Wire

/// What the verdicts on the files of a directory come to: the worst of them, and nothing left out.
struct TreeJudgement {
  /// Files of one tree.
  static let fileLimit = 100_000

  /// Files that were judged.
  private(set) var files = 0
  private var report = Report()
  private var verdict = Verdict.allow
  private var outcome = WorkerOutcome.finished
  private var sandbox: SandboxEvidence?
  private var size = 0
  private var isRepeatable = true
  private var isCached = true
  private var isRecorded = true
  /// Findings and gaps beyond what one report may have.
  private var unlisted = 0
  private var notices: [String] = []
  /// Of each file its path and digest; nil once one has none.
  private var digests: [(path: [UInt8], sha256: String)]? = []

  init() { report.coverage.finished = true }

  /// Takes the verdict on a file, which lies at `path` below the directory.
  mutating func add(_ judged: RecordedExamination, at path: [UInt8]) {
    let examination = judged.examination
    let part = examination.report
    files += 1
    verdict = verdict.merged(with: examination.verdict)
    if outcome == .finished { outcome = examination.outcome }
    for format in part.formats where report.formats.count < WireLimit.formats {
      report.record(format: format)
    }
    for finding in part.findings {
      let location = Self.location(path, finding.location)
      record(Finding(finding.rule, at: location, detail: finding.detail, evidence: finding.evidence))
    }
    for gap in part.coverage.gaps {
      record(Gap(at: Self.location(path, gap.location), reason: gap.reason))
    }
    report.record(
      bytes: part.coverage.bytes, members: part.coverage.members, opcodes: part.coverage.opcodes)
    report.record(bytes: 0, members: 1, opcodes: 0)
    if !part.coverage.finished { report.coverage.finished = false }
    size += examination.size
    isRepeatable = isRepeatable && examination.repeatable
    isCached = isCached && examination.cached
    isRecorded = isRecorded && judged.isRecorded
    if notices.count < ClientLimit.entries { notices += judged.notices }
    take(examination.sandbox)
    if let sha256 = examination.sha256 {
      digests?.append((path, sha256))
    } else {
      digests = nil
    }
  }

  /// Takes something below the directory that was not examined.
  mutating func addGap(_ reason: String, at path: [UInt8]) {
    // The list of digests is not that of the whole tree.
    digests = nil
    isRepeatable = false
    verdict = verdict.merged(with: .incomplete)
    record(Gap(at: Self.location(path, Location()), reason: reason))
  }

  /// The judgement of the directory, whose digest is that of its sorted list of digests and paths.
  consuming func conclude(policy: String, milliseconds: Double) -> RecordedExamination {
    if files == 0 { addGap("it holds no file", at: []) }
    if unlisted > 0 { notices.append("\(unlisted) findings and gaps more are not listed") }
    var sha256: String?
    do throws(DigestError) {
      sha256 = try digests.map(Self.listing).map { (bytes) throws(DigestError) in
        try SHA256.hexadecimal(of: bytes)
      }
    } catch {
      addGap("no digest: \(error)", at: [])
    }
    let examination = Examination(
      sha256: sha256, size: size, report: report, outcome: outcome,
      sandbox: sandbox ?? SandboxEvidence(role: "none"), policy: policy, engine: Engine.version,
      milliseconds: milliseconds, repeatable: isRepeatable, cached: isCached && files > 0,
      verdict: verdict.merged(with: report.verdict))
    return RecordedExamination(examination: examination, isRecorded: isRecorded, notices: notices)
  }

  private mutating func record(_ finding: Finding) {
    guard report.findings.count < WireLimit.records else { return unlisted += 1 }
    report.record(finding)
  }

  private mutating func record(_ gap: Gap) {
    guard report.coverage.gaps.count < WireLimit.records else { return unlisted += 1 }
    report.record(gap)
  }

  /// What was around all of the workers.
  private mutating func take(_ other: SandboxEvidence) {
    guard var common = sandbox else { return sandbox = other }
    common.layers.removeAll { !other.layers.contains($0) }
    common.missing += other.missing.filter { !common.missing.contains($0) }
    sandbox = common
  }

  /// A place inside a file, as one below the directory.
  private static func location(_ path: [UInt8], _ inner: Location) -> Location {
    guard !path.isEmpty else { return inner }
    let name = String(decoding: path, as: UTF8.self)
    return Location(path: [name] + inner.path, offset: inner.offset)
  }

  /// One entry a file, in the byte order of their paths: the digest in hexadecimal, two spaces, the path, a zero.
  private static func listing(_ digests: [(path: [UInt8], sha256: String)]) -> [UInt8] {
    digests.sorted { $0.path.lexicographicallyPrecedes($1.path) }.flatMap {
      Array($0.sha256.utf8) + [0x20, 0x20] + $0.path + [0]
    }
  }
}
