package import Findings
package import Formats

/// What is wrong with the structure of a ZIP archive. Values in, findings out; nothing is read here.
package enum ArchiveRules {}

extension ArchiveRules {
  /// The end records against each other.
  package static func endRecords(_ archive: ZIPArchive, path: [String]) -> [Finding] {
    var findings: [Finding] = []
    if let other = archive.otherEndRecords.first {
      findings.append(
        Finding(
          .zipTwoEndRecords, at: Location(path: path, offset: other),
          detail:
            "An end record stands at \(archive.end.offset), and \(archive.otherEndRecords.count) more could be one."
        ))
    }
    if let detail = wideDisagreement(archive) {
      findings.append(
        Finding(.zip64Disagreement, at: Location(path: path, offset: archive.end.offset), detail: detail))
    }
    if archive.end.entriesOnDisk != archive.end.entries {
      findings.append(
        Finding(
          .zipCountMismatch, at: Location(path: path, offset: archive.end.offset),
          detail:
            "The end record counts \(archive.end.entriesOnDisk) entries on this disk and \(archive.end.entries) in all."
        ))
    }
    if !archive.isContiguous {
      findings.append(
        Finding(
          .zipShiftedOffsets, at: Location(path: path, offset: archive.end.offset),
          detail:
            "The directory of \(archive.directory.count) bytes does not both begin where the end record says and end where the end records begin, at \(archive.endRecordsOffset)."
        ))
    }
    return findings
  }

  private static func wideDisagreement(_ archive: ZIPArchive) -> String? {
    guard let locator = archive.locator else { return nil }
    guard let located = archive.locatedEnd else {
      return "There is no ZIP64 end record at \(locator.recordOffset), where the locator points."
    }
    guard archive.adjacentEnd == located, located.declaredSize == 44 else {
      return "The ZIP64 end record at \(located.offset) is not the one directly before its locator."
    }
    guard locator.disk == 0, locator.disks <= 1 else { return "The ZIP64 locator names another disk." }
    let end = archive.end
    let agree =
      same(end.entries, located.entries) && same(end.entriesOnDisk, located.entriesOnDisk)
      && same(end.directorySize, located.directorySize)
      && same(end.directoryOffset, located.directoryOffset)
    return agree ? nil : "The 32-bit end record does not say what the ZIP64 end record says."
  }

  /// Whether the narrow field says what the wide one says, or leaves it to the wide one.
  private static func same<Narrow: FixedWidthInteger & UnsignedInteger>(
    _ narrow: Narrow, _ wide: UInt64
  ) -> Bool {
    narrow == .max || UInt64(narrow) == wide
  }

  /// The declared count against the entries that were there.
  package static func count(_ archive: ZIPArchive, found: Int, path: [String]) -> [Finding] {
    guard archive.declaredEntries != UInt64(found) else { return [] }
    return [
      Finding(
        .zipCountMismatch, at: Location(path: path, offset: archive.end.offset),
        detail: "The end record counts \(archive.declaredEntries) entries, the directory has \(found).")
    ]
  }

  /// A name that an earlier entry has: the very same, or one that some reader takes for it.
  package static func repeatedName(_ entry: ZIPEntry, exact: Bool, path: [String]) -> Finding {
    Finding(
      exact ? .zipDuplicateName : .zipCaseFoldedName, at: Location(path: path, offset: entry.offset),
      detail: exact
        ? "Another entry has the same name." : "Another entry's name differs only in case or spelling.",
      evidence: entry.shownName)
  }

  /// Members against each other and against the bytes of the archive.
  package static func layout(_ account: ZIPLayout.Account, path: [String]) -> [Finding] {
    guard let first = account.firstOverlap else { return [] }
    return [
      Finding(
        .zipOverlap, at: Location(path: path, offset: first),
        detail: "\(account.overlapCount) members begin inside another or reach into the directory.")
    ]
  }

  /// Bytes that belong to no member; `holdsMember` where a local header stands among them.
  package static func gap(_ range: Range<Int>, holdsMember: Bool, path: [String]) -> Finding {
    Finding(
      holdsMember ? .zipHiddenMember : .zipUnaccountedBytes,
      at: Location(path: path, offset: range.lowerBound),
      detail: holdsMember
        ? "\(range.count) bytes belong to no listed member, and the header of one stands among them."
        : "\(range.count) bytes belong to no member and no record.")
  }

  /// Entries after each other that have nothing in them.
  package static func flood(_ count: Int, at entry: ZIPEntry, path: [String]) -> Finding {
    Finding(
      .archiveEntryFlood, at: Location(path: path, offset: entry.offset),
      detail: "\(count) members after each other have nothing in them.", evidence: entry.shownName)
  }
}
