internal import ByteParsing
package import Findings

/// What the supervisor says to a worker, once, with exactly one descriptor: the input, open for reading.
///
/// | type | message | fields |
/// | --- | --- | --- |
/// | 16 | examine | size: u64 |
/// | 17 | examine and explain | size: u64; what to show: u8, bits 0 opcodes, 1 code, 2 all |
package struct Job: Equatable, Sendable {
  /// Bytes of the input as the supervisor saw them.
  package let inputSize: Int
  /// What an explanation is to show; nil where none is asked for.
  package let explanation: ExplanationRequest?

  package init(inputSize: Int, explanation: ExplanationRequest? = nil) {
    self.inputSize = inputSize
    self.explanation = explanation
  }

  package func encoded() -> [UInt8] {
    var writer = MessageWriter(type: explanation == nil ? 16 : 17)
    writer.append(UInt64(inputSize))
    if let explanation { writer.append(explanation.bits) }
    return writer.bytes
  }

  /// The job that `bytes` are.
  ///
  /// - Throws: ``WireError`` where they are not exactly one job.
  package init(parsing bytes: [UInt8]) throws(WireError) {
    self = try parseMessage(bytes, "job") { (type, reader) throws(ParseError) in
      guard type == 16 || type == 17 else { throw unknownType(type) }
      let size = try reader.readNatural("input size")
      guard type == 17 else { return Job(inputSize: size) }
      let start = reader.offset
      guard let request = ExplanationRequest(bits: try reader.readByte("what to show")) else {
        throw ParseError(.malformed, at: start, "what to show")
      }
      return Job(inputSize: size, explanation: request)
    }
  }
}

extension ExplanationRequest {
  fileprivate var bits: UInt8 { (opcodes ? 1 : 0) | (code ? 2 : 0) | (all ? 4 : 0) }

  /// nil where a bit is set that means nothing.
  fileprivate init?(bits: UInt8) {
    guard bits < 8 else { return nil }
    self.init(opcodes: bits & 1 != 0, code: bits & 2 != 0, all: bits & 4 != 0)
  }
}
