internal import Digest
package import Policy

/// A policy that is ready for use: from its compiled table where that is of these very lists, otherwise from the lists.
package struct LoadedPolicy {
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
  package let digest: String
  package let compiled: Compiled
  private let bundle: PolicyBundle
  private let sources: [UInt8]

  /// - Parameter compiledGlobals: the file of the compiled table, unchecked; nil where there is none.
  /// - Throws: `PolicyError` where the policy is not wholly understood; `DigestError` where libcrypto refuses.
  package init(_ bundle: PolicyBundle, compiledGlobals: [UInt8]?) throws {
    let digests = try PolicyDigests(bundle)
    self.bundle = bundle
    digest = digests.policy
    sources = digests.globals
    let found = try Self.examine(compiledGlobals, sources: digests.globals)
    compiled = found.state
    policy = try PolicySet(parsing: bundle, globals: found.table)
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
    return CompiledGlobals(sources: sources, digest: try digest.finish(), table: table).encoded()
  }
}
