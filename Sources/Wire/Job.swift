internal import ByteParsing
package import Findings

/// What the supervisor says to a worker, once, with exactly one descriptor: the input, open for reading.
///
/// | type | message | fields |
/// | --- | --- | --- |
/// | 16 | examine | size: u64 |
/// | 17 | examine and explain | size: u64; what to show: u8, bits 0 opcodes, 1 code, 2 all |
/// | 18 | make a forbidden call | size: u64; which: text |
package struct Job: Equatable, Sendable {
  /// More than any job has. A worker fills the room for it before it knows how long the job is.
  package static let byteLimit = 1 << 10

  /// Bytes of the input as the supervisor saw them.
  package let inputSize: Int
  /// What an explanation is to show; nil where none is asked for.
  package let explanation: ExplanationRequest?
  /// The forbidden call that the worker is to make instead of examining its input; nil where it is to examine.
  package let attack: String?

  package init(inputSize: Int, explanation: ExplanationRequest? = nil) {
    self.inputSize = inputSize
    self.explanation = explanation
    attack = nil
  }

  package init(inputSize: Int, attack: String) {
    self.inputSize = inputSize
    explanation = nil
    self.attack = attack
  }

  package func encoded() -> [UInt8] {
    var writer = MessageWriter(type: attack != nil ? 18 : explanation == nil ? 16 : 17)
    writer.append(UInt64(inputSize))
    if let attack { writer.append(attack, limit: WireLimit.name) }
    if let explanation { writer.append(explanation.bits) }
    return writer.bytes
  }

  /// The job that `bytes` are.
  ///
  /// - Throws: ``WireError`` where they are not exactly one job.
  package init(parsing bytes: [UInt8]) throws(WireError) {
    self = try parseMessage(bytes, "job") { (type, reader) throws(ParseError) in
      guard 16...18 ~= type else { throw unknownType(type) }
      let size = try reader.readNatural("input size")
      if type == 16 { return Job(inputSize: size) }
      if type == 18 {
        return Job(inputSize: size, attack: try reader.readText(limit: WireLimit.name, "which call"))
      }
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
