internal import Digest
internal import Linux
package import Policy

/// A policy folder as a start reads it: every file digested, and those in memory that are needed where the lists of
/// globals are compiled already. The lists are most of a folder, and are only digested.
package struct PolicyFolder: Sendable {
  private let path: String
  /// Everything but the lists of globals.
  package let bundle: PolicyBundle
  let digests: PolicyDigests
  /// The file of the compiled table, unchecked; nil where there is none.
  let compiledGlobals: [UInt8]?

  /// `sha256:…` of everything a verdict rests on besides the artifact and the engine.
  package var digest: String { digests.policy }

  /// - Throws: `PolicyError` where the folder cannot be read; `DigestError` where libcrypto refuses.
  package init(_ path: String, profile: String = "default") throws {
    var files: [PolicyBundle.File] = []
    var entries: [PolicyManifest.Entry] = []
    var buffer = [UInt8](repeating: 0, count: 256 * 1024)
    try PolicyDirectory.visit(path) { (file, place) throws(PolicyError) in
      if PolicyManifest.isOfGlobals(place) {
        entries.append(try Self.digest(of: file, place, &buffer))
      } else {
        files.append(try PolicyDirectory.content(of: file, path: place))
      }
    }
    for file in files { entries.append(try PolicyDigests.entry(file)) }
    self.path = path
    bundle = try PolicyBundle(files, profile: profile)
    digests = try PolicyDigests(PolicyManifest(entries), profile: profile)
    compiledGlobals = PolicyDirectory.readCompiledGlobals(path)
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

  private static func digest(
    of file: borrowing FileDescriptor, _ path: String, _ buffer: inout [UInt8]
  ) throws(PolicyError) -> PolicyManifest.Entry {
    do {
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
      return PolicyManifest.Entry(path: path, byteCount: size, digest: try hash.finish())
    } catch let error as PolicyError {
      throw error
    } catch {
      throw PolicyError(file: path, line: 0, reason: "cannot be read: \(error)")
    }
  }
}
