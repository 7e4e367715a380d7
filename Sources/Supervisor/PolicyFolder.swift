internal import Digest
internal import Linux
package import Policy

/// A policy folder as a start reads it: those files in memory that are needed where the lists of globals are compiled
/// already, and the digest of each. The lists are most of a folder; one that is as it was when the table was compiled
/// has the digest that it had then.
package struct PolicyFolder: Sendable {
  private let path: String
  /// Everything but the lists of globals.
  package let bundle: PolicyBundle
  let digests: PolicyDigests
  let table: CompiledTable.Found
  let lists: [CompiledGlobals.List]

  package var fileCount: Int { bundle.files.count + lists.count }

  /// `sha256:…` of everything a verdict rests on besides the artifact and the engine.
  package var digest: String { digests.policy }

  /// - Parameter digestsAll: whether even a list is digested that is as it was when the table was compiled.
  /// - Throws: `PolicyError` where the folder cannot be read; `DigestError` where libcrypto refuses.
  package init(_ path: String, profile: String = "default", digestsAll: Bool = false) throws {
    let table = try CompiledTable.found(in: path)
    var known: [String: CompiledGlobals.List] = [:]
    if !digestsAll, case .whole(let table) = table { known = table.lists }
    var files: [PolicyBundle.File] = []
    var lists: [CompiledGlobals.List] = []
    var buffer = [UInt8](repeating: 0, count: 256 * 1024)
    try PolicyDirectory.visit(path) { (file, place, identity) throws(PolicyError) in
      if !PolicyManifest.isOfGlobals(place) {
        files.append(try PolicyDirectory.content(of: file, path: place))
      } else if let list = known[place], list.isUnchanged(identity) {
        lists.append(list)
      } else {
        lists.append(try Self.list(file, place, &buffer))
      }
    }
    let entries = try files.map(PolicyDigests.entry) + lists.map(\.entry)
    self.path = path
    bundle = try PolicyBundle(files, profile: profile)
    digests = try PolicyDigests(PolicyManifest(entries), profile: profile)
    self.table = table
    self.lists = lists
  }

  /// All files.
  ///
  /// - Throws: also where they are no longer those that were digested.
  package func whole() throws -> PolicyBundle {
    let whole = try PolicyDirectory.read(path, profile: bundle.profile)
    guard try PolicyDigests(whole).policy == digests.policy else {
      throw PolicyError(file: ".", line: 0, reason: "changed while it was read")
    }
    return whole
  }

  private static func list(
    _ file: borrowing FileDescriptor, _ path: String, _ buffer: inout [UInt8]
  ) throws(PolicyError) -> CompiledGlobals.List {
    do {
      // Before the first byte is read: whatever changes the file after that changes its state as well.
      let identity = try file.settledIdentity()
      let hash = try SHA256()
      var size = 0
      while true {
        var span = buffer.mutableSpan
        var raw = unsafe span.mutableBytes
        let count = try file.read(at: size, into: &raw)
        if count == 0 { break }
        size += count
        // SAFETY: the span is of bytes that nothing changes during the call.
        try hash.update(unsafe buffer.span.bytes.extracting(first: count))
        guard size <= PolicyBundle.fileByteLimit else {
          throw PolicyError(
            file: path, line: 0, reason: "larger than \(PolicyBundle.fileByteLimit) bytes")
        }
      }
      return CompiledGlobals.List(
        entry: PolicyManifest.Entry(path: path, byteCount: size, digest: try hash.finish()),
        state: identity.listState)
    } catch let error as PolicyError {
      throw error
    } catch {
      throw PolicyError(file: path, line: 0, reason: "cannot be read: \(error)")
    }
  }
}

extension CompiledGlobals.List {
  /// Whether a file is as this one was when it was digested.
  fileprivate func isUnchanged(_ identity: FileIdentity) -> Bool {
    identity.size == entry.byteCount && identity.listState == state
  }
}

extension FileIdentity {
  fileprivate var listState: CompiledGlobals.List.State {
    CompiledGlobals.List.State(inode: inode, modified: modified, changed: changed)
  }
}
