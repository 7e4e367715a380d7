package import ByteParsing

/// The file that stands beside the lists of `globals/` and holds them as one compiled table, so that a program's start
/// reads no JSON of them. It decides nothing: where it is missing, of other lists or damaged, the lists are read.
///
/// Integers little-endian:
///
/// | field | size | meaning |
/// | --- | --- | --- |
/// | magic | 8 | `LZGLOBAL` |
/// | version | 4 | of the header and the table |
/// | sources | 32 | SHA-256 of the manifest of the lists that it was made of |
/// | digest | 32 | SHA-256 of the table |
/// | table | the rest | `GlobalTable.compiled` |
///
/// Digests are made where files are read; this only says where they stand.
package struct CompiledGlobals: Equatable, Sendable {
  /// Inside the policy folder.
  package static let folder = "globals"
  package static let name = "compiled.bin"
  /// What the file is while it is being replaced.
  package static let replacement = ".compiled.bin.new"
  package static let path = "\(folder)/\(name)"

  private static let magic = Array("LZGLOBAL".utf8)
  private static let version: UInt32 = 2
  private static let digestByteCount = 32

  /// SHA-256 of the manifest of the lists.
  package let sources: [UInt8]
  /// SHA-256 of `table`.
  package let digest: [UInt8]
  package let table: ArraySlice<UInt8>

  package init(sources: [UInt8], digest: [UInt8], table: ArraySlice<UInt8>) {
    self.sources = sources
    self.digest = digest
    self.table = table
  }

  package func encoded() -> [UInt8] {
    var writer = TableWriter()
    for byte in Self.magic { writer.append(byte) }
    writer.append(Self.version)
    return writer.bytes + sources + digest + table
  }

  /// - Throws: `.truncated`, or `.malformed` for what is no such file, or one of another version.
  package init(decoding bytes: [UInt8]) throws(ParseError) {
    // SAFETY: `bytes` outlives the reader, which is gone at the end of this initializer.
    var reader = ByteReader(unsafe bytes.span.bytes)
    guard reader.skipIfNext(Self.magic),
      try reader.readInteger(UInt32.self, "compiled globals version") == Self.version
    else { throw ParseError(.malformed, at: 0, "compiled globals magic or version") }
    sources = try reader.readArray(count: Self.digestByteCount, "compiled globals sources")
    digest = try reader.readArray(count: Self.digestByteCount, "compiled globals digest")
    table = bytes[reader.offset...]
  }
}
