import ByteParsing

extension Compression {
  /// The memory that a stream's header asks for to look back on what was unpacked, in bytes; nil where it says none or
  /// is no header. What DEFLATE, bzip2 and LZ4 can ask for is small.
  ///
  /// Source: RFC 8878, section 3.1.1.1; the .xz file format 1.2, sections 3.1 and 5.3.1; liblzma, `alone_decoder.c`.
  package func declaredWindow(_ head: [UInt8]) -> UInt64? {
    // SAFETY: plain bytes, read before `head` ends.
    var reader = ByteReader(unsafe head.span.bytes)
    return switch self {
    case .zstandard: try? Self.zstandardWindow(&reader)
    case .xz: try? Self.xzWindow(&reader)
    case .lzma: try? Self.lzmaWindow(&reader)
    case .deflate, .zlib, .gzip, .bzip2, .lz4: nil
    }
  }

  /// Bytes of a stream in which its first window is declared.
  package static let windowHeadCount = 12 + 1024

  private static func zstandardWindow(_ reader: inout ByteReader) throws(ParseError) -> UInt64 {
    try reader.skip(4, "magic")
    let descriptor = try reader.readByte("frame header")
    guard descriptor & 0x20 != 0 else {
      let window = try reader.readByte("window")
      let base = UInt64(1) << (10 + UInt64(window >> 3))
      return base + base / 8 * UInt64(window & 7)
    }
    // One segment: the window is the whole content.
    try reader.skip([0, 1, 2, 4][Int(descriptor & 3)], "dictionary")
    switch descriptor >> 6 {
    case 0: return UInt64(try reader.readByte("content size"))
    case 1: return UInt64(try reader.readInteger(UInt16.self, "content size")) + 256
    case 2: return UInt64(try reader.readInteger(UInt32.self, "content size"))
    default: return try reader.readInteger(UInt64.self, "content size")
    }
  }

  /// The first block's LZMA2 dictionary: two to the power of half the byte, or one and a half times that.
  private static func xzWindow(_ reader: inout ByteReader) throws(ParseError) -> UInt64? {
    try reader.skip(12, "stream header")
    _ = try reader.readByte("block header size")
    let flags = try reader.readByte("block flags")
    if flags & 0x40 != 0 { _ = try xzNumber(&reader) }
    if flags & 0x80 != 0 { _ = try xzNumber(&reader) }
    for _ in 0...Int(flags & 3) {
      let filter = try xzNumber(&reader)
      let size = try xzNumber(&reader)
      guard filter == 0x21, size == 1 else {
        try reader.skip(try Checked.int(size, at: reader.offset, "filter properties"), "filter properties")
        continue
      }
      let bits = UInt64(try reader.readByte("dictionary size"))
      guard bits < 40 else { return bits == 40 ? UInt64(UInt32.max) : nil }
      return (2 | bits & 1) << (bits / 2 + 11)
    }
    return nil
  }

  /// A number in groups of seven bits, the lowest first.
  private static func xzNumber(_ reader: inout ByteReader) throws(ParseError) -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<9 {
      let byte = try reader.readByte("number")
      value |= UInt64(byte & 0x7F) << UInt64(7 * index)
      if byte & 0x80 == 0 { return value }
    }
    throw ParseError(.malformed, at: reader.offset, "number of more than nine bytes")
  }

  private static func lzmaWindow(_ reader: inout ByteReader) throws(ParseError) -> UInt64 {
    try reader.skip(1, "properties")
    return UInt64(try reader.readInteger(UInt32.self, "dictionary size"))
  }
}
