package import ByteParsing

/// A manifest or node of TensorStore's OCDBT database, which Orbax keeps checkpoints of JAX in.
///
/// | bytes | meaning |
/// | --- | --- |
/// | 4 | magic, highest byte first |
/// | 8 | length of all of it, lowest byte first |
/// | varint | version, 0 |
/// | varint | compression: 0 none, 1 Zstandard |
/// | ... | what the magic says, packed |
/// | 4 | CRC-32C of everything before, lowest byte first |
///
/// Source: TensorStore, `kvstore/ocdbt/storage_format.rst`.
package struct OCDBTFile {
  /// Manifest, version tree node, B+tree node.
  private static let magics: [[UInt8]] = [
    [0x0C, 0xDB, 0x3A, 0x2A], [0x0C, 0xDB, 0x12, 0x34], [0x0C, 0xDB, 0x20, 0xDE],
  ]
  private static let headerSize = 14

  /// Where the packed content stands.
  package let content: Range<Int>
  package let isCompressed: Bool
  /// Where it ends; a file of data has others behind it.
  package let end: Int

  package static func recognize(_ head: [UInt8]) -> Bool { magics.contains { head.starts(with: $0) } }

  /// - Throws: `.malformed` for a wrong checksum, `.unsupported` for another version or compression, `.truncated`.
  package init(parsing input: Input) throws(ParseError) {
    let header = try input.bytes(at: 0, count: Self.headerSize, "header of OCDBT")
    guard Self.recognize(header) else { throw ParseError(.malformed, at: 0, "magic of OCDBT") }
    let length = UInt64(header[8..<12].littleEndian) << 32 | UInt64(header[4..<8].littleEndian)
    guard length >= UInt64(Self.headerSize + 4), length <= UInt64(input.count) else {
      throw ParseError(.truncated, at: 4, "OCDBT of \(length) bytes")
    }
    guard header[12] == 0, header[13] <= 1 else {
      throw ParseError(.unsupported, at: 12, "OCDBT of version \(header[12]), compression \(header[13])")
    }
    end = Int(length)
    content = Self.headerSize..<end - 4
    isCompressed = header[13] == 1
    var checksum = CRC32C()
    try checksum.update(input, 0..<end - 4)
    guard checksum.value == (try input.bytes(at: end - 4, count: 4, "checksum of OCDBT")).littleEndian
    else {
      throw ParseError(.malformed, at: end - 4, "checksum of OCDBT")
    }
  }
}
