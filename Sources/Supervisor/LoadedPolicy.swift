internal import ByteParsing
internal import Linux
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
  package let digest: String
  package let compiled: Compiled
  /// Without the lists of globals, whose compiled table stands for them.
  let bundle: PolicyBundle
  let table: CompiledTable

  /// Reads the lists of the folder where its compiled table does not hold them.
  ///
  /// - Throws: `PolicyError` where the policy is not wholly understood; `DigestError` where libcrypto refuses;
  ///   `SystemCallError` where there is no memory.
  package init(_ folder: PolicyFolder) throws {
    guard case .whole(let table) = folder.table, table.sources == folder.digests.globals,
      let globals = Self.globals(of: table)
    else {
      try self.init(reading: folder)
      return
    }
    self.init(
      try PolicySet(parsing: folder.bundle, globals: globals), folder.bundle, table, .used, folder.digest)
  }

  /// Reads the lists of the folder, whatever stands beside them.
  ///
  /// - Throws: as the other.
  package init(reading folder: PolicyFolder) throws {
    let policy = try PolicySet(parsing: folder.whole())
    let table = try CompiledTable(
      policy.globals.compiled, sources: folder.digests.globals, lists: folder.lists)
    let compiled: Compiled =
      switch folder.table {
      case .missing: .missing
      case .damaged: .damaged
      case .whole: .stale
      }
    self.init(policy, folder.bundle, table, compiled, folder.digest)
  }

  /// Reads the lists of a bundle.
  ///
  /// - Throws: as the others.
  package init(_ bundle: PolicyBundle) throws {
    let digests = try PolicyDigests(bundle)
    let policy = try PolicySet(parsing: bundle)
    let table = try CompiledTable(policy.globals.compiled, sources: digests.globals, lists: [])
    self.init(policy, try bundle.withoutGlobals(), table, .missing, digests.policy)
  }

  private init(
    _ policy: PolicySet, _ bundle: PolicyBundle, _ table: CompiledTable, _ compiled: Compiled,
    _ digest: String
  ) {
    self.policy = policy
    self.bundle = bundle
    self.table = table
    self.compiled = compiled
    self.digest = digest
  }

  /// Nil for a table that is whole and not understood: another version made it.
  private static func globals(of table: CompiledTable) -> GlobalTable? {
    do throws(ParseError) { return try GlobalTable(compiled: table.table) } catch { return nil }
  }

  /// The file of the compiled table that belongs to these lists.
  package var compiledFile: [UInt8] { table.memory.shared.array }
}
