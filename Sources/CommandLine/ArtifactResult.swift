internal import Findings
internal import Linux
internal import Supervisor
internal import VerdictStore

/// One artifact of a run: where it is and what came of it.
struct ArtifactResult: Equatable, Sendable {
  enum Judgement: Equatable, Sendable {
    case examined(Examination)
    /// Never given to a worker: why.
    case unexamined(reason: String)
  }

  /// Bytes, not text: a path may be any.
  let path: [UInt8]
  let judgement: Judgement
  /// Whether this makes the request a failure: the path cannot be read, or its verdict not be recorded.
  var isFailure = false
  /// What else there is to say, for standard error.
  var notices: [String] = []
  /// What the file was when it was opened; nil where it could not be,
  /// or where a later change of it could look the same.
  var identity: FileIdentity?
  /// What the artifact's waiver does, where it has one.
  var waiver: WaiverDecision?
  /// The model of a registry that it belongs to.
  var model: ModelName?

  /// Where it was put, where it was to be put anywhere.
  var placement: Placement?

  /// What became of a file besides its verdict.
  enum Placement: Equatable, Sendable {
    case admitted([UInt8])
    case quarantined([UInt8])
  }

  /// Whether it may be used in spite of its verdict.
  var isWaived: Bool { waiver?.holds ?? false }

  var verdict: Verdict {
    switch judgement {
    case .examined(let examination): examination.verdict
    case .unexamined: .incomplete
    }
  }

  var examination: Examination? {
    if case .examined(let examination) = judgement { examination } else { nil }
  }
}

extension ArtifactResult {
  /// As the store has it, at the first path where it was seen, or under its digest.
  init(_ scan: StoredScan) {
    let digest = scan.examination.sha256 ?? ""
    self.init(path: scan.paths.first ?? Array(digest.utf8), judgement: .examined(scan.examination))
  }
}
