internal import Findings
internal import Supervisor

/// What came of a folder that is one model: the worst of its files, and what only the whole shows.
struct PackageResult: Equatable, Sendable {
  /// A file of the folder, and what of it counts.
  struct File: Equatable, Sendable {
    /// From the folder of the model.
    let path: [UInt8]
    let sha256: String?
    let size: Int
    /// As the file was judged by itself.
    let verdict: Verdict
    /// What it counts as here. Only better than the verdict where another file says what its bytes are.
    var counted: Verdict
    let isWaived: Bool
    /// The rules that decided about it, each once.
    let rules: [String]
  }

  let folder: PackageFolder
  var files: [File] = []
  /// What only the whole shows; the member of the location is a file of the folder.
  var findings: [Finding] = []
  var gaps: [Gap] = []
  /// SHA-256 over the sorted list of files with their digests; nil where a file has none.
  var sha256: String?

  var verdict: Verdict { verdict { $0.counted } }

  /// The verdict, with files that a waiver lets pass counted as allowed.
  var openVerdict: Verdict { verdict { $0.isWaived ? .allow : $0.counted } }

  private func verdict(_ counted: (File) -> Verdict) -> Verdict {
    let own = findings.reduce(gaps.isEmpty ? Verdict.allow : .incomplete) {
      $0.merged(with: $1.rule.verdict)
    }
    return files.reduce(own) { $0.merged(with: counted($1)) }
  }

  /// Bytes of all files.
  var size: Int {
    files.reduce(0) { sum, file in
      let (total, overflow) = sum.addingReportingOverflow(file.size)
      return overflow ? .max : total
    }
  }
}
