import Findings
import Pickle
import Policy

/// What a value is as a NumPy type.
enum DtypeReading {
  case known(NumpyDtype)
  case unfollowed(String)
  case forged(String)

  /// The judgement where the type is not known.
  var failure: Judgement {
    switch self {
    case .known: .reviewed
    case .unfollowed(let reason): .unfollowed(reason)
    case .forged(let reason): .refused(.forgedDtype, reason)
    }
  }
}

extension PickleJudge {
  /// `numpy.dtype(code, align, copy)` as `dtype.__reduce__` writes it.
  mutating func checkDtypeCall(_ arguments: CallArguments, _ values: borrowing ValueTable) -> Judgement {
    guard arguments.keywords == nil, arguments.positional.count == 3 else {
      return .unfollowed("its arguments are not (code, align, copy)")
    }
    // Without a copy it is NumPy's own object for all arrays of the type, and a state would change that one.
    let (align, copy) = (arguments.positional[1], arguments.positional[2])
    guard align.kind == .false || values.integer(align) == 0,
      copy.kind == .true || values.integer(copy) == 1
    else { return .unfollowed("it does not make a type of its own") }
    return baseDtype(arguments.positional[0], values) == nil
      ? .unfollowed(
        "its code \(evidence(arguments.positional[0], values)) is not one that NumPy's pickles have")
      : .reviewed
  }

  /// The type that a constructor's first argument names.
  private func baseDtype(_ code: SymbolicValue, _ values: borrowing ValueTable) -> NumpyDtype? {
    if let text = values.string(code, limit: 16) { return NumpyDtype(code: text) }
    guard let name = values.global(code), name.resolvedModule == "numpy" else { return nil }
    return NumpyDtype(scalarClass: name.resolvedName)
  }

  /// The type behind a value as it stands now.
  private mutating func readDtype(_ value: SymbolicValue, _ values: borrowing ValueTable) -> DtypeReading {
    if let known = numpy.dtypes[value.raw] {
      if let fields = known.fields, values.elementCount(fields) != known.fieldEntries {
        return .forged("its fields were changed after they were set")
      }
      return .known(known)
    }
    guard value.kind == .call || value.kind == .instance, let callee = values.callee(value),
      callee.kind == .global,
      standing(of: callee, values)?.callShape == .numpyDtype,
      let tuple = values.arguments(value), let arguments = values.elements(tuple),
      let code = arguments.first,
      let dtype = baseDtype(code, values)
    else { return .unfollowed("the type is not made by numpy.dtype in a known way") }
    return .known(dtype)
  }

  /// The type behind a value that is used: from here on it may not change.
  mutating func useDtype(_ value: SymbolicValue, _ values: borrowing ValueTable) -> DtypeReading {
    let reading = readDtype(value, values)
    if case .known(let dtype) = reading { settle(value, dtype) }
    return reading
  }

  private mutating func settle(_ value: SymbolicValue, _ dtype: NumpyDtype) {
    guard numpy.dtypes.count < PickleJudgeLimits.numpyValues else {
      recordGap("more than \(PickleJudgeLimits.numpyValues) NumPy types", at: 0)
      return
    }
    numpy.dtypes[value.raw] = dtype
    numpy.settledTypes.insert(value.raw)
  }

  /// BUILD on a dtype: `(version, byte order, subtype, names, fields, item size, alignment, flags[, metadata])`
  /// (NumPy, `descriptor.c`, `arraydescr_setstate`). NumPy believes the flags, and flags that deny or claim
  /// objects turn bytes into pointers.
  mutating func checkDtypeState(
    of target: SymbolicValue, _ state: SymbolicValue, _ values: borrowing ValueTable
  ) -> Judgement {
    guard !numpy.settledTypes.contains(target.raw) else {
      return .refused(.forgedDtype, "the type is changed after it was set or used")
    }
    let reading = readDtype(target, values)
    guard case .known(var dtype) = reading else { return reading.failure }
    guard state.kind == .tuple, let parts = values.elements(state), parts.count == 8 || parts.count == 9,
      let version = values.integer(parts[0]), version == (parts.count == 8 ? 3 : 4),
      let order = values.string(parts[1], limit: 4), ["<", ">", "|", "="].contains(order),
      let itemSize = values.integer(parts[5]), let alignment = values.integer(parts[6]),
      let flags = values.integer(parts[7])
    else { return .refused(.forgedDtype, "its state is not one that NumPy 1.x or 2.x writes") }
    if dtype.takesSizeFromState {
      guard (0...Int(Int32.max)).contains(itemSize) else {
        return .refused(.forgedDtype, "its item size is \(itemSize)")
      }
      dtype.itemSize = itemSize
      dtype.takesSizeFromState = false
    }
    if order == ">" { dtype.isBigEndian = true }
    if order == "<" { dtype.isBigEndian = false }
    let judgement: Judgement
    if parts[2].kind != .none {
      judgement = checkSubarray(&dtype, parts, itemSize, flags, values)
    } else if parts[3].kind != .none || parts[4].kind != .none {
      judgement = checkStructure(&dtype, parts, itemSize, flags, values)
    } else {
      judgement = checkPlain(dtype, itemSize, alignment, flags)
    }
    if case .reviewed = judgement {
      settle(target, dtype)
      if dtype.fields != nil { numpy.structured.append(target) }
    } else {
      numpy.settledTypes.insert(target.raw)
    }
    return judgement
  }

