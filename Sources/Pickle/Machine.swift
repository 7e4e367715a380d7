package import ByteParsing

/// How one pickle ended.
package struct StreamResult: Sendable {
  package enum End: Equatable, Sendable {
    /// STOP; the value is the pickle's result.
    case stop
    /// The sink asked for it.
    case stopped(reason: String)
    /// The stream broke: everything before counts, and the rest is a gap.
    case broken(ParseError)
  }

  package let end: End
  /// The offset after the last opcode.
  package let endOffset: Int
  package let opcodes: Int
}

/// The symbolic machine: runs a pickle as CPython's unpicklers would, importing and calling nothing.
package struct Machine {
  /// Runs the pickle that begins at `offset` of `input`, handing its effects to `sink` as they happen.
  ///
  /// - Parameter opcodeLimit: the most opcodes to run; reaching it is a `.limit` error.
  package static func run(
    _ input: Input, at offset: Int, opcodeLimit: Int, sink: inout some TraceSink
  ) -> StreamResult {
    StreamResult(
      end: .broken(ParseError(.unsupported, at: offset, "opcode")), endOffset: offset, opcodes: 0)
  }
}
