package import ByteParsing

/// What is behind the symbolic values of one stream: nodes, and constants that are read back from the
/// input on demand.
package struct ValueTable: ~Copyable {
  let input: Input
  init(input: Input) { self.input = input }
  /// The name behind a `.global`; nil for other kinds, and for an import that was computed.
  package func global(_ value: SymbolicValue) -> GlobalReference? { nil }

  /// What was called or instantiated to make a `.call` or an `.instance`.
  package func callee(_ value: SymbolicValue) -> SymbolicValue? { nil }

  /// The argument tuple of a `.call` or an `.instance` (for NEWOBJ_EX the pair `(args, kwargs)`).
  package func arguments(_ value: SymbolicValue) -> SymbolicValue? { nil }

  /// The elements of a container: a dictionary's are key, value, key, value...
  ///
  /// nil where the container is too large to have been kept, or the value is not a container: a rule
  /// that needs them then cannot call the construct safe.
  package func elements(_ value: SymbolicValue) -> [SymbolicValue]? { nil }

  /// How many elements a container has been given, kept or not.
  package func elementCount(_ value: SymbolicValue) -> Int? { nil }

  /// The text of a `.string`, at most `limit` bytes long; nil where it is longer, is not a string, or is
  /// not text.
  package func string(_ value: SymbolicValue, limit: Int = 4096) -> String? { nil }

  /// The bytes of a `.string`, `.bytes` or `.bytearray` as a part of the input, not read: what the
  /// opcode carries, with escapes as written.
  package func contents(_ value: SymbolicValue) -> Input? { nil }

  /// The number behind an `.integer`, or a `.bigInteger` that fits.
  package func integer(_ value: SymbolicValue) -> Int? { nil }

  /// The persistent id behind a `.persistent`.
  package func persistentID(_ value: SymbolicValue) -> SymbolicValue? { nil }

  /// The value as readable pseudo-Python, at most about `limit` characters: `posix.system('id')`.
  package func describe(_ value: SymbolicValue, limit: Int = 200) -> String { "" }
}