  private func checkPlain(_ dtype: NumpyDtype, _ itemSize: Int, _ alignment: Int, _ flags: Int) -> Judgement
  {
    guard dtype.isFlexible ? itemSize == dtype.itemSize : itemSize == -1 || itemSize == dtype.itemSize
    else {
      return .refused(.forgedDtype, "its item size \(itemSize) is not that of its code, \(dtype.itemSize)")
    }
    guard (-1...16).contains(alignment) else {
      return .refused(.forgedDtype, "its alignment is \(alignment)")
    }
    guard NumpyDtype.flagsAreHonest(flags, hasObject: dtype.hasObject, isStruct: false) else {
      return .refused(.forgedDtype, "its flags \(flags) are not those of its code")
    }
    return .reviewed
  }

  /// A sub-array: `V<n>` with `(type, shape)`.
  private mutating func checkSubarray(
    _ dtype: inout NumpyDtype, _ parts: [SymbolicValue], _ itemSize: Int, _ flags: Int,
    _ values: borrowing ValueTable
  ) -> Judgement {
    guard dtype.kind == UInt8(ascii: "V"), parts[3].kind == .none, parts[4].kind == .none,
      parts[2].kind == .tuple, let pair = values.elements(parts[2]), pair.count == 2
    else { return .refused(.forgedDtype, "it has a subtype that does not belong to its code") }
    let reading = useDtype(pair[0], values)
    guard case .known(let element) = reading else { return reading.failure }
    guard let count = elementCount(ofShape: pair[1], values) else {
      return .refused(.forgedDtype, "the shape of its subtype cannot be")
    }
    let (size, overflow) = count.multipliedReportingOverflow(by: element.itemSize)
    guard !overflow, size == dtype.itemSize, itemSize == size else {
      return .refused(.forgedDtype, "its item size \(itemSize) is not that of its subtype")
    }
    guard
      NumpyDtype.flagsAreHonest(flags, hasObject: element.hasObject, isStruct: false)
        || (element.hasObject && NumpyDtype.flagsAreHonest(flags, hasObject: true, isStruct: true))
    else { return .refused(.forgedDtype, "its flags \(flags) are not those of its subtype") }
    dtype.hasObject = element.hasObject
    return .reviewed
  }

  /// A number of elements, from a tuple of lengths or one length.
  func elementCount(ofShape value: SymbolicValue, _ values: borrowing ValueTable) -> Int? {
    if let length = values.integer(value) { return length >= 0 ? length : nil }
    guard value.kind == .tuple, let lengths = values.elements(value), lengths.count <= 64 else {
      return nil
    }
    var count = 1
    for value in lengths {
      guard let length = values.integer(value), length >= 0 else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      guard !overflow else { return nil }
      count = product
    }
    return count
  }

  /// Looks again at the dictionaries of structured types: NumPy keeps them, and a pickle can add to a plain
  /// dictionary without any effect that would be judged.
  mutating func checkFieldsUnchanged(_ values: borrowing ValueTable, at offset: Int) {
    for value in numpy.structured {
      guard case .forged(let reason) = readDtype(value, values) else { continue }
      report(
        .forgedDtype, at: offset, subject: "numpy.dtype", "numpy.dtype: \(reason)",
        showing: value, values)
    }
  }
}
