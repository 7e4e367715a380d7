internal import ByteParsing
internal import Findings

/// How a worker ended, as fields of a message: u8 for the kind, i64 for its number, a text for its reason. What a kind
/// has no use for is 0 or empty.
///
/// | kind | number | text |
/// | --- | --- | --- |
/// | 0 finished | | |
/// | 1 deadline | seconds | |
/// | 2 processor time | seconds | |
/// | 3 violation | 1 where the call is known | its name |
/// | 4 crashed | signal | |
/// | 5 out of memory | | |
/// | 6 protocol error | | reason |
/// | 7 exited | status | |
/// | 8 unavailable | | reason |
extension WorkerOutcome {
  fileprivate var fields: (kind: UInt8, number: Int64, text: String) {
    switch self {
    case .finished: (0, 0, "")
    case .deadline(let seconds): (1, Int64(seconds), "")
    case .processorTime(let seconds): (2, Int64(seconds), "")
    case .violation(let systemCall): (3, systemCall == nil ? 0 : 1, systemCall ?? "")
    case .crashed(let signal): (4, Int64(signal), "")
    case .outOfMemory: (5, 0, "")
    case .protocolError(let reason): (6, 0, reason)
    case .exited(let status): (7, Int64(status), "")
    case .unavailable(let reason): (8, 0, reason)
    }
  }
}

extension MessageWriter {
  mutating func append(_ outcome: WorkerOutcome) {
    let fields = outcome.fields
    append(fields.kind)
    append(fields.number)
    append(fields.text, limit: WireLimit.sentence)
  }
}

extension ByteReader {
  mutating func readOutcome() throws(ParseError) -> WorkerOutcome {
    let start = offset
    let kind = try readByte("kind of end")
    let number = try readInteger(Int64.self, "number of the end")
    let text = try readText(limit: WireLimit.sentence, "reason of the end")
    let outcome: WorkerOutcome? =
      switch kind {
      case 0: .finished
      case 1: Int(exactly: number).map { .deadline(seconds: $0) }
      case 2: Int(exactly: number).map { .processorTime(seconds: $0) }
      case 3: .violation(systemCall: number == 1 ? text : nil)
      case 4: Int32(exactly: number).map { .crashed(signal: $0) }
      case 5: .outOfMemory
      case 6: .protocolError(text)
      case 7: Int32(exactly: number).map { .exited(status: $0) }
      case 8: .unavailable(text)
      default: nil
      }
    // Read again as it would have been written, so that no two messages mean the same.
    guard let outcome, outcome.fields == (kind, number, text) else {
      throw ParseError(.malformed, at: start, "end of the worker")
    }
    return outcome
  }
}
