import ByteParsing
import Findings
import Pickle

/// joblib's arrays: after the BUILD of a `NumpyArrayWrapper` its loader reads the array's bytes from the stream
/// itself, and opcodes go on behind them (joblib, `numpy_pickle.py`, `NumpyArrayWrapper.read_array`).
enum JoblibArray {
  /// Each is known to the loader of its own module only.
  static let wrappers: Set<String> = [
    "joblib.numpy_pickle.NumpyArrayWrapper", "sklearn.externals.joblib.numpy_pickle.NumpyArrayWrapper",
  ]
  /// What `numpy_array_alignment_bytes` is in every file that has it, and so the most that the padding can be.
  static let alignment = 16
}

/// What a wrapper says of the bytes behind it.
private struct ArrayDescription {
  let dtype: NumpyDtype
  /// The number of elements.
  let count: Int
  /// Bytes of all elements. Where they are objects, a pickle stands in their place.
  let size: Int
  /// Whether a byte and as much padding as it says come before them, for loaders that know it.
  let isPadded: Bool
}

extension PickleJudge {
  /// How far joblib reads the stream itself behind the BUILD of one of its wrappers; `.proceed` for any other BUILD,
  /// and for a loader that knows no wrappers.
  mutating func readArray(_ effect: Effect, _ values: borrowing ValueTable) -> Reaction {
    guard case .instance(let known) = origin(of: effect.target, values),
      JoblibArray.wrappers.contains(known.name), reading != .plain
    else { return .proceed }
    if let other = arrayWrapper, other != known.name {
      report(
        .rawArray, at: effect.offset, subject: known.name,
        "arrays are wrapped by \(other) and by \(known.name), and no loader knows both")
    }
    arrayWrapper = known.name
    let description: ArrayDescription
    switch describeArray(effect.operand, values) {
    case .success(let found): description = found
    case .failure(let failure):
      report(failure.judgement, .rawArray, at: effect, name: known.name, values)
      return .stop(reason: "an array of unknown length between opcodes")
    }
    let start = effect.offset + 1
    if description.dtype.hasObject {
      partings.fromPlain = partings.fromPlain ?? effect.offset
      return readObjects(of: effect.target, at: start, values)
    }
    guard description.isPadded else {
      if description.size > 0 { partings.fromPlain = partings.fromPlain ?? effect.offset }
      return skip(description, of: effect.target, padding: 0, start)
    }
    partings.fromPlain = partings.fromPlain ?? effect.offset
    partings.fromUnpadded = partings.fromUnpadded ?? effect.offset
    guard reading == .joblib else { return skip(description, of: effect.target, padding: 0, start) }
    guard let padding = values.byte(at: start), padding <= JoblibArray.alignment else {
      report(
        .forgedArray, at: effect.offset, subject: known.name,
        "the padding before the array's bytes is none that joblib writes", showing: effect.operand, values)
      return .stop(reason: "an array of unknown length between opcodes")
    }
    return skip(description, of: effect.target, padding: 1 + Int(padding), start)
  }

  /// Goes on behind the bytes of an array, which lie `padding` bytes behind `start`.
  private mutating func skip(
    _ array: ArrayDescription, of wrapper: SymbolicValue, padding: Int, _ start: Int
  ) -> Reaction {
    let (total, overflow) = array.size.addingReportingOverflow(padding)
    guard !overflow else { return .stop(reason: "an array of unknown length between opcodes") }
    noteContents(of: wrapper, array.dtype, array.count, .raw(offset: start + padding))
    return .skip(total)
  }

  private struct DescriptionFailure: Error { let judgement: Judgement }

