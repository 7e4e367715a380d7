import ByteParsing
import Findings
import Formats

/// Makes a member's bytes readable: a stored one is a part of the archive, a deflated one is unpacked into
/// memory under the budget.
struct ZIPMemberReader {
  let archive: ZIPArchive
  let path: [String]

  /// Stored members up to this size have their checksum checked.
  private static let checkedBytes = 1 << 20

  /// The member's bytes, or nil with the reason recorded. A wrong checksum or size never stops this.
  func open(_ entry: ZIPEntry, in job: inout ScanJob) -> Input? {
    do {
      let packed = try self.packed(entry)
      if entry.method == ZIPMethod.stored {
        if packed.count <= Self.checkedBytes || entry.shownName.lowercased().hasSuffix(".pkl") {
          try checkStored(packed, entry, job)
        }
        return packed
      }
      let unpacker = unpack(packed, entry, keeps: true, in: &job)
      let decompressor = job.decompressor
      return Input(
        unpacker.source { () throws(ParseError) in try Self.stream(packed, entry, decompressor) })
    } catch {
      gap(error, entry, job)
      return nil
    }
  }

  /// How many bytes the member unpacks to, unpacked and counted but not kept; nil with the reason recorded.
  func measure(_ entry: ZIPEntry, in job: inout ScanJob) -> Int? {
    do {
      let packed = try self.packed(entry)
      if entry.method == ZIPMethod.stored { return packed.count }
      return unpack(packed, entry, keeps: false, in: &job).count
    } catch {
      gap(error, entry, job)
      return nil
    }
  }

  /// The member's packed bytes.
  ///
  /// - Throws: `.unsupported` for a member that cannot be unpacked; where the header or the bytes are not there.
  private func packed(_ entry: ZIPEntry) throws(ParseError) -> Input {
    guard entry.flags.isDisjoint(with: .unreadable), !entry.extra.hasAES else {
      throw ParseError(.unsupported, at: entry.offset, "encrypted member")
    }
    guard entry.method == ZIPMethod.stored || ZIPMethod.compression(entry.method) != nil else {
      throw ParseError(.unsupported, at: entry.offset, "member packed by \(ZIPMethod.name(entry.method))")
    }
    guard entry.disk == 0 else {
      throw ParseError(.unsupported, at: entry.offset, "member on another disk")
    }
    let local = try ZIPLocalHeader(of: entry, in: archive)
    let size = try Checked.int(entry.packedSize, at: entry.offset, "packed size")
    return try archive.input.slice(at: local.dataOffset, count: size, "member data")
  }

  private func unpack(
    _ packed: Input, _ entry: ZIPEntry, keeps: Bool, in job: inout ScanJob
  ) -> Unpacker {
    var unpacker = Unpacker(
      budget: job.budget, packed: packed.count, expected: Int(clamping: entry.unpackedSize), keeps: keeps,
      sums: true)
    do {
      let stream = try Self.stream(packed, entry, job.decompressor)
      if try unpacker.receive(all: stream, isReopened: true) {
        check(unpacker, stream.packedBytes, entry, job)
      }
    } catch {
      gap(error, entry, job)
    }
    job.settle(unpacker, name: entry.shownName, at: path, offset: entry.offset)
    return unpacker
  }

  /// - Throws: `.unsupported` for what is not unpacked.
  private static func stream(
    _ packed: Input, _ entry: ZIPEntry, _ decompressor: any Decompressor
  ) throws(ParseError) -> any UnpackingStream {
    guard let compression = ZIPMethod.compression(entry.method) else {
      throw ParseError(.unsupported, at: 0, "member packed by \(ZIPMethod.name(entry.method))")
    }
    guard entry.method == ZIPMethod.lzma else { return try decompressor.open(packed, as: compression) }
    return try decompressor.open(try ZIPLZMAStream(packed, of: entry).input, as: compression)
  }

  private func check(_ unpacker: Unpacker, _ streamBytes: Int, _ entry: ZIPEntry, _ job: ScanJob) {
    let packedBytes = entry.method == ZIPMethod.lzma ? streamBytes - ZIPLZMAStream.surplus : streamBytes
    if UInt64(unpacker.count) != entry.unpackedSize || UInt64(packedBytes) != entry.packedSize {
      report(
        .zipSizeMismatch,
        "\(packedBytes) packed bytes unpack to \(unpacker.count); the entry says \(entry.packedSize) and \(entry.unpackedSize).",
        entry, job)
    }
    if unpacker.crc.value != entry.crc { report(.zipCRCMismatch, "The CRC-32 is another.", entry, job) }
  }

  private func checkStored(_ packed: Input, _ entry: ZIPEntry, _ job: ScanJob) throws(ParseError) {
    var crc = CRC32()
    var offset = 0
    while offset < packed.count {
      let chunk = try packed.bytes(at: offset, count: min(1 << 16, packed.count - offset))
      // SAFETY: plain bytes, read before `chunk` ends.
      crc.update(unsafe chunk.span.bytes)
      offset += chunk.count
    }
    if crc.value != entry.crc { report(.zipCRCMismatch, "The CRC-32 is another.", entry, job) }
  }

  private func report(_ rule: Rule, _ detail: String, _ entry: ZIPEntry, _ job: ScanJob) {
    job.recorder.record(
      Finding(
        rule, at: Location(path: path, offset: entry.offset), detail: detail, evidence: entry.shownName))
  }

  private func gap(_ error: ParseError, _ entry: ZIPEntry, _ job: ScanJob) {
    job.gap("\(entry.shownName): \(error.kind.rawValue): \(error.field)", at: path, offset: entry.offset)
  }
}
