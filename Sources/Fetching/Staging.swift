internal import Digest
internal import Linux

/// The folder that a model is gathered in.
///
/// | name | what it holds |
/// | --- | --- |
/// | `parts/<digest of the path>` | the bytes of a file so far |
/// | `parts/<digest of the path>.tag` | the entity tag of the file that they are of, where it had one |
/// | `content/` | the model; there only when all of it is |
struct Staging: ~Copyable {
  private static let parts = Array("parts".utf8)
  private static let content = Array("content".utf8)
  private static let tagEnding = Array(".tag".utf8)
  static let tagLimit = 1024

  private let directory: FileDescriptor
  private let partsFolder: FileDescriptor

  init(_ directory: consuming FileDescriptor) throws(FetchFailure) {
    let folder = directory
    partsFolder = try staged { () throws(SystemCallError) in
      try Self.enter(Self.parts, in: folder)
    }
    self.directory = folder
  }

  /// Opens a folder, made where it is missing.
  private static func enter(
    _ name: [UInt8], in directory: borrowing FileDescriptor
  ) throws(SystemCallError) -> FileDescriptor {
    do throws(SystemCallError) {
      try directory.makeDirectory(name: name, mode: 0o755)
    } catch {
      guard error.isExistingFile else { throw error }
    }
    return try directory.open(name: name, [.readOnly, .directory, .noFollow])
  }

  private static func partName(_ path: StagedPath) throws(FetchFailure) -> [UInt8] {
    try digested { () throws(DigestError) in Array(try SHA256.hexadecimal(of: Array(path.text.utf8)).utf8) }
  }

  /// Takes away what an earlier run left of files that are not among these.
  borrowing func keepOnly(_ files: [PlannedFile]) throws(FetchFailure) {
    var kept: Set<[UInt8]> = []
    for file in files {
      let name = try Self.partName(file.path)
      kept.insert(name)
      kept.insert(name + Self.tagEnding)
    }
    try staged { () throws(SystemCallError) in
      try Self.removeTree(Self.content, in: directory)
      let listing = try Directory(try partsFolder.duplicate())
      for name in try listing.names() where !kept.contains(name) { try partsFolder.removeTree(name: name) }
    }
  }

  private static func removeTree(
    _ name: [UInt8], in directory: borrowing FileDescriptor
  ) throws(SystemCallError) {
    do throws(SystemCallError) {
      try directory.removeTree(name: name)
    } catch {
      guard error.isMissingFile else { throw error }
    }
  }

  /// What there is of a file.
  borrowing func part(_ path: StagedPath) throws(FetchFailure) -> StagedPart {
    let name = try Self.partName(path)
    return try staged { () throws(SystemCallError) in
      StagedPart(
        file: try partsFolder.open(name: name, [.readWrite, .create, .noFollow], mode: 0o644),
        tagFile: try partsFolder.open(
          name: name + Self.tagEnding, [.readWrite, .create, .noFollow], mode: 0o600))
    }
  }

  /// Gives all files their names; the parts are gone afterwards.
  borrowing func assemble(_ files: [PlannedFile]) throws(FetchFailure) {
    for file in files {
      let part = try Self.partName(file.path)
      try staged { () throws(SystemCallError) in
        var folder = try Self.enter(Self.content, in: directory)
        for name in file.path.components.dropLast() {
          folder = try Self.enter(Array(name.utf8), in: folder)
        }
        try partsFolder.rename(
          part, to: folder, as: Array((file.path.components.last ?? "").utf8), .refuses)
      }
    }
    try staged { () throws(SystemCallError) in
      _ = try Self.enter(Self.content, in: directory)
      try Self.removeTree(Self.parts, in: directory)
      try directory.synchronize()
    }
  }
}

/// The bytes of a file so far, and whose they are.
final class StagedPart {
  private static let blockSize = 1 << 20

  private let file: FileDescriptor
  private let tagFile: FileDescriptor

  init(file: consuming FileDescriptor, tagFile: consuming FileDescriptor) {
    self.file = file
    self.tagFile = tagFile
  }

  func size() throws(FetchFailure) -> Int {
    try staged { () throws(SystemCallError) in try file.identity().size }
  }

  /// The entity tag under which the bytes came; nil where there was none.
  func entityTag() throws(FetchFailure) -> String? {
    let bytes = try staged { () throws(SystemCallError) in try tagFile.readAll(limit: Staging.tagLimit) }
    return bytes.isEmpty ? nil : String(validating: bytes, as: UTF8.self)
  }

  /// Empties the file; what comes is of this tag.
  func restart(entityTag: String?) throws(FetchFailure) {
    try staged { () throws(SystemCallError) in
      try file.truncate(to: 0)
      try file.seek(to: 0)
      try tagFile.truncate(to: 0)
      try tagFile.seek(to: 0)
      try tagFile.write(Array((entityTag ?? "").utf8))
    }
  }

  /// What comes is put behind what is there.
  func goOn() throws(FetchFailure) {
    let end = try size()
    try staged { () throws(SystemCallError) in try file.seek(to: end) }
  }

  func append(_ bytes: [UInt8]) throws(FetchFailure) {
    try staged { () throws(SystemCallError) in try file.write(bytes) }
  }

  func synchronize() throws(FetchFailure) {
    try staged { () throws(SystemCallError) in try file.synchronize() }
  }

  /// Whether the bytes that are there have this digest.
  ///
  /// - Parameter each: is called after each block.
  func has(_ digest: NamedDigest, each: () -> Void) throws(FetchFailure) -> Bool {
    let size = try size()
    let found = try digested { () throws(DigestError) in try MessageDigest(digest.form.algorithm) }
    if digest.form == .gitBlob {
      try digested { () throws(DigestError) in try found.update(NamedDigest.blobHeader(size: size)) }
    }
    var block = [UInt8](repeating: 0, count: Self.blockSize)
    var offset = 0
    while offset < size {
      let place = offset
      let count = try staged { () throws(SystemCallError) in
        var span = block.mutableSpan
        var bytes = unsafe span.mutableBytes
        return try file.read(at: place, into: &bytes)
      }
      guard count > 0 else { return false }
      try digested { () throws(DigestError) in try found.update(Array(block[..<count])) }
      offset += count
      each()
    }
    do throws(DigestError) {
      return try found.finishHexadecimal() == digest.hexadecimal
    } catch {
      throw FetchFailure(error)
    }
  }
}
