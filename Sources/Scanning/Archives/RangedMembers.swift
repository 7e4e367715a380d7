import ByteParsing
import Findings
import Formats
import Rules

/// Gives the members of an archive in which they lie as they are.
struct RangedMembers<Archive: RangedArchive>: MemberCursor {
  private let container: Member
  private var archive: Archive
  private var audit: ArchiveMemberAudit
  private var count = 0

  init(of container: Member) {
    self.container = container
    archive = Archive(container.input)
    audit = ArchiveMemberAudit(path: container.path)
  }

  mutating func next(_ job: inout ScanJob) throws(ParseError) -> Member? {
    while !job.isStopped {
      guard let found = try archive.next() else {
        if count == 0 { job.gap("no member was found in the archive", at: container.path) }
        try end(&job)
        return nil
      }
      count += 1
      guard count <= job.limits.members else {
        job.stop("members: limit \(job.limits.members)", at: container.path)
        return nil
      }
      if let member = try take(found, &job) { return member }
    }
    return nil
  }

  private mutating func take(_ found: RangedMember, _ job: inout ScanJob) throws(ParseError) -> Member? {
    for finding in audit.findings(of: found.member, isBarren: found.data.isEmpty) {
      job.recorder.record(finding)
    }
    guard !audit.isFlood else {
      job.stop("members with nothing in them", at: container.path)
      return nil
    }
    let path = container.path
    if let finding = ArchiveMemberAudit.dataOfNoFile(found.member, count: found.data.count, path: path) {
      job.recorder.record(finding)
    } else if !found.member.isFile {
      return nil
    }
    let input = try container.input.slice(at: found.data.lowerBound, count: found.data.count)
    return container.child(
      input, name: found.member.shownName,
      expectation: found.member.kind == .table ? .nothing : .anything)
  }

  /// Behind the end there may be zeros, to fill up a block.
  private func end(_ job: inout ScanJob) throws(ParseError) {
    var offset = archive.offset
    while offset < container.input.count {
      let bytes = try container.input.bytes(at: offset, count: min(container.input.count - offset, 1 << 16))
      if let first = bytes.firstIndex(where: { $0 != 0 }) {
        return try job.reportTail(of: container, at: offset + first)
      }
      offset += bytes.count
    }
  }
}
