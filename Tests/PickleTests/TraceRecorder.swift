import ByteParsing
import Pickle
import TestSupport

/// Keeps a trace as text, one line an event, for tests to compare.
struct TraceRecorder: TraceSink {
  /// `kind target operand`, descriptions as the value table gives them.
  private(set) var effects: [String] = []
  private(set) var globals: [GlobalReference] = []
  private(set) var offsets: [Int] = []
  private(set) var irregularities: [Irregularity] = []
  private var reactions: [Reaction]
  private let inspect: (Effect, borrowing ValueTable) -> Void

  /// - Parameters:
  ///   - reactions: what to answer to the first effects; `.proceed` after that.
  ///   - inspect: called with each effect, while the table is there.
  init(
    reactions: [Reaction] = [], inspect: @escaping (Effect, borrowing ValueTable) -> Void = { _, _ in }
  ) {
    self.reactions = reactions
    self.inspect = inspect
  }

  mutating func receive(_ effect: Effect, _ values: borrowing ValueTable) -> Reaction {
    let target = values.describe(effect.target)
    effects.append("\(effect.kind) \(target) \(values.describe(effect.operand))")
    offsets.append(effect.offset)
    if let global = values.global(effect.target), effect.kind == .importGlobal { globals.append(global) }
    inspect(effect, values)
    return reactions.isEmpty ? .proceed : reactions.removeFirst()
  }

  mutating func receive(_ irregularity: Irregularity) { irregularities.append(irregularity) }

  var irregularityKinds: [Irregularity.Kind] { irregularities.map(\.kind) }
}

/// A trace and how it ended.
struct Run {
  let result: StreamResult
  let trace: TraceRecorder

  var effects: [String] { trace.effects }
  var irregularities: [Irregularity.Kind] { trace.irregularityKinds }

  /// The kind of the error that broke the stream; nil where it ended otherwise.
  var breakKind: ParseError.Kind? {
    if case .broken(let error) = result.end { error.kind } else { nil }
  }
}

/// Runs a pickle to its end.
func run(
  _ bytes: [UInt8], at offset: Int = 0, opcodeLimit: Int = 1_000_000, capacity: Capacity = Capacity(),
  reactions: [Reaction] = [], inspect: @escaping (Effect, borrowing ValueTable) -> Void = { _, _ in }
) -> Run {
  var trace = TraceRecorder(reactions: reactions, inspect: inspect)
  let result = Machine.run(
    Input(bytes), at: offset, opcodeLimit: opcodeLimit, capacity: capacity, sink: &trace)
  return Run(result: result, trace: trace)
}

/// The description of the one value that `opcodes` leave on the stack: it is handed to a call.
func described(_ opcodes: PickleOpcode..., limit: Int = 200) -> String? {
  var text: String?
  let sample = pickle([.global("m", "f")] + opcodes + [.tuple1, .reduce, .stop])
  let run = run(sample) { effect, values in
    guard effect.kind == .reduce, let value = values.elements(effect.operand)?.first else { return }
    text = values.describe(value, limit: limit)
  }
  return run.result.end == .stop ? text : nil
}
