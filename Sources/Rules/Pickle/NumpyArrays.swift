import Findings
import Pickle
import Policy

extension PickleJudge {
  /// `_reconstruct(class, (0,), b'b')`: an empty array, to be filled by BUILD.
  mutating func checkNumpyReconstruct(
    _ arguments: [SymbolicValue], _ values: borrowing ValueTable
  ) -> Judgement {
    guard arguments.count == 3 else {
      return .refused(.unsafeArguments, "it has \(arguments.count) arguments")
    }
    return checkEmpty(shape: arguments[1], code: arguments[2], values).merged(
      with: checkArrayClass(arguments[0], values))
  }

  /// `_mareconstruct(class, base class, (0,), b'b')`.
  mutating func checkMaskedReconstruct(
    _ arguments: [SymbolicValue], _ values: borrowing ValueTable
  ) -> Judgement {
    guard arguments.count == 4 else {
      return .refused(.unsafeArguments, "it has \(arguments.count) arguments")
    }
    return checkEmpty(shape: arguments[2], code: arguments[3], values).merged(
      with: checkArrayClass(arguments[0], values)
    ).merged(with: checkArrayClass(arguments[1], values))
  }

  /// The shape `(0,)` and the type `b'b'`: anything else gives memory that nobody has written.
  private mutating func checkEmpty(
    shape: SymbolicValue, code: SymbolicValue, _ values: borrowing ValueTable
  ) -> Judgement {
    guard shape.kind == .tuple, let lengths = values.elements(shape), lengths.count == 1,
      values.integer(lengths[0]) == 0
    else { return .refused(.unsafeArguments, "its shape is not (0,)") }
    let text = encodedText(code, values) ?? code
    guard values.decodedPrefix(text, count: 2) == [UInt8(ascii: "b")] else {
      return .refused(.unsafeArguments, "its type is not b'b'")
    }
    return .reviewed
  }

  mutating func checkArrayClass(_ value: SymbolicValue, _ values: borrowing ValueTable) -> Judgement {
    guard value.kind == .global, let standing = standing(of: value, values) else {
      return .refused(.unsafeArguments, "its class is \(words(value.kind)), not an import")
    }
    switch standing.kind {
    case .listed(.safeClass(_, .numpyArray, _)): return .reviewed
    case .listed(.safeClass) where standing.name.hasPrefix("numpy.ma."): return .reviewed
    case .unknown: return .unfollowed("its class \(standing.name) is on no list")
    default: return .refused(.unsafeArguments, "\(standing.name) is no class of arrays")
    }
  }

  /// `scalar(dtype, bytes)`.
  mutating func checkNumpyScalar(_ arguments: [SymbolicValue], _ values: borrowing ValueTable) -> Judgement
  {
    guard (1...2).contains(arguments.count) else {
      return .unfollowed("it has \(arguments.count) arguments")
    }
    let reading = useDtype(arguments[0], values)
    guard case .known(let dtype) = reading else { return reading.failure }
    guard !dtype.hasObject else {
      return .refused(.forgedArray, "a scalar of an object type takes a pointer from its bytes")
    }
    guard arguments.count == 2 else { return .reviewed }
    return checkData(arguments[1], expected: dtype.itemSize, values)
  }

  /// `_frombuffer(buffer, dtype, shape, order[, axes])` of protocol 5.
  mutating func checkNumpyFromBuffer(
    _ arguments: [SymbolicValue], _ result: SymbolicValue, _ values: borrowing ValueTable
  ) -> Judgement {
    guard arguments.count == 4 || arguments.count == 5 else {
      return .unfollowed("it has \(arguments.count) arguments")
    }
    let reading = useDtype(arguments[1], values)
    guard case .known(let dtype) = reading else { return reading.failure }
    guard !dtype.hasObject else {
      return .refused(.forgedArray, "an array of objects is made over raw bytes")
    }
    guard let count = elementCount(ofShape: arguments[2], values) else {
      return .refused(.forgedArray, "its shape cannot be")
    }
    let (size, overflow) = count.multipliedReportingOverflow(by: dtype.itemSize)
    guard !overflow else { return .refused(.forgedArray, "its shape cannot be") }
    if arguments[0].kind == .buffer { return .unfollowed("its data are not in the pickle") }
    let judgement = checkData(arguments[0], expected: size, values)
    if case .reviewed = judgement, !dtype.hasObject {
      noteContents(of: result, dtype, count, .constant(arguments[0]))
    }
    return judgement
  }