  /// Reads a wrapper's state: exactly the attributes that joblib 0.10 to 1.5 write, each once and constant.
  private mutating func describeArray(
    _ state: SymbolicValue, _ values: borrowing ValueTable
  ) -> Result<ArrayDescription, DescriptionFailure> {
    func failure(_ judgement: Judgement) -> Result<ArrayDescription, DescriptionFailure> {
      .failure(DescriptionFailure(judgement: judgement))
    }
    guard
      let attributes = attributes(
        state, ["subclass", "shape", "order", "dtype", "allow_mmap", "numpy_array_alignment_bytes"], values)
    else { return failure(.refused(.forgedArray, "its state is none that joblib writes")) }
    guard let shape = attributes["shape"], shape.kind == .tuple,
      let count = elementCount(ofShape: shape, values)
    else { return failure(.refused(.forgedArray, "its shape cannot be")) }
    guard let type = attributes["dtype"] else { return failure(.refused(.forgedArray, "it has no type")) }
    let reading = useDtype(type, values)
    guard case .known(let dtype) = reading else { return failure(reading.failure) }
    let (size, overflow) = count.multipliedReportingOverflow(by: dtype.itemSize)
    guard !overflow, dtype.itemSize > 0 else {
      return failure(.refused(.forgedArray, "its size cannot be"))
    }
    guard let order = attributes["order"], ["C", "F"].contains(values.string(order, limit: 8)),
      let mapping = attributes["allow_mmap"], mapping.kind == .true || mapping.kind == .false,
      let subclass = attributes["subclass"]
    else {
      return failure(.refused(.forgedArray, "its order, mapping or class is none that joblib writes"))
    }
    // Another class than ndarray and memmap is created, and asked to prepare the array.
    let judgement = checkArrayClass(subclass, values)
    guard case .reviewed = judgement else { return failure(judgement) }
    let alignment = attributes["numpy_array_alignment_bytes"]
    guard
      alignment == nil || alignment?.kind == SymbolicValue.Kind.none
        || alignment.flatMap({ values.integer($0) }) == JoblibArray.alignment
    else { return failure(.refused(.forgedArray, "its alignment is none that joblib writes")) }
    return .success(
      ArrayDescription(
        dtype: dtype, count: count, size: size,
        isPadded: alignment.map { $0.kind != .none } ?? false))
  }

  /// The entries of a state that is one dictionary with some of these keys, each once; nil for any other.
  func attributes(
    _ state: SymbolicValue, _ names: Set<String>, _ values: borrowing ValueTable
  ) -> [String: SymbolicValue]? {
    guard state.kind == .dictionary, let entries = values.elements(state), entries.count <= 2 * names.count,
      entries.count % 2 == 0
    else { return nil }
    var found: [String: SymbolicValue] = [:]
    for index in stride(from: 0, to: entries.count, by: 2) {
      guard let name = values.string(entries[index], limit: 64), names.contains(name),
        found.updateValue(entries[index + 1], forKey: name) == nil
      else { return nil }
    }
    return found
  }

  /// An array of objects: a pickle of its own, which joblib gives to `pickle.load`, judged at once, with findings in
  /// the same list.
  private mutating func readObjects(
    of wrapper: SymbolicValue, at start: Int, _ values: borrowing ValueTable
  ) -> Reaction {
    var inner = PickleJudge(
      table: table, profile: profile, reading: .plain, path: path, evidenceLimit: evidenceLimit, sink: sink)
    inner.knownUntil = isKnown ? .max : -1
    inner.prefix = prefix
    inner.observer = observer
    showEffect(values)
    observer?.beginInner(values.source, at: start)
    let left = max(0, PickleJudgeLimits.innerOpcodes - innerOpcodes)
    let result = Machine.run(values.source, at: start, opcodeLimit: left, sink: &inner)
    observer?.end(result)
    sink = inner.sink
    innerOpcodes += result.opcodes
    if inner.makesUnreviewed {
      makesUnreviewed = true
      _ = unreadHolders.insert(wrapper)
    }
    let room = PickleJudgeLimits.nestedInputs - min(nested.count, PickleJudgeLimits.nestedInputs)
    if inner.nested.count > room {
      recordGap("more than \(PickleJudgeLimits.nestedInputs) files inside one pickle", at: start)
    }
    nested += inner.nested.prefix(room)
    guard result.end == .stop else {
      return .stop(reason: "the pickle of an array of objects is broken: \(result.end)")
    }
    return .skip(result.endOffset - start)
  }
}
