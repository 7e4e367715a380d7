internal import Digest
package import Policy

/// A policy that is ready for use: from its compiled table where that is of these very lists, otherwise from the lists.
package struct LoadedPolicy: Sendable {
  /// What became of the compiled table.
  package enum Compiled: Equatable, Sendable {
    case used, missing
    /// Made of other lists, or by another version of the program.
    case stale
    /// Not the bytes that were written.
    case damaged
  }

  package let policy: PolicySet
  /// `sha256:…`; the same whether the compiled table was used or not.
  package var digest: String { digests.policy }
  package let compiled: Compiled
  /// Maybe without the lists of globals.
  private let bundle: PolicyBundle
  private let digests: PolicyDigests

  /// Reads the lists of the folder where its compiled table does not hold them.
  ///
  /// - Throws: `PolicyError` where the policy is not wholly understood; `DigestError` where libcrypto refuses.
  package init(_ folder: PolicyFolder) throws {
    let found = try Self.examine(folder.compiledGlobals, sources: folder.digests.globals)
    bundle = folder.bundle
    digests = folder.digests
    compiled = found.state
    policy = try PolicySet(
      parsing: found.table == nil ? folder.whole() : folder.bundle, globals: found.table)
  }

  /// Reads the lists of a bundle.
  ///
  /// - Throws: `PolicyError` where the policy is not wholly understood; `DigestError` where libcrypto refuses.
  package init(_ bundle: PolicyBundle) throws {
    self.bundle = bundle
    digests = try PolicyDigests(bundle)
    compiled = .missing
    policy = try PolicySet(parsing: bundle)
  }

  private static func examine(
    _ file: [UInt8]?, sources: [UInt8]
  ) throws -> (state: Compiled, table: GlobalTable?) {
    guard let file else { return (.missing, nil) }
    let compiled: CompiledGlobals
    do {
      compiled = try CompiledGlobals(decoding: file)
    } catch {
      return (.damaged, nil)
    }
    guard compiled.sources == sources else { return (.stale, nil) }
    let digest = try SHA256()
    // SAFETY: the span does not outlive the slice, which nothing changes meanwhile.
    try digest.update(unsafe compiled.table.span.bytes)
    guard try digest.finish() == compiled.digest else { return (.damaged, nil) }
    do {
      return (.used, try GlobalTable(compiled: compiled.table))
    } catch {
      return (.stale, nil)  // whole, and not understood: another version made it
    }
  }

  /// The policy for the zygote, in parts.
  func transferred() throws(PolicyError) -> [ArraySlice<UInt8>] { try policy.transferred(bundle) }

  /// The file of the compiled table that belongs to these lists.
  package func compiledFile() throws -> [UInt8] {
    let table = policy.globals.compiled
    let digest = try SHA256()
    // SAFETY: the span does not outlive the slice, which nothing changes meanwhile.
    try digest.update(unsafe table.span.bytes)
    return CompiledGlobals(sources: digests.globals, digest: try digest.finish(), table: table).encoded()
  }
}
