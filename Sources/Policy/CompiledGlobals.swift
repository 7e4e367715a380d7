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
/// | digest | 32 | SHA-256 of all that follows |
/// | count | 4 | how many lists follow |
/// | list | 4 + n, 8, 8, 8, 8, 32 | its path with the length, bytes, inode, both times in nanoseconds since 1970, SHA-256 |
/// | table | the rest | `GlobalTable.compiled` |
///
/// Digests are made where files are read; this only says where they stand.
package struct CompiledGlobals: Sendable {
  /// One of the lists as it was when it was read.
  package struct List: Equatable, Sendable {
    /// What another content cannot leave as it was.
    package struct State: Equatable, Sendable {
      package let inode: UInt64
      /// Of the content.
      package let modified: Int64
      /// Of the content or of the inode: nobody sets this one.
      package let changed: Int64

      package init(inode: UInt64, modified: Int64, changed: Int64) {
        self.inode = inode
        self.modified = modified
        self.changed = changed
      }
    }

    package let entry: PolicyManifest.Entry
    package let state: State

    package init(entry: PolicyManifest.Entry, state: State) {
      self.entry = entry
      self.state = state
    }
  }

  /// Inside the policy folder.
  package static let folder = "globals"
  package static let name = "compiled.bin"
  /// What the file is while it is being replaced.
  package static let replacement = ".compiled.bin.new"
  package static let path = "\(folder)/\(name)"

  private static let magic = Array("LZGLOBAL".utf8)
  private static let version: UInt32 = 3
  private static let digestByteCount = 32

  /// SHA-256 of the manifest of the lists.
  package let sources: [UInt8]
  /// SHA-256 of `content`.
  package let digest: [UInt8]
  /// What the digest is of: the lists and the table.
  package let content: SharedBytes

  package init(sources: [UInt8], digest: [UInt8], content: SharedBytes) {
    self.sources = sources
    self.digest = digest
    self.content = content
  }

  /// - Throws: `.truncated`, or `.malformed` for what is no such file, or one of another version.
  package init(decoding bytes: SharedBytes) throws(ParseError) {
    var reader = ByteReader(bytes.span)
    guard reader.skipIfNext(Self.magic),
      try reader.readInteger(UInt32.self, "compiled globals version") == Self.version
    else { throw ParseError(.malformed, at: 0, "compiled globals magic or version") }
    sources = try reader.readArray(count: Self.digestByteCount, "compiled globals sources")
    digest = try reader.readArray(count: Self.digestByteCount, "compiled globals digest")
    content = bytes[reader.offset..<bytes.count]
  }

  package func encoded() -> [UInt8] {
    var writer = TableWriter()
    for byte in Self.magic { writer.append(byte) }
    writer.append(Self.version)
    return writer.bytes + sources + digest + content.array
  }

  /// What `content` holds. Whoever has it from a file compares its digest first.
  ///
  /// - Throws: `.truncated`, or `.malformed` for what `content(of:table:)` cannot have made.
  package func parsed() throws(ParseError) -> (lists: [List], table: SharedBytes) {
    var reader = ByteReader(content.span)
    var lists: [List] = []
    for _ in 0..<(try reader.readInteger(UInt32.self, "compiled globals count")) {
      lists.append(try List(&reader))
    }
    return (lists, content[reader.offset..<content.count])
  }

  package static func content(of lists: [List], table: SharedBytes) -> [UInt8] {
    var writer = TableWriter()
    writer.append(UInt32(lists.count))  // at most a bundle's files
    for list in lists { list.append(to: &writer) }
    return writer.bytes + table.array
  }
}

extension CompiledGlobals.List {
  fileprivate init(_ reader: inout ByteReader) throws(ParseError) {
    let path = try reader.readText("list path")
    let byteCount = try Checked.int(
      try reader.readInteger(UInt64.self, "list size"), at: reader.offset, "list size")
    state = State(
      inode: try reader.readInteger(UInt64.self, "list inode"),
      modified: try reader.readInteger(Int64.self, "list time"),
      changed: try reader.readInteger(Int64.self, "list time"))
    entry = PolicyManifest.Entry(
      path: path, byteCount: byteCount, digest: try reader.readArray(count: 32, "list digest"))
  }

  fileprivate func append(to writer: inout TableWriter) {
    writer.append(entry.path)
    writer.append(UInt64(entry.byteCount))
    writer.append(state.inode)
    writer.append(UInt64(bitPattern: state.modified))
    writer.append(UInt64(bitPattern: state.changed))
    for byte in entry.digest { writer.append(byte) }
  }
}
