package import ByteParsing
import Findings
import Formats
import Rules

/// Tar archives of every dialect. Read here, so that members are ranges of the input, and what readers see differently
/// is seen.
package enum TarScanner: FormatScanner {
  package static let format = "tar"

  package static func recognize(_ head: Head) -> Recognition {
    TarReader.isRecognized(head.prefix) ? .certain : .no
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    let isTorch = TorchTar.isRecognized(member.input)
    if isTorch {
      job.recorder.record(format: TorchTar.format)
      job.explainer?.note(TorchTar.format)
    }
    PackageExaminer.examine(
      WalkedTar(input: member.input, headerLimit: job.limits.members), of: member, in: &job)
    job.add(TarMembers(member, isTorch: isTorch), of: member)
  }
}

/// Gives the members of a tar archive.
struct TarMembers: MemberCursor {
  private let container: Member
  private let isTorch: Bool
  private var reader: TarReader
  private var audit: ArchiveMemberAudit
  private var isDone = false
  private var headers = 0

  init(_ container: Member, isTorch: Bool) {
    self.container = container
    self.isTorch = isTorch
    reader = TarReader(container.input)
    audit = ArchiveMemberAudit(path: container.path)
  }

  mutating func next(_ job: inout ScanJob) throws(ParseError) -> Member? {
    while !job.isStopped, !isDone {
      headers += 1
      guard headers <= job.limits.members else {
        job.stop("members: limit \(job.limits.members)", at: container.path)
        return nil
      }
      do {
        guard let entry = try reader.next() else {
          try end(&job)
          continue
        }
        if let member = try take(entry, &job) { return member }
      } catch {
        job.gap(error, at: container.path)
        // Where a limit of this reader is in the way, others read on.
        if try !resumed(job, isHidden: error.kind != .limit) { isDone = true }
      }
    }
    return nil
  }

  private func record(_ rule: Rule, at offset: Int, _ detail: String, _ job: ScanJob) {
    job.recorder.record(
      Finding(rule, at: Location(path: container.path, offset: offset), detail: detail))
  }

  /// Behind the first empty block there must be nothing but others.
  private mutating func end(_ job: inout ScanJob) throws(ParseError) {
    let rest = try reader.endOfZeros()
    guard rest < container.input.count else {
      isDone = true
      return
    }
    if try !resumed(job, isHidden: true) {
      isDone = true
      try job.reportTail(of: container, at: rest)
    }
  }

  /// Goes on at the next header, as GNU tar does after an empty block and after one that is no header.
  private mutating func resumed(_ job: ScanJob, isHidden: Bool) throws(ParseError) -> Bool {
    guard try reader.resume() else { return false }
    if isHidden {
      record(
        .tarHiddenMember, at: reader.offset, "A header follows behind the place where Python stops.", job)
    }
    return true
  }

  private mutating func take(_ entry: TarEntry, _ job: inout ScanJob) throws(ParseError) -> Member? {
    for difference in entry.differences {
      job.recorder.record(TarRules.finding(difference, entry, path: container.path))
    }
    let isLink = entry.member.kind == .symbolicLink || entry.member.kind == .hardLink
    if isTorch, isLink, let offset = entry.member.offset {
      record(.tarLink, at: offset, "\(entry.member.shownName) is a link.", job)
    }
    for finding in audit.findings(of: entry.member, isBarren: !entry.member.isFile || entry.size == 0) {
      job.recorder.record(finding)
    }
    guard !audit.isFlood else {
      job.stop("members with nothing in them", at: container.path)
      return nil
    }
    guard entry.member.isFile, let input = try input(of: entry, job) else { return nil }
    let member = container.child(input, name: entry.member.shownName)
    guard isTorch, TorchTar.names.contains(entry.member.name) else { return member }
    try TorchTar.examine(member, named: entry.member.name, in: &job)
    return nil
  }

  private func input(of entry: TarEntry, _ job: ScanJob) throws(ParseError) -> Input? {
    let data = try container.input.slice(at: entry.data.lowerBound, count: entry.data.count, "tar member")
    guard let sparse = entry.sparse else { return data }
    if let finding = TarRules.bomb(sparse, entry, limits: job.limits, path: container.path) {
      job.recorder.record(finding)
      return nil
    }
    return Input(try SparseSource(data, sparse))
  }
}
