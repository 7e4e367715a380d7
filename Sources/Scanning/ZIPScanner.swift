package import ByteParsing
import Findings
import Formats
import Rules

/// ZIP archives of every kind; PyTorch's are recognised by their members.
package enum ZIPScanner: FormatScanner {
  package static let format = "zip"

  package static func recognize(_ head: Head) -> Recognition {
    if head.has([0x50, 0x4B, 0x03, 0x04]) || head.has([0x50, 0x4B, 0x05, 0x06]) { return .certain }
    return ZIPArchive.isRecognized(atEndOf: head.input) ? .possible : .no
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    let archive: ZIPArchive
    do {
      archive = try ZIPArchive(parsing: member.input)
    } catch {
      job.gap(error, at: member.path)
      var run = PickleRun(member)
      return try BuriedPickles.examine(&run, in: &job)
    }
    let audit = try ZIPAudit(archive, of: member, in: &job)
    let contents = try contents(of: archive, audit, member, in: &job)
    PackageExaminer.examine(WalkedZIP(archive, path: member.path), of: member, in: &job)
    job.add(ZIPMembers(archive, of: member, contents: contents, overlaps: audit.overlaps), of: member)
  }

  /// What the archive says of its members. Whatever loader could take it for its own, what it would do is judged; the
  /// first one's account of the members is kept.
  private static func contents(
    of archive: ZIPArchive, _ audit: ZIPAudit, _ member: Member, in job: inout ScanJob
  ) throws(ParseError) -> (any ArchiveContents)? {
    var contents: (any ArchiveContents)?
    if let layout = audit.layout, let kind = layout.kind {
      job.recorder.record(format: kind.rawValue)
      job.explainer?.note(kind.rawValue)
      contents = try TorchContents(layout, kind: kind, archive: archive, of: member, in: &job)
    }
    let reader = ZIPMemberReader(archive: archive, path: member.path)
    if let schema = audit.descriptions[.skops] {
      let skops = SkopsContents(schema, from: reader, in: &job)
      contents = contents ?? skops
    }
    if let data = audit.descriptions[.stableBaselines] {
      let stableBaselines = StableBaselinesContents(data, of: member, from: reader, in: &job)
      contents = contents ?? stableBaselines
    }
    return contents
  }
}

/// Gives the members of an archive, each unpacked when its turn comes.
struct ZIPMembers: MemberCursor {
  private let container: Member
  private let reader: ZIPMemberReader
  private var directory: ZIPDirectory
  private var contents: (any ArchiveContents)?
  private let overlaps: Bool
  /// The end of the last member given, where members overlap.
  private var given = 0

  init(
    _ archive: ZIPArchive, of container: Member, contents: (any ArchiveContents)?, overlaps: Bool
  ) {
    self.container = container
    self.contents = contents
    self.overlaps = overlaps
    reader = ZIPMemberReader(archive: archive, path: container.path)
    directory = ZIPDirectory(archive)
  }

  mutating func next(_ job: inout ScanJob) throws(ParseError) -> Member? {
    while !job.isStopped, let entry = try directory.next() {
      if overlaps, !mayGive(entry) {
        job.gap("\(entry.shownName) overlaps another member", at: container.path, offset: entry.offset)
        continue
      }
      if let member = member(of: entry, &job) { return member }
    }
    contents?.finish(container.path, job)
    return nil
  }

  private mutating func mayGive(_ entry: ZIPEntry) -> Bool {
    guard let start = Int(exactly: entry.localOffset), let size = Int(exactly: entry.packedSize),
      start >= given
    else { return false }
    given = start.addingReportingOverflow(size).partialValue
    return true
  }

  /// The member of an entry, or nil where there is nothing to examine in it or it cannot be had.
  private mutating func member(of entry: ZIPEntry, _ job: inout ScanJob) -> Member? {
    if entry.nameEndsInSlash, entry.packedSize == 0, entry.unpackedSize == 0 {
      return nil
    }
    if var contents {
      defer { self.contents = contents }
      switch contents.take(entry, from: reader, path: container.path, &job) {
      case .done: return nil
      case .examine(let profile, let expectation):
        return reader.open(entry, in: &job).map {
          container.child($0, name: entry.shownName, profile: profile, expectation: expectation)
        }
      }
    }
    return reader.open(entry, in: &job).map { container.child($0, name: entry.shownName) }
  }
}