  /// BUILD on an array: `(version, shape, dtype, is_fortran, data)`, without the version in very old files; on a masked
  /// one with mask and fill value after it. Objects come as a list, everything else as exactly the bytes.
  mutating func checkArrayState(
    of target: SymbolicValue, _ state: SymbolicValue, masked: Bool, _ values: borrowing ValueTable
  ) -> Judgement {
    guard numpy.filledArrays.count < PickleJudgeLimits.numpyValues else {
      recordGap("more than \(PickleJudgeLimits.numpyValues) NumPy arrays", at: 0)
      return .unfollowed("there are too many arrays")
    }
    guard numpy.filledArrays.insert(target.raw).inserted else {
      return .refused(.forgedArray, "it is given data a second time, and the first may still be in use")
    }
    guard state.kind == .tuple, var parts = values.elements(state) else {
      return .refused(.forgedArray, "its state is no tuple")
    }
    if parts.count == (masked ? 7 : 5) {
      guard let version = values.integer(parts[0]), (0...1).contains(version) else {
        return .refused(.forgedArray, "its state is of an unknown version")
      }
      parts.removeFirst()
    }
    guard parts.count == (masked ? 6 : 4) else {
      return .refused(.forgedArray, "its state has \(parts.count) parts")
    }
    guard let count = elementCount(ofShape: parts[0], values) else {
      return .refused(.forgedArray, "its shape cannot be")
    }
    let reading = useDtype(parts[1], values)
    guard case .known(let dtype) = reading else { return reading.failure }
    let judgement = checkElements(parts[3], count, dtype, values)
    if case .reviewed = judgement, !dtype.hasObject {
      noteContents(of: target, dtype, count, .constant(encodedText(parts[3], values) ?? parts[3]))
    }
    guard masked else { return judgement }
    // One byte for each element; a structured type has a mask for each field, which is not followed here.
    guard dtype.fields == nil else { return judgement.merged(with: .unfollowed("its mask is structured")) }
    return judgement.merged(with: checkData(parts[4], expected: count, values))
  }

  private mutating func checkElements(
    _ data: SymbolicValue, _ count: Int, _ dtype: NumpyDtype, _ values: borrowing ValueTable
  ) -> Judgement {
    if dtype.hasObject {
      guard data.kind == .list else { return .refused(.forgedArray, "its objects are no list") }
      guard values.elementCount(data) == count else {
        return .refused(
          .forgedArray, "it has \(values.elementCount(data) ?? 0) objects for \(count) places")
      }
      return .reviewed
    }
    let (size, overflow) = count.multipliedReportingOverflow(by: dtype.itemSize)
    guard !overflow else { return .refused(.forgedArray, "its shape cannot be") }
    return checkData(data, expected: size, values)
  }

  /// Raw data: bytes, or a string whose characters are the bytes, as long as they have to be.
  private mutating func checkData(
    _ data: SymbolicValue, expected: Int, _ values: borrowing ValueTable
  ) -> Judgement {
    let constant = encodedText(data, values) ?? data
    if constant.kind == .call, expected == 0, isEmptyBytes(constant, values) { return .reviewed }
    guard [.bytes, .bytearray, .string].contains(constant.kind) else {
      return .refused(.forgedArray, "its data are \(words(constant.kind)), not bytes")
    }
    guard let count = decodedCount(of: constant, values) else {
      return .unfollowed("its data could not be measured")
    }
    guard count == expected else {
      return .refused(.forgedArray, "it has \(count) bytes of data where type and shape need \(expected)")
    }
    return .reviewed
  }

  /// `bytes()`, as protocol 2 writes no bytes at all.
  private func isEmptyBytes(_ value: SymbolicValue, _ values: borrowing ValueTable) -> Bool {
    guard let callee = values.callee(value), let name = values.global(callee),
      name.resolvedModule == "builtins",
      name.resolvedName == "bytes" || name.resolvedName == "str", let tuple = values.arguments(value)
    else { return false }
    return values.elementCount(tuple) == 0
  }

  /// The length of a constant, counted once: an honest pickle never costs more than its own length.
  private mutating func decodedCount(of value: SymbolicValue, _ values: borrowing ValueTable) -> Int? {
    if let known = numpy.decodedCounts[value.raw] { return known }
    let count = values.decodedCount(value, budget: &numpy.countingBudget)
    if let count, value.kind == .string, numpy.decodedCounts.count < PickleJudgeLimits.standings {
      numpy.decodedCounts[value.raw] = count
    }
    return count
  }

  /// `_ufunc_reconstruct(module, name)` imports: the pair is judged as an import is.
  func checkUfunc(_ arguments: [SymbolicValue], _ values: borrowing ValueTable) -> Judgement {
    guard arguments.count == 2, let module = values.string(arguments[0], limit: 256),
      let name = values.string(arguments[1], limit: 256)
    else { return .refused(.computedImport, "the name it imports is not written in the pickle") }
    switch table.entry(module: module, name: name)?.kind {
    case .safeValue: return .reviewed
    case nil: return .unfollowed("it imports \(module).\(name), which is on no list")
    default: return .refused(.unsafeArguments, "it imports \(module).\(name), which is no ufunc")
    }
  }

  /// The constructors of `numpy.random._pickle` call what they are given: names of bit generators, or NumPy's own.
  mutating func checkNumpyRandom(_ arguments: CallArguments, _ values: borrowing ValueTable) -> Judgement {
    var makers: [String] = []
    for argument in arguments.positional {
      if argument.kind == .string { continue }
      let maker = argument.kind == .global ? argument : values.callee(argument)
      guard let maker, let standing = standing(of: maker, values), standing.isSafe,
        standing.name.hasPrefix("numpy.random.")
      else { return .refused(.unsafeArguments, "an argument is neither a name nor NumPy's own") }
      if argument.kind == .global { makers.append(standing.name) }
    }
    storedFunctions.account(makers, in: arguments.tuple)
    return .reviewed
  }
}
