import ByteParsing
import Findings
import Pickle

/// joblib's arrays: after the BUILD of a `NumpyArrayWrapper` its loader reads the array's bytes from the stream
/// itself, and opcodes go on behind them (joblib, `numpy_pickle.py`, `NumpyArrayWrapper.read_array`).
enum JoblibArray {
  static let wrapper = "joblib.numpy_pickle.NumpyArrayWrapper"
  /// Arrays of objects are pickles inside the pickle; so deep they may be inside each other.
  static let depthLimit = 8
  /// The alignment byte says at most this.
  static let alignmentLimit = 16
}

extension PickleJudge {
  /// How far joblib reads the stream itself behind the BUILD of one of its wrappers; `.proceed` for any other BUILD.
  mutating func readArray(_ effect: Effect, _ values: borrowing ValueTable) -> Reaction {
    guard profile == .plain, let callee = values.callee(effect.target), callee.kind == .global,
      standing(of: callee, values)?.name == JoblibArray.wrapper
    else { return .proceed }
    report(
      .rawArray, at: effect.offset, subject: JoblibArray.wrapper, "raw bytes of an array follow the opcode",
      showing: effect.operand, values)
    let start = effect.offset + 1
    switch arrayExtent(effect.operand, at: start, values) {
    case .bytes(let count): return .skip(count)
    case .pickle: return readObjects(at: start, values)
    case nil:
      report(
        .forgedArray, at: effect.offset, subject: JoblibArray.wrapper,
        "the bytes that joblib reads behind the opcode cannot be told from its state",
        showing: effect.operand, values)
      return .stop(reason: "an array of unknown length between opcodes")
    }
  }

  private enum Extent {
    case bytes(Int)
    case pickle
  }

  /// The bytes that follow, by the wrapper's shape and type and the alignment byte.
  private mutating func arrayExtent(
    _ state: SymbolicValue, at start: Int, _ values: borrowing ValueTable
  ) -> Extent? {
    guard state.kind == .dictionary, let entries = values.elements(state), entries.count % 2 == 0 else {
      return nil
    }
    var shape: SymbolicValue?
    var type: SymbolicValue?
    var aligned = false
    for index in stride(from: 0, to: entries.count, by: 2) {
      switch values.string(entries[index], limit: 64) {
      case "shape": shape = entries[index + 1]
      case "dtype": type = entries[index + 1]
      case "numpy_array_alignment_bytes": aligned = entries[index + 1].kind != .none
      default: break
      }
    }
    guard let shape, let type, let count = elementCount(ofShape: shape, values),
      case .known(let dtype) = useDtype(type, values)
    else { return nil }
    if dtype.hasObject { return .pickle }
    let (size, overflow) = count.multipliedReportingOverflow(by: dtype.itemSize)
    guard !overflow else { return nil }
    guard aligned else { return .bytes(size) }
    guard let padding = values.byte(at: start), padding <= JoblibArray.alignmentLimit else { return nil }
    let (total, carried) = size.addingReportingOverflow(1 + Int(padding))
    return carried ? nil : .bytes(total)
  }

  /// An array of objects: a pickle of its own, judged at once, with findings in the same list.
  private mutating func readObjects(at start: Int, _ values: borrowing ValueTable) -> Reaction {
    guard depth < JoblibArray.depthLimit else {
      return .stop(reason: "pickles inside pickles, deeper than \(JoblibArray.depthLimit)")
    }
    var inner = PickleJudge(
      table: table, profile: profile, path: path, evidenceLimit: evidenceLimit, sink: sink)
    inner.depth = depth + 1
    inner.observer = observer
    showEffect(values)
    observer?.beginInner(values.source, at: start)
    let result = Machine.run(
      values.source, at: start, opcodeLimit: PickleJudgeLimits.innerOpcodes, sink: &inner)
    observer?.end(result)
    sink = inner.sink
    sink.record(bytes: 0, members: 0, opcodes: result.opcodes)
    nested += inner.nested.prefix(
      PickleJudgeLimits.nestedInputs - min(nested.count, PickleJudgeLimits.nestedInputs))
    guard result.end == .stop else {
      return .stop(reason: "the pickle of an array of objects is broken: \(result.end)")
    }
    return .skip(result.endOffset - start)
  }
}
