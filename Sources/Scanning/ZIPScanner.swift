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
    var torch: TorchContents?
    if let layout = audit.layout, let kind = layout.kind {
      job.recorder.record(format: kind.rawValue)
      job.explainer?.note(kind.rawValue)
      for finding in TorchRules.script(kind, path: member.path) { job.recorder.record(finding) }
      torch = try TorchContents(layout, kind: kind, archive: archive, of: member, in: &job)
    }
    job.add(ZIPMembers(archive, of: member, torch: torch, overlaps: audit.overlaps), of: member)
  }
}

/// Gives the members of an archive, each unpacked when its turn comes.
struct ZIPMembers: MemberCursor {
  private let container: Member
  private let reader: ZIPMemberReader
  private var directory: ZIPDirectory
  private var torch: TorchContents?
  private let overlaps: Bool
  /// The end of the last member given, where members overlap.
  private var given = 0

  init(_ archive: ZIPArchive, of container: Member, torch: TorchContents?, overlaps: Bool) {
    self.container = container
    self.torch = torch
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
    torch?.finish(container.path, job)
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
    if var contents = torch {
      defer { torch = contents }
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
