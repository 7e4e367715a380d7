package import ByteParsing
package import Findings
package import Pickle
package import Policy

/// Judges the operators that a `bytecode.pkl` names: every text of the form `namespace::name` in it.
///
/// Source: `torch/csrc/jit/mobile/import.cpp`, `parse_operators.cpp`.
package struct MobileBytecode: TraceSink {
  private var names: [String] = []
  private var isWhole = false

  private static let valueLimit = 4 << 20

  /// Runs the pickle and records what its operators are.
  ///
  /// - Returns: how many opcodes were run.
  package static func judge(
    _ input: Input, operators: OperatorTable, opcodeLimit: Int, path: [String],
    into sink: inout some ReportSink
  ) -> Int {
    var bytecode = MobileBytecode()
    let result = Machine.run(input, at: 0, opcodeLimit: opcodeLimit, sink: &bytecode)
    let location = Location(path: path)
    guard bytecode.isWhole else {
      sink.record(Gap(at: location, reason: "the mobile bytecode could not be followed"))
      return result.opcodes
    }
    for name in Set(bytecode.names).sorted().prefix(4096) {
      let parts = name.split(separator: ":", omittingEmptySubsequences: true).map(String.init)
      guard parts.count == 2 else { continue }
      let entry = operators.entry(namespace: parts[0], name: parts[1])
      guard entry?.verdict != .allow else { continue }
      sink.record(
        Finding(
          entry?.verdict == .deny ? .dangerousOperator : .unknownOperator, at: location,
          detail: "\(name) is used: \(entry?.reason ?? "it is on no list.")",
          evidence: String(name.prefix(256))))
    }
    return result.opcodes
  }

  package mutating func receive(_ effect: Effect, _ values: borrowing ValueTable) -> Reaction { .proceed }

  package mutating func receive(_ irregularity: Irregularity) {}

  package mutating func receive(result: SymbolicValue, at offset: Int, _ values: borrowing ValueTable) {
    var open = [result]
    var visited = 0
    isWhole = true
    while let value = open.popLast() {
      visited += 1
      guard visited <= Self.valueLimit else {
        isWhole = false
        return
      }
      switch value.kind {
      case .string:
        if let text = values.string(value, limit: 512), text.contains("::") { names.append(text) }
      case .tuple, .list, .dictionary:
        guard let elements = values.elements(value) else {
          isWhole = false
          return
        }
        open += elements
      default: break
      }
    }
  }
}
