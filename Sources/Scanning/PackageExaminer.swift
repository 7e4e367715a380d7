import ByteParsing
import Findings
import Formats
import Rules

/// An archive whose members can be gone through again and again.
protocol WalkedArchive {
  associatedtype Entry

  /// Calls `visit` with every member, until the archive ends or breaks; a break is a gap of whoever examines the members.
  func walk(_ visit: (Entry, PackageMember) -> Void)

  /// The member's bytes, or nil with the reason recorded.
  func open(_ entry: Entry, in job: inout ScanJob) -> Input?
}

/// Shows an archive's members to whoever judges packages. The members are examined by themselves all the same.
enum PackageExaminer {
  /// Walks the archive once for the names, then for the members that say what is run.
  static func examine(_ archive: some WalkedArchive, of member: Member, in job: inout ScanJob) {
    var judge = PackageJudge(path: member.path, table: job.globals)
    archive.walk { judge.note($1) }
    judge.settle()
    guard judge.isPackage else { return }
    for kind in judge.layout.kinds.sorted(by: { $0.rawValue < $1.rawValue }) {
      job.recorder.record(format: kind.rawValue)
    }
    take(archive, first: true, &judge, &job)
    take(archive, first: false, &judge, &job)
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

  private static func take<Archive: WalkedArchive>(
    _ archive: Archive, first: Bool, _ judge: inout PackageJudge, _ job: inout ScanJob
  ) {
    var wanted: [(entry: Archive.Entry, member: PackageMember)] = []
    archive.walk { entry, member in
      guard wanted.count < asked, judge.interest(in: member) != nil, judge.isFirst(member) == first else {
        return
      }
      wanted.append((entry, member))
    }
    for (entry, member) in wanted where !job.isStopped {
      guard let input = archive.open(entry, in: &job) else { continue }
      judge.take(member, input)
    }
  }
}

/// A ZIP archive by its directory.
struct WalkedZIP: WalkedArchive {
  private let archive: ZIPArchive
  private let reader: ZIPMemberReader

  init(_ archive: ZIPArchive, path: [String]) {
    self.archive = archive
    reader = ZIPMemberReader(archive: archive, path: path)
  }

  func walk(_ visit: (ZIPEntry, PackageMember) -> Void) {
    var directory = ZIPDirectory(archive)
    while let entry = try? directory.next() {
      let mode = entry.system == 3 ? entry.externalAttributes >> 16 : nil
      visit(entry, PackageMember(name: entry.shownName, size: entry.unpackedSize, mode: mode))
    }
  }

  func open(_ entry: ZIPEntry, in job: inout ScanJob) -> Input? { reader.open(entry, in: &job) }
}

/// A tar archive by its headers, those too that stand behind the place where Python stops.
struct WalkedTar: WalkedArchive {
  let input: Input
  let headerLimit: Int

  func walk(_ visit: (TarEntry, PackageMember) -> Void) {
    var reader = TarReader(input)
    var headers = 0
    while headers < headerLimit {
      headers += 1
      if let entry = try? reader.next() {
        guard entry.member.isFile else { continue }
        visit(entry, PackageMember(name: entry.member.shownName, size: UInt64(clamping: entry.size)))
      } else {
        guard let goesOn = try? reader.resume(), goesOn else { return }
      }
    }
  }

  func open(_ entry: TarEntry, in job: inout ScanJob) -> Input? {
    // What is made of holes is examined as a member, within its limits.
    guard entry.sparse == nil else { return nil }
    return try? input.slice(at: entry.data.lowerBound, count: entry.data.count, "tar member")
  }
}
