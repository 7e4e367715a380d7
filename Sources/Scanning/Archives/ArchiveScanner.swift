package import ByteParsing
import Findings
import Formats
import Rules

/// Archives that no model is loaded from, and that people unpack: 7-Zip, RAR, cpio, ar, ISO 9660 and CAB. Each member is
/// examined as what it is.
package enum ArchiveScanner: FormatScanner {
  package static let format = "archive"

  package static func recognize(_ head: Head) -> Recognition {
    ArchiveFormat(head.prefix, head.input) == nil ? .no : .certain
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    let head = try Head(member.input)
    guard let format = ArchiveFormat(head.prefix, member.input) else { return }
    job.recorder.record(format: format.rawValue)
    job.explainer?.note(format.rawValue)
    switch format {
    case .cpio: job.add(RangedMembers<CpioArchive>(of: member), of: member)
    case .ar: job.add(RangedMembers<ArArchive>(of: member), of: member)
    case .sevenZip, .rar, .iso9660, .cab:
      if format == .sevenZip {
        // libarchive does not look behind the end.
        let end = try ArchiveFormat.sevenZipEnd(member.input)
        if end < member.input.count { try job.reportTail(of: member, at: end) }
      }
      job.add(
        OpenedMembers(try job.archives.open(member.input), of: member, opener: job.archives), of: member)
    }
  }
}

extension ScanJob {
  /// Reports bytes behind the end of an archive, and has them examined.
  mutating func reportTail(of archive: Member, at offset: Int) throws(ParseError) {
    let count = archive.input.count
    recorder.record(
      Finding(
        .archiveTrailingData, at: Location(path: archive.path, offset: offset),
        detail: "\(count - offset) bytes follow the end of the archive."))
    let tail = try archive.input.slice(at: offset, count: count - offset)
    add(archive.child(tail, name: "bytes \(offset)..<\(count)", expectation: .nothing))
  }
}

/// Gives the members of an archive that a library reads.
struct OpenedMembers: MemberCursor {
  private let container: Member
  private let opener: any ArchiveOpener
  private let archive: any OpenArchive
  private var audit: ArchiveMemberAudit
  /// Members that were asked for.
  private var count = 0

  init(_ archive: any OpenArchive, of container: Member, opener: any ArchiveOpener) {
    self.archive = archive
    self.container = container
    self.opener = opener
    audit = ArchiveMemberAudit(path: container.path)
  }

  mutating func next(_ job: inout ScanJob) throws(ParseError) -> Member? {
    // After a fatal error libarchive must not be asked for more; the error was recorded.
    while !job.isStopped, archive.goesOn {
      count += 1
      let entry: ArchiveMember
      do {
        guard let next = try archive.next() else {
          // Where it took everything for something else, it finds nothing and is content.
          if count == 1 { job.gap("no member was found in the archive", at: container.path) }
          return nil
        }
        entry = next
      } catch {
        guard archive.goesOn, count <= job.limits.members else { throw error }
        job.gap(error, at: container.path)
        continue
      }
      if let member = try member(of: entry, &job) { return member }
    }
    return nil
  }

  private mutating func member(
    of entry: ArchiveMember, _ job: inout ScanJob
  ) throws(ParseError) -> Member? {
    if let doubt = entry.doubt { job.gap("\(entry.shownName): \(doubt)", at: container.path) }
    let unpacked = entry.isEncrypted ? nil : unpack(entry, &job)
    let isBarren = unpacked.map { $0.count == 0 } ?? true
    for finding in audit.findings(of: entry, isBarren: isBarren) { job.recorder.record(finding) }
    guard !audit.isFlood else {
      job.stop("members with nothing in them", at: container.path)
      return nil
    }
    if let finding = ArchiveMemberAudit.dataOfNoFile(
      entry, count: unpacked?.count ?? 0, path: container.path)
    {
      job.recorder.record(finding)
    } else if !entry.isFile {
      return nil
    }
    return unpacked.map { container.child($0, name: entry.shownName) }
  }

  /// What the member's bytes are, as far as they can be had. Whatever came out before an error is examined.
  private func unpack(_ entry: ArchiveMember, _ job: inout ScanJob) -> Input {
    var unpacker = Unpacker(
      budget: job.budget, packed: container.input.count, keeps: true, sums: false)
    do {
      _ = try unpacker.receive(all: archive)
    } catch {
      job.gap("\(entry.shownName): \(error.kind.rawValue): \(error.field)", at: container.path)
    }
    job.settle(unpacker, name: entry.shownName, at: container.path, offset: entry.offset ?? 0)
    let (opener, input, count) = (opener, container.input, count)
    return Input(
      unpacker.source { () throws(ParseError) in try Self.reopen(input, with: opener, at: count) })
  }

  /// The archive once more, at the member that was asked for as number `count`.
  private static func reopen(
    _ input: Input, with opener: any ArchiveOpener, at count: Int
  ) throws(ParseError) -> any ByteStream {
    let archive = try opener.open(input)
    for _ in 0..<count {
      do {
        _ = try archive.next()
      } catch {
        guard archive.goesOn else { throw error }
      }
    }
    return archive
  }
}
