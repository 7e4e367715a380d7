import ByteParsing
import Findings
import Formats
import Rules

/// The first walk over an archive: every entry and every local header, against each other and against the
/// bytes. Keeps 32 bytes an entry.
struct ZIPAudit {
  let archive: ZIPArchive
  let path: [String]
  private(set) var layout: TorchLayout?
  /// Members that may describe the archive; of several of one name the last, as in Python.
  private(set) var descriptions: [DescribedArchive: ZIPEntry] = [:]
  private(set) var entries = 0
  /// Entries after each other that have nothing in them.
  private var barren = 0
  /// Whether members share bytes: then no more is unpacked than the archive has bytes for.
  private(set) var overlaps = false
  private var spans = ZIPLayout()
  private var names: Set<UInt64> = []
  private var foldedNames: Set<UInt64> = []

  /// Walks the archive and records what is wrong with it.
  ///
  /// - Throws: what reading the input throws. A broken directory is a gap.
  init(_ archive: ZIPArchive, of member: Member, in job: inout ScanJob) throws(ParseError) {
    self.archive = archive
    path = member.path
    record(ArchiveRules.endRecords(archive, path: path), job)
    let wholeDirectory = walk(&job)
    guard wholeDirectory else { return }
    record(ArchiveRules.count(archive, found: entries, path: path), job)
    let account = spans.account(upTo: archive.directory.lowerBound)
    spans = ZIPLayout()
    overlaps = account.overlapCount > 0
    record(ArchiveRules.layout(account, path: path), job)
    try examineGaps(account.gaps + outerGaps, of: member, in: &job)
  }

  private func record(_ findings: [Finding], _ job: ScanJob) {
    for finding in findings { job.recorder.record(finding) }
  }

  /// - Returns: whether all entries were read.
  private mutating func walk(_ job: inout ScanJob) -> Bool {
    var directory = ZIPDirectory(archive)
    do {
      while let entry = try directory.next() {
        guard entries < job.limits.members else {
          job.gap("archive entries: limit \(job.limits.members)", at: path, offset: entry.offset)
          return false
        }
        entries += 1
        note(entry, job)
        barren = entry.unpackedSize == 0 ? barren + 1 : 0
        guard barren < ArchiveMemberAudit.barrenLimit else {
          record([ArchiveRules.flood(barren, at: entry, path: path)], job)
          job.stop("members with nothing in them", at: path)
          return false
        }
      }
      return true
    } catch {
      job.gap(error, at: path)
      return false
    }
  }

  private mutating func note(_ entry: ZIPEntry, _ job: ScanJob) {
    if entries == 1 { layout = TorchLayout(firstName: entry.name) }
    layout?.note(entry.name)
    for kind in DescribedArchive.allCases where entry.name.elementsEqual(kind.rawValue.utf8) {
      descriptions[kind] = entry
    }
    record(ArchiveRules.entry(entry, path: path), job)
    let isNew = names.insert(ZIPName.fingerprint(entry.name)).inserted
    let isNewFolded = foldedNames.insert(ZIPName.foldedFingerprint(entry.name)).inserted
    if !isNew || !isNewFolded {
      record([ArchiveRules.repeatedName(entry, exact: !isNew, path: path)], job)
    }
    do {
      try noteLocalHeader(of: entry, job)
    } catch {
      job.gap("\(entry.shownName): \(error.field)", at: path, offset: error.offset)
    }
  }

  private mutating func noteLocalHeader(of entry: ZIPEntry, _ job: ScanJob) throws(ParseError) {
    let local = try ZIPLocalHeader(of: entry, in: archive)
    record(ArchiveRules.local(local, of: entry, path: path), job)
    let size = try Checked.int(entry.packedSize, at: entry.offset, "packed size")
    let data = try archive.input.slice(at: local.dataOffset, count: size, "member data")
    var end = local.dataOffset + data.count
    if local.flags.contains(.descriptor) {
      if let length = try ZIPDescriptor.length(archive.input, at: end, entry: entry) {
        end += length
      } else {
        record([ArchiveRules.descriptor(of: entry, at: end, path: path)], job)
      }
    }
    spans.add(local.offset..<end)
  }

  /// The bytes between the directory and the end records, and after them.
  private var outerGaps: [Range<Int>] {
    let end = min(
      archive.input.count, archive.end.offset + ZIPEndRecord.size + archive.end.commentLength)
    return [archive.directory.upperBound..<archive.endRecordsOffset, end..<archive.input.count]
      .filter { !$0.isEmpty }
  }

  /// Bytes that no member has: reported, and examined as whatever they are.
  private func examineGaps(
    _ gaps: [Range<Int>], of member: Member, in job: inout ScanJob
  ) throws(ParseError) {
    if gaps.count > Self.examinedGaps {
      job.gap("more than \(Self.examinedGaps) parts that belong to no member", at: path)
    }
    for range in gaps.prefix(Self.examinedGaps) where !TFLiteScanner.isModel(range, of: member) {
      var holdsMember = false
      try SignatureSearch.run(archive.input, range, for: ZIPLocalHeader.signature) { _ in
        holdsMember = true
        return false
      }
      record([ArchiveRules.gap(range, holdsMember: holdsMember, path: path)], job)
      job.add(
        member.child(
          try archive.input.slice(at: range.lowerBound, count: range.count),
          name: "bytes \(range.lowerBound)..<\(range.upperBound)", expectation: .nothing))
    }
  }

  private static let examinedGaps = 1000
}
