internal import ByteParsing

extension ZIPEntry {
  /// Reads the entry at the cursor.
  ///
  /// - Throws: `.truncated`; `.malformed` where the signature is not there.
  init(parsing input: inout ByteReader) throws(ParseError) {
    offset = input.offset
    try input.expect(Self.signature, "central directory entry")
    let made = try input.readInteger(UInt16.self, "version made by")
    system = UInt8(made &>> 8)
    try input.skip(2, "version needed")
    flags = ZIPFlags(rawValue: try input.readInteger(UInt16.self, "flags"))
    method = try input.readInteger(UInt16.self, "method")
    try input.skip(4, "time")
    crc = try input.readInteger(UInt32.self, "CRC-32")
    let packed = try input.readInteger(UInt32.self, "packed size")
    let unpacked = try input.readInteger(UInt32.self, "unpacked size")
    let nameLength = Int(try input.readInteger(UInt16.self, "name length"))
    let extraLength = Int(try input.readInteger(UInt16.self, "extra length"))
    let commentLength = Int(try input.readInteger(UInt16.self, "comment length"))
    disk = try input.readInteger(UInt16.self, "disk")
    try input.skip(2, "internal attributes")
    externalAttributes = try input.readInteger(UInt32.self, "external attributes")
    let local = try input.readInteger(UInt32.self, "local header offset")
    name = try input.readArray(count: nameLength, "name")
    var fields = try input.split(count: extraLength, "extra fields")
    extra = ZIPExtraFields(parsing: &fields)
    try input.skip(commentLength, "comment")

    let wide = WideFields(extra.wide ?? [], standingInFor: [unpacked, packed, local])
    unpackedSize = wide.values[0]
    packedSize = wide.values[1]
    localOffset = wide.values[2]
    wideFieldsAgree = wide.agree && !extra.repeatsWide
  }
}

/// Resolves 32-bit fields with the ZIP64 extra field: 64-bit values, in order, for those that are all ones.
///
/// Source: APPNOTE.TXT 4.5.3.
struct WideFields {
  /// The fields' values, in the order given.
  private(set) var values: [UInt64]
  /// Whether the extra field holds exactly what is needed; or, where nothing is needed, the same values again.
  private(set) var agree: Bool

  init(_ extra: [UInt8], standingInFor narrow: [UInt32]) {
    let wide = stride(from: 0, through: extra.count - 8, by: 8).map { start in
      (0..<8).reduce(UInt64(0)) { $0 | UInt64(extra[start + $1]) << UInt64($1 * 8) }
    }
    values = narrow.map { UInt64($0) }
    let needed = narrow.indices.filter { narrow[$0] == .max }
    guard !needed.isEmpty else {
      agree = zip(wide, values).allSatisfy { $0 == $1 } && wide.count <= values.count
      return
    }
    for (index, value) in zip(needed, wide) { values[index] = value }
    // A disk number of four bytes may follow.
    agree = extra.isEmpty || wide.count == needed.count && extra.count <= wide.count * 8 + 4
  }
}

extension ZIPExtraFields {
  /// Reads id and length pairs to the end of `input`. What is no field is counted, not refused: alignment
  /// tools leave zeros.
  init(parsing input: inout ByteReader) {
    while let field = Self.next(&input) {
      switch field.id {
      case 0x0001:
        repeatsWide = repeatsWide || wide != nil
        wide = wide ?? field.contents
      case 0x7075: hasUnicodePath = true
      case 0x9901: hasAES = true
      default: break
      }
    }
    rest = input.remaining
  }

  /// The field at the cursor, or nil where no whole field is left.
  private static func next(_ input: inout ByteReader) -> (id: UInt16, contents: [UInt8])? {
    guard let header = try? input.peekInteger(UInt32.self, "extra field header") else { return nil }
    let length = Int(header &>> 16)
    guard length <= input.remaining - 4, (try? input.skip(4, "extra field header")) != nil,
      let contents = try? input.readArray(count: length, "extra field")
    else { return nil }
    return (UInt16(truncatingIfNeeded: header), contents)
  }
}
