package import ByteParsing

/// The header in front of a member's data: 30 bytes, the name again, extra fields.
///
/// | offset | size | field |
/// |---|---|---|
/// | 0 | 4 | `PK\3\4` |
/// | 4 | 2+2+2 | version needed, flags, method |
/// | 10 | 4 | time and date |
/// | 14 | 4+4+4 | CRC-32, packed size, unpacked size |
/// | 26 | 2+2 | lengths of name and extra fields |
///
/// With the descriptor flag, CRC and sizes may be 0 here and follow the data.
///
/// Source: APPNOTE.TXT 4.3.7.
package struct ZIPLocalHeader: Equatable, Sendable {
  package static let signature: UInt32 = 0x0403_4B50
  package static let size = 30

  package let offset: Int
  package let flags: ZIPFlags
  package let method: UInt16
  package let crc: UInt32
  /// As the ZIP64 extra field corrects them.
  package let packedSize: UInt64
  package let unpackedSize: UInt64
  package let wideFieldsAgree: Bool
  package let name: [UInt8]
  package let extra: ZIPExtraFields
  /// Where the data begins.
  package let dataOffset: Int

  /// Reads the header at `offset`.
  ///
  /// - Throws: `.truncated`; `.malformed` where the signature is not there.
  package init(parsing input: Input, at offset: Int) throws(ParseError) {
    let fixed = try input.record(at: offset, size: Self.size, "local header") {
      (reader) throws(ParseError) in try Fixed(parsing: &reader)
    }
    let tail = try input.bytes(
      at: offset + Self.size, count: fixed.nameLength + fixed.extraLength, "local header name")
    // SAFETY: plain bytes; the reader checks every access and does not outlive `tail`.
    var reader = unsafe ByteReader(tail.span.bytes, base: offset + Self.size)
    name = try reader.readArray(count: fixed.nameLength, "name")
    extra = ZIPExtraFields(parsing: &reader)
    let wide = WideFields(extra.wide ?? [], standingInFor: [fixed.unpackedSize, fixed.packedSize])
    unpackedSize = wide.values[0]
    packedSize = wide.values[1]
    // A writer that streams leaves zeros in both places, and the descriptor has the sizes.
    let streamed = fixed.flags.contains(.descriptor) && fixed.packedSize == 0 && fixed.unpackedSize == 0
    wideFieldsAgree = (wide.agree || streamed) && !extra.repeatsWide
    self.offset = offset
    flags = fixed.flags
    method = fixed.method
    crc = fixed.crc
    dataOffset = offset + Self.size + fixed.nameLength + fixed.extraLength
  }

  /// Reads the header of `entry` where a reader that shifts offsets finds it.
  ///
  /// - Throws: as ``init(parsing:at:)``; `.malformed` for an offset that no file has.
  package init(of entry: ZIPEntry, in archive: ZIPArchive) throws(ParseError) {
    let written = try Checked.int(entry.localOffset, at: entry.offset, "local header offset")
    let offset = try Checked.sum(written, archive.shift, at: entry.offset, "local header offset")
    // Of an archive that was cut at its start, the shift leads before it.
    guard offset >= 0 else { throw ParseError(.malformed, at: entry.offset, "local header offset") }
    try self.init(parsing: archive.input, at: offset)
  }

  private struct Fixed {
    let flags: ZIPFlags
    let method: UInt16
    let crc: UInt32
    let packedSize: UInt32
    let unpackedSize: UInt32
    let nameLength: Int
    let extraLength: Int

    init(parsing input: inout ByteReader) throws(ParseError) {
      try input.expect(ZIPLocalHeader.signature, "local header")
      try input.skip(2, "version needed")
      flags = ZIPFlags(rawValue: try input.readInteger(UInt16.self, "flags"))
      method = try input.readInteger(UInt16.self, "method")
      try input.skip(4, "time")
      crc = try input.readInteger(UInt32.self, "CRC-32")
      packedSize = try input.readInteger(UInt32.self, "packed size")
      unpackedSize = try input.readInteger(UInt32.self, "unpacked size")
      nameLength = Int(try input.readInteger(UInt16.self, "name length"))
      extraLength = Int(try input.readInteger(UInt16.self, "extra length"))
    }
  }
}

/// CRC and sizes behind a member's data: with or without a signature, with sizes of 32 or 64 bits.
///
/// Source: APPNOTE.TXT 4.3.9.
package enum ZIPDescriptor {
  package static let signature: UInt32 = 0x0807_4B50

  /// The length, of 12, 16, 20 and 24, at which a descriptor at `offset` says what `entry` says; nil where
  /// there is no such descriptor. Where two lengths will do, that one is taken behind which a header stands.
  package static func length(
    _ input: Input, at offset: Int, entry: ZIPEntry
  ) throws(ParseError) -> Int? {
    let bytes = try input.bytes(at: offset, count: min(28, input.count - offset), "data descriptor")
    let lengths = layouts.filter { layout in
      guard bytes.count >= layout.length else { return false }
      let start = layout.signed ? 4 : 0
      return (!layout.signed || number(bytes, 0, 4) == UInt64(signature))
        && number(bytes, start, 4) == UInt64(entry.crc)
        && number(bytes, start + 4, layout.sizeBytes) == entry.packedSize
        && number(bytes, start + 4 + layout.sizeBytes, layout.sizeBytes) == entry.unpackedSize
    }.map(\.length)
    return lengths.first { bytes[$0...].starts(with: [0x50, 0x4B]) } ?? lengths.first
  }

  private static let layouts: [(length: Int, signed: Bool, sizeBytes: Int)] = [
    (16, true, 4), (24, true, 8), (12, false, 4), (20, false, 8),
  ]

  private static func number(_ bytes: [UInt8], _ start: Int, _ count: Int) -> UInt64 {
    (0..<count).reduce(UInt64(0)) { $0 | UInt64(bytes[start + $1]) << UInt64($1 * 8) }
  }
}
