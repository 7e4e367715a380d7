internal import ByteParsing
internal import Digest
internal import Linux
internal import Policy

/// The file of the compiled table, in memory, as workers get it.
struct CompiledTable: Sendable {
  let memory: SealedMemory
  /// SHA-256 of the manifest of the lists that it was made of.
  let sources: [UInt8]
  /// Those lists, by path.
  let lists: [String: CompiledGlobals.List]
  let table: SharedBytes

  /// What stands beside the lists.
  enum Found: Sendable {
    case missing
    /// Not the bytes that were written, or another version's.
    case damaged
    case whole(CompiledTable)
  }

  /// Copies the file that stands beside the lists of a folder, and compares its digest.
  ///
  /// - Throws: `DigestError` where libcrypto refuses.
  static func found(in folder: String) throws -> Found {
    let memory: SealedMemory
    do throws(SystemCallError) {
      let file = try FileDescriptor.open(
        "\(folder)/\(CompiledGlobals.path)", [.readOnly, .noFollow, .nonBlocking])
      memory = try SealedMemory(copying: file, limit: PolicyBundle.byteLimit, name: memoryName)
    } catch {
      return .missing  // the lists are read instead
    }
    do {
      let file = try CompiledGlobals(decoding: memory.shared)
      guard try digest(of: file.content) == file.digest else { return .damaged }
      return .whole(try CompiledTable(memory, file))
    } catch is ParseError {
      return .damaged
    }
  }

  /// Writes the table of these lists.
  ///
  /// - Throws: `DigestError`; `SystemCallError` where there is no memory for it.
  init(_ table: SharedBytes, sources: [UInt8], lists: [CompiledGlobals.List]) throws {
    let content = SharedBytes(CompiledGlobals.content(of: lists, table: table))
    let file = CompiledGlobals(sources: sources, digest: try Self.digest(of: content), content: content)
    try self.init(SealedMemory(copying: file.encoded(), name: Self.memoryName), file)
  }

  private init(_ memory: SealedMemory, _ file: CompiledGlobals) throws(ParseError) {
    let (lists, table) = try file.parsed()
    self.memory = memory
    sources = file.sources
    self.lists = Dictionary(lists.map { ($0.entry.path, $0) }) { first, _ in first }
    self.table = table
  }

  private static let memoryName = "globals"

  private static func digest(of bytes: SharedBytes) throws(DigestError) -> [UInt8] {
    let digest = try SHA256()
    try digest.update(bytes.span)
    return try digest.finish()
  }
}

extension SealedMemory {
  // SAFETY: the bytes are this object's, which stays as long as any part of them.
  var shared: SharedBytes { unsafe SharedBytes(bytes, keptBy: self) }
}
