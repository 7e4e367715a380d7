import ByteParsing
import Findings
import Formats
import Rules

/// Shows a ZIP archive's members to whoever judges packages. The members are examined by themselves all the same.
enum PackageExaminer {
  /// Walks the archive's directory: once for the names, then for the members that say what is run.
  static func examine(_ archive: ZIPArchive, of member: Member, in job: inout ScanJob) {
    var judge = PackageJudge(path: member.path, table: job.globals)
    walk(archive, job) { _, packageMember in judge.note(packageMember) }
    judge.settle()
    guard judge.isPackage else { return }
    for kind in judge.layout.kinds.sorted(by: { $0.rawValue < $1.rawValue }) {
      job.recorder.record(format: kind.rawValue)
    }
    let reader = ZIPMemberReader(archive: archive, path: member.path)
    for wantsFirst in [true, false] {
      var wanted: [(ZIPEntry, PackageMember)] = []
      walk(archive, job) { entry, packageMember in
        guard wanted.count < asked, judge.interest(in: packageMember) != nil,
          judge.isFirst(packageMember) == wantsFirst
        else { return }
        wanted.append((entry, packageMember))
      }
      for (entry, packageMember) in wanted where !job.isStopped {
        guard let input = reader.open(entry, in: &job) else { continue }
        judge.take(packageMember, input)
      }
    }
    judge.finish()
    for finding in judge.findings { job.recorder.record(finding) }
    for gap in judge.gaps {
      job.gap(
        "\(gap.member): \(gap.error.kind.rawValue): \(gap.error.field)", at: member.path,
        offset: gap.error.offset)
    }
  }

  /// Members that are read for the package's sake.
  private static let asked = 100_000

  private static func walk(
    _ archive: ZIPArchive, _ job: ScanJob, _ visit: (ZIPEntry, PackageMember) -> Void
  ) {
    var directory = ZIPDirectory(archive)
    // A broken directory is a gap of the audit's.
    while let entry = try? directory.next() {
      let mode = entry.system == 3 ? entry.externalAttributes >> 16 : nil
      visit(entry, PackageMember(name: entry.shownName, size: entry.unpackedSize, mode: mode))
    }
  }
}
