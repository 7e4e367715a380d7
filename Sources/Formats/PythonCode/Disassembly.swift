/// One instruction of a disassembly.
package struct DisassembledInstruction: Equatable, Sendable {
  /// Bytes from the start of the bytecode.
  package let offset: Int
  /// `LOAD_GLOBAL`; `<219>` for a number that the version does not have.
  package let operation: String
  /// With what `EXTENDED_ARG` puts before it; nil for operations without an argument.
  package let argument: Int?
  /// What the argument stands for: a name, a constant, the target of a jump; empty where it is only a number.
  package let meaning: String
}

extension CodeObject {
  /// The bytecode as instructions, at most `limit` of them; inner functions are not entered.
  ///
  /// Text in it is escaped and cut, so that a line can be shown as it is.
  package func disassembly(limit: Int) -> [DisassembledInstruction] { [] }
}
