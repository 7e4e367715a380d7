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

    // The record that the examination follows. Where the two differ the file is denied whatever comes of it.
    let wide = locatedEnd ?? adjacentEnd
    var records = last
    if let locator { records = min(records, locator.offset) }
    if let adjacentEnd { records = min(records, adjacentEnd.offset) }
    if let wide, wide.offset < records, wide.declaredSize > 44, locatedEnd == wide { records = wide.offset }
    endRecordsOffset = records

    guard (wide.map { UInt64($0.disk) } ?? UInt64(end.disk)) == 0,
      (wide.map { UInt64($0.directoryDisk) } ?? UInt64(end.directoryDisk)) == 0
    else { throw ParseError(.unsupported, at: last, "archive of several disks") }
    let size = try Checked.int(wide?.directorySize ?? UInt64(end.directorySize), at: last, "directory size")
    let offset = try Checked.int(
      wide?.directoryOffset ?? UInt64(end.directoryOffset), at: last, "directory offset")
    guard size <= records else {
      throw ParseError(.malformed, at: last, "the directory is longer than what stands before its end record")
    }
    directory = records - size..<records
    shift = directory.lowerBound - offset
    declaredEntries = wide?.entries ?? UInt64(end.entries)
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
    var directory = ZIPDirectory(archive)
    return (try? directory.next()) != nil
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
