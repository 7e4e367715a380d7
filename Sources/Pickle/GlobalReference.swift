/// An imported name, as the stream wrote it and as a Python 3 unpickler resolves it.
package struct GlobalReference: Hashable, Sendable {
  /// As written: `__builtin__`.
  package let module: String
  package let name: String
  /// After `fix_imports` (`_compat_pickle`), which applies while the protocol is below 3: `builtins`.
  /// Equal to the written pair where no mapping applies.
  package let resolvedModule: String
  package let resolvedName: String
  /// The protocol in force at the import: from 4 on a dotted name is walked attribute by attribute.
  package let protocolVersion: UInt8
  /// The offset of the importing opcode.
  package let offset: Int

  package init(
    module: String, name: String, resolvedModule: String, resolvedName: String,
    protocolVersion: UInt8, offset: Int
  ) {
    self.module = module
    self.name = name
    self.resolvedModule = resolvedModule
    self.resolvedName = resolvedName
    self.protocolVersion = protocolVersion
    self.offset = offset
  }

  /// Whether an unpickler walks attributes to find the name.
  package var isDotted: Bool { name.contains(".") }
}
