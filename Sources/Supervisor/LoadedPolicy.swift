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
  private let table: [UInt8]?
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
    table = found.bytes
    policy = try PolicySet(parsing: bundle, globals: found.table)
  }

  private static func examine(
    _ file: [UInt8]?, sources: [UInt8]
  ) throws -> (state: Compiled, bytes: [UInt8]?, table: GlobalTable?) {
    guard let file else { return (.missing, nil, nil) }
    let compiled: CompiledGlobals
    do {
      compiled = try CompiledGlobals(decoding: file)
    } catch {
      return (.damaged, nil, nil)
    }
    guard compiled.sources == sources else { return (.stale, nil, nil) }
    let digest = try SHA256()
    try digest.update(compiled.table)
    guard try digest.finish() == compiled.digest else { return (.damaged, nil, nil) }
    do {
      return (.used, compiled.table, try GlobalTable(compiled: compiled.table))
    } catch {
      return (.stale, nil, nil)  // whole, and not understood: another version made it
    }
  }

  /// The policy for the zygote.
  func transferred() throws(PolicyError) -> [UInt8] {
    try PolicySet.transferred(bundle, table: table ?? policy.globals.compiled())
  }

  /// The file of the compiled table that belongs to these lists.
  package func compiledFile() throws -> [UInt8] {
    let table = self.table ?? policy.globals.compiled()
    let digest = try SHA256()
    try digest.update(table)
    return CompiledGlobals(sources: sources, digest: try digest.finish(), table: table).encoded()
  }
}
