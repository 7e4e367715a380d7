package import ByteParsing

extension ZIPArchive {
  /// Finds the directory.
  ///
  /// - Throws: `.malformed` where there is no end record, or the directory it describes cannot be in the file;
  ///   `.unsupported` for an archive of several disks.
  package init(parsing input: Input) throws(ParseError) {
    let signatures = try Self.endRecordOffsets(input)
    let room = input.count - ZIPEndRecord.size
    guard let lastIndex = signatures.lastIndex(where: { $0 <= room }) else {
      throw ParseError(.malformed, at: input.count, "no end of central directory record")
    }
    let last = signatures[lastIndex]
    self.input = input
    let end = try input.record(at: last, size: ZIPEndRecord.size, "end record") {
      (reader) throws(ParseError) in try ZIPEndRecord(parsing: &reader)
    }
    self.end = end
    locator = Self.locator(input, before: end)
    adjacentEnd = locator.flatMap { Self.wideEnd(input, at: $0.offset - ZIP64EndRecord.size) }
    locatedEnd = locator.flatMap { locator in
      Int(exactly: locator.recordOffset).flatMap { Self.wideEnd(input, at: $0) }
    }

    var records = last
    if let locator { records = min(records, locator.offset) }
    if let adjacentEnd { records = min(records, adjacentEnd.offset) }
    endRecordsOffset = records

    // Where the records differ the file is denied, whichever of them is followed here.
    let view = try Self.view(
      input, [locatedEnd?.view, adjacentEnd?.view, end.view], before: records, at: last)
    directory = view.directory
    shift = view.shift
    isContiguous = view.isContiguous
    declaredEntries = view.entries
    otherEndRecords =
      try Self.ambiguous(signatures[..<lastIndex], input: input, from: directory.lowerBound)
      + signatures[(lastIndex + 1)...]
  }

  /// Whether the tail has an end record, and its directory an entry: something that no magic says is an
  /// archive is one all the same.
  package static func isRecognized(atEndOf input: Input) -> Bool {
    guard let near = try? signatures(input, from: max(0, input.count - tailSize), limit: 64), !near.isEmpty,
      let archive = try? ZIPArchive(parsing: input)
    else { return false }
    return hasEntry(input, at: archive.directory.lowerBound)
  }

  private static func hasEntry(_ input: Input, at offset: Int) -> Bool {
    (try? input.bytes(at: offset, count: 4)) == [0x50, 0x4B, 1, 2]
  }

  /// The first of the views whose directory has an entry where it ends with the records, or where its offset
  /// says; the first view at all if none has one.
  private static func view(
    _ input: Input, _ records: [RecordView?], before end: Int, at offset: Int
  ) throws(ParseError) -> View {
    var first: View?
    for record in records.compactMap({ $0 }) {
      guard let size = Int(exactly: record.size), size <= end, let written = Int(exactly: record.offset)
      else { continue }
      let placed = end - size
      let shifted = View(
        directory: placed..<end, shift: placed - written, isContiguous: placed == written,
        entries: record.entries)
      first = first ?? shifted
      if hasEntry(input, at: placed) { return try record.checked(shifted, at: offset) }
      if written <= placed, hasEntry(input, at: written) {
        return try record.checked(
          View(
            directory: written..<written + size, shift: 0, isContiguous: false, entries: record.entries),
          at: offset)
      }
    }
    guard let first else {
      throw ParseError(.malformed, at: offset, "the directory does not fit before its end record")
    }
    return first
  }

  /// The offsets of end record signatures near the end, in order: in the tail, or where that has none, in the
  /// last 16 MiB.
  private static func endRecordOffsets(_ input: Input) throws(ParseError) -> [Int] {
    let near = try signatures(input, from: max(0, input.count - tailSize), limit: 4096)
    if !near.isEmpty || input.count <= tailSize { return near }
    return try signatures(input, from: max(0, input.count - searchSize), limit: 4096)
  }

  /// Where `PK\5\6` stands. Of more than `limit` the first are dropped.
  private static func signatures(
    _ input: Input, from start: Int, limit: Int
  ) throws(ParseError) -> [Int] {
    var found: [Int] = []
    try SignatureSearch.run(input, start..<input.count, for: ZIPEndRecord.signature) { offset in
      if found.count == limit { found.removeFirst(limit / 2) }
      found.append(offset)
      return true
    }
    return found
  }

  /// Those of the other candidates that some reader could take for the end record: they stand in the
  /// directory or after it, or their comment ends with the file. Others lie in the data of members.
  private static func ambiguous(
    _ candidates: ArraySlice<Int>, input: Input, from directory: Int
  ) throws(ParseError) -> [Int] {
    var result: [Int] = []
    for offset in candidates {
      let other = try input.record(at: offset, size: ZIPEndRecord.size, "end record") {
        (reader) throws(ParseError) in try ZIPEndRecord(parsing: &reader)
      }
      let reachesEnd = other.commentLength == input.count - offset - ZIPEndRecord.size
      if offset >= directory || reachesEnd { result.append(offset) }
    }
    return result
  }

  private static func locator(_ input: Input, before end: ZIPEndRecord) -> ZIP64Locator? {
    try? input.record(at: end.offset - ZIP64Locator.size, size: ZIP64Locator.size, "locator") {
      (reader) throws(ParseError) in try ZIP64Locator(parsing: &reader)
    }
  }

  private static func wideEnd(_ input: Input, at offset: Int) -> ZIP64EndRecord? {
    try? input.record(at: offset, size: ZIP64EndRecord.size, "ZIP64 end record") {
      (reader) throws(ParseError) in try ZIP64EndRecord(parsing: &reader)
    }
  }
}

/// A directory as one of the end records gives it, placed in the file.
private struct View {
  let directory: Range<Int>
  let shift: Int
  let isContiguous: Bool
  let entries: UInt64
}

/// What both kinds of end record say.
private struct RecordView {
  let size: UInt64
  let offset: UInt64
  let entries: UInt64
  let disks: [UInt32]

  /// - Throws: `.unsupported` for an archive of several disks.
  func checked(_ view: View, at offset: Int) throws(ParseError) -> View {
    guard disks.allSatisfy({ $0 == 0 }) else {
      throw ParseError(.unsupported, at: offset, "archive of several disks")
    }
    return view
  }
}

extension ZIPEndRecord {
  fileprivate var view: RecordView {
    RecordView(
      size: UInt64(directorySize), offset: UInt64(directoryOffset), entries: UInt64(entries),
      disks: [UInt32(disk), UInt32(directoryDisk)])
  }
}

extension ZIP64EndRecord {
  fileprivate var view: RecordView {
    RecordView(
      size: directorySize, offset: directoryOffset, entries: entries, disks: [disk, directoryDisk])
  }
}
