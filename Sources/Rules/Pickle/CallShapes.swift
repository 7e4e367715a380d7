import Findings
import Pickle
import Policy

extension PickleJudge {
  /// Whether a known callee is used as it was reviewed.
  mutating func check(
    _ shape: CallShape, _ arguments: CallArguments, _ values: borrowing ValueTable
  ) -> Judgement {
    switch shape {
    case .any: return followed(arguments, values)
    case .timeZones: return checkTimeZones(arguments, values)
    case .factory: return followed(arguments, values).merged(with: checkFactory(arguments, values))
    case .deferred: return checkLaterCall(arguments, values)
    case .created:
      if arguments.called {
        return .unfollowed("it is called, and only its creation without a call was reviewed")
      }
      return checkNone(arguments)
    case .neverCalled:
      // `__new__` may be what opens the file, and NEWOBJ hands it arguments.
      if !arguments.called, case .reviewed = checkNone(arguments) { return .reviewed }
      return .refused(.dangerousCall, "its constructor opens files or runs code")
    case .none: return checkNone(arguments)
    case .constants: return checkConstants(arguments, values)
    case .ownClass: return checkOwnClass(arguments, values)
    case .bounded: return followed(arguments, values).merged(with: checkBounded(arguments, values))
    case .numpyDtype: return checkDtypeCall(arguments, values)
    default: break
    }
    // Every other shape is a function of positional arguments.
    guard arguments.keywords == nil else { return .unfollowed("it is given keyword arguments") }
    let positional = arguments.positional
    switch shape {
    case .codecsEncode: return checkEncode(positional, values)
    case .reconstructor: return checkReconstructor(positional, arguments.offset, values)
    case .newObject: return checkNewObject(positional, arguments.offset, values)
    case .rational: return checkRational(positional, values)
    case .publicAttribute: return checkAttribute(positional, values)
    case .partial: return checkPartial(arguments, values)
    case .numpyReconstruct: return checkNumpyReconstruct(positional, values)
    case .numpyScalar: return checkNumpyScalar(positional, values)
    case .numpyFromBuffer: return checkNumpyFromBuffer(positional, arguments.result, values)
    case .numpyMaskedReconstruct: return checkMaskedReconstruct(positional, values)
    case .numpyUfunc: return checkUfunc(positional, values)
    case .numpyRandom: return checkNumpyRandom(arguments, values)
    case .torchRebuildTensor: return checkTensor(positional, values)
    case .torchTensor: return checkOnTensor(positional, values)
    case .torchRebuildFromType: return checkRebuildFromType(arguments, values)
    case .torchLoadFromBytes: return checkLoadFromBytes(positional, arguments.offset, values)
    case .dillArray: return checkDillArray(positional, arguments, values)
    case .dillType: return checkDillType(positional, values)
    case .loggerName: return checkLoggerName(positional, values)
    case .zoneKey: return checkZoneKey(positional, values)
    case .genericAlias: return checkGenericAlias(positional, values)
    case .typeSubscript: return checkSubscript(positional, values)
    case .typeUnion: return checkUnion(positional, values)
    case .regularExpression: return checkRegularExpression(positional, values)
    case .wellKnownBinary: return checkGeometry(positional, values)
    // Handled above.
    case .any, .timeZones, .created, .neverCalled, .none, .constants, .ownClass, .bounded, .numpyDtype,
      .deferred, .factory:
      return .reviewed
    }
  }

  /// Whether the arguments are values that the trace accounts for. Whatever they hold was judged when it was made,
  /// so only values that the machine could not follow matter.
  private func followed(_ arguments: CallArguments, _ values: borrowing ValueTable) -> Judgement {
    for argument in arguments.positional where argument.kind == .unknown {
      return .unfollowed("an argument could not be followed")
    }
    return .reviewed
  }

  /// A function that creates the class it is given: only classes of its own library, whose `__new__` was looked at.
  private mutating func checkOwnClass(
    _ arguments: CallArguments, _ values: borrowing ValueTable
  ) -> Judgement {
    guard let type = arguments.positional.first, type.kind == .global,
      let standing = standing(of: type, values)
    else { return .refused(.unsafeArguments, "its first argument is not an imported class") }
    if case .unknown = standing.kind { return .unfollowed("its class \(standing.name) is on no list") }
    guard case .listed(.safeClass) = standing.kind, standing.list == arguments.calleeList else {
      return .refused(.unsafeArguments, "\(standing.name) is no class of its own library")
    }
    // The classes are pandas', and take time zones by name.
    return checkTimeZones(arguments, values)
  }

  private func checkNone(_ arguments: CallArguments) -> Judgement {
    arguments.positional.isEmpty && arguments.keywords == nil
      ? .reviewed : .unfollowed("it has arguments, and only its use without any was reviewed")
  }

  private mutating func checkConstants(
    _ arguments: CallArguments, _ values: borrowing ValueTable
  ) -> Judgement {
    var judgement = Judgement.reviewed
    for argument in arguments.positional + (arguments.keywords.map { [$0] } ?? []) {
      switch isConstant(argument, values) {
      case true?: break
      case false?: judgement = judgement.merged(with: .unfollowed("an argument is no constant"))
      case nil: judgement = judgement.merged(with: .unfollowed("an argument is too large to be followed"))
      }
    }
    return judgement
  }

  // MARK: allocation

  /// Integers up to here may be sizes; a pickle that holds the bytes itself is larger than they.
  static var allocationLimit: Int { 64 << 20 }

  /// No argument may make the callee allocate what the pickle does not hold: `bytearray(10**12)`,
  /// `list(range(10**12))`.
  private mutating func checkBounded(
    _ arguments: CallArguments, _ values: borrowing ValueTable
  ) -> Judgement {
    var judgement = Judgement.reviewed
    for argument in arguments.positional {
      judgement = judgement.merged(with: bounded(argument, values))
    }
    if arguments.keywords != nil {
      judgement = judgement.merged(with: .unfollowed("it is given keyword arguments"))
    }
    return judgement
  }

  private mutating func bounded(_ argument: SymbolicValue, _ values: borrowing ValueTable) -> Judgement {
    switch argument.kind {
    case .integer, .bigInteger:
      guard let number = values.integer(argument), number <= Self.allocationLimit else {
        return .refused(.allocationBomb, "it is asked for \(evidence(argument, values)) elements")
      }
      return .reviewed
    case .call, .instance: return boundedResult(argument, values)
    default: return .reviewed
    }
  }

  /// The result of a call as an argument: what holds elements has been given them one by one, and a range counts as
  /// what it yields. A number that is computed could be any.
  private mutating func boundedResult(_ argument: SymbolicValue, _ values: borrowing ValueTable)
    -> Judgement
  {
    if let callee = values.callee(argument), callee.kind == .global,
      let name = values.global(callee)?.resolvedName, name == "range" || name == "xrange"
    {
      guard let tuple = values.arguments(argument), let bounds = values.elements(tuple) else {
        return .unfollowed("a range could not be followed")
      }
      for bound in bounds {
        guard let number = values.integer(bound), number.magnitude <= Self.allocationLimit.magnitude else {
          return .refused(.allocationBomb, "it unfolds \(evidence(argument, values))")
        }
      }
      return .unfollowed("it unfolds a range")
    }
    if encodedText(argument, values) != nil { return .reviewed }
    guard case .instance(let known) = origin(of: argument, values), known.items else {
      return .unfollowed("an argument is computed, so its size is not known")
    }
    return .reviewed
  }

  /// Integers and plain fractions as text.
  private func checkRational(_ arguments: [SymbolicValue], _ values: borrowing ValueTable) -> Judgement {
    for argument in arguments {
      switch argument.kind {
      case .integer, .bigInteger: break
      case .string:
        guard let text = values.string(argument, limit: 1 << 16),
          text.utf8.allSatisfy({
            ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) || $0 == 0x2D || $0 == 0x2F
          })
        else { return .unfollowed("its text is no plain fraction") }
      default: return .unfollowed("its argument is \(words(argument.kind)), not a number or a text")
      }
    }
    return .reviewed
  }

  private func checkLoggerName(_ arguments: [SymbolicValue], _ values: borrowing ValueTable) -> Judgement {
    guard let name = arguments.first, name.kind != .none else { return .reviewed }
    return arguments.count == 1 && values.string(name, limit: 256) != nil
      ? .reviewed : .unfollowed("its name is no short text")
  }

  // MARK: copyreg, getattr, partial, codecs

  private func checkEncode(_ arguments: [SymbolicValue], _ values: borrowing ValueTable) -> Judgement {
    guard arguments.count == 2, arguments[0].kind == .string,
      let codec = values.string(arguments[1], limit: 16),
      codec == "latin1" || codec == "latin-1"
    else { return .refused(.unsafeArguments, "only a string and 'latin1' make bytes of a pickle") }
    return .reviewed
  }

  private static var plainBases: Set<String> {
    [
      "complex", "dict", "float", "frozenset", "int", "list", "object", "set", "str", "tuple", "unicode",
      "long",
    ]
  }

  /// `copyreg._reconstructor(cls, base, state)`: `base.__new__(cls, state)`, and `base.__init__` where it is not
  /// object's.
  private mutating func checkReconstructor(
    _ arguments: [SymbolicValue], _ offset: Int, _ values: borrowing ValueTable
  ) -> Judgement {
    guard arguments.count == 3 else { return .unfollowed("it has \(arguments.count) arguments, not three") }
    guard let base = plainName(arguments[1], values), Self.plainBases.contains(base) else {
      return .refused(.unsafeArguments, "its base is not a plain type of Python")
    }
    let state = arguments[2].kind == .none ? [] : [arguments[2]]
    let created = CallArguments(positional: [], keywords: nil, called: false, offset: offset)
    return checkClass(arguments[0], created, values).merged(
      with: state.isEmpty ? .reviewed : bounded(arguments[2], values))
  }

  /// The name of a builtin.
  private mutating func plainName(_ value: SymbolicValue, _ values: borrowing ValueTable) -> String? {
    guard let global = values.global(value) else { return loadedTypeName(value, values) }
    return global.resolvedModule == "builtins" ? global.resolvedName : nil
  }

  /// `copyreg.__newobj__(cls, *args)` and `__newobj_ex__(cls, args, kwargs)`.
  private mutating func checkNewObject(
    _ arguments: [SymbolicValue], _ offset: Int, _ values: borrowing ValueTable
  ) -> Judgement {
    guard let first = arguments.first else { return .unfollowed("it has no class") }
    let created = CallArguments(
      positional: Array(arguments.dropFirst()), keywords: nil, called: false, offset: offset)
    return checkClass(first, created, values)
  }

  /// The creation of a class that is an argument.
  private mutating func checkClass(
    _ value: SymbolicValue, _ arguments: CallArguments, _ values: borrowing ValueTable
  ) -> Judgement {
    guard value.kind == .global, let standing = standing(of: value, values) else {
      if case .code(.type) = origin(of: value, values) { return .reviewed }  // `embeddedCode` was reported
      return .refused(.computedCall, "the class is \(words(value.kind)), not an import")
    }
    switch standing.kind {
    case .listed(.safeClass(let shape, _, _)): return check(shape, arguments, values)
    case .scriptType, .scriptExtension: return .reviewed
    case .unknown: return .unfollowed("its class \(standing.name) is on no list")
    case .listed(.deniedCall) where standing.mayBeKept && arguments.positional.isEmpty:
      return .unfollowed("its class \(standing.name) was not reviewed")
    case .listed(.deniedCall):
      return .refused(.unreviewedStandardCall, "its class \(standing.name) is not one that pickles hold")
    case .listed(.dangerous), .walk:
      return .refused(.dangerousCall, "its class \(standing.name): \(standing.reason)")
    case .listed(.safeFunction), .listed(.safeValue), .listed(.embeddedCode):
      return .unfollowed("\(standing.name) is no class")
    }
  }

  /// `getattr(known class, 'public_name')`, as picklers write members of nested classes, and methods.
  private mutating func checkAttribute(
    _ arguments: [SymbolicValue], _ values: borrowing ValueTable
  ) -> Judgement {
    if let found = foundAttribute(arguments, values) {
      return found.isSafe ? .reviewed : .unfollowed("it fetches \(found.name)")
    }
    guard arguments.count == 2, let name = values.string(arguments[1], limit: 256) else {
      return .refused(.unsafeArguments, "only a public name of an imported class may be fetched")
    }
    guard !name.hasPrefix("_"), !name.isEmpty else {
      return .refused(.unsafeArguments, "the private name '\(name)' is fetched")
    }
    guard let standing = standing(of: arguments[0], values) else {
      return checkMethod(name, of: arguments[0], values)
    }
    switch standing.kind {
    case .listed(.safeClass): return .reviewed
    case .unknown, .listed(.embeddedCode):
      return .unfollowed("it fetches '\(name)' of \(standing.name), which is on no list")
    case .listed(.safeFunction), .listed(.safeValue):
      return .unfollowed("it fetches '\(name)' of \(standing.name), which is no class")
    default:
      return .refused(
        .unsafeArguments, "it fetches '\(name)' of \(standing.name), which is no reviewed class")
    }
  }

  /// A bound method: `getattr(object, 'public_name')`. Calling it is denied; that it is kept is for a person.
  private mutating func checkMethod(
    _ name: String, of object: SymbolicValue, _ values: borrowing ValueTable
  ) -> Judgement {
    let kept = Judgement.unfollowed("it fetches '\(name)' of \(words(object.kind))")
    switch object.kind {
    case .call, .instance:
      switch origin(of: object, values) {
      case .instance, .unknownInstance, .code: return kept
      case .scriptType, .other: break
      }
    case .global, .persistent, .extension, .buffer, .unknown: break
    default: return kept
    }
    return .refused(.unsafeArguments, "only a public name of an imported class may be fetched")
  }

  /// `_rebuild_from_type_v2(function, class, args, state)` of torch: calls the function with the arguments, gives
  /// the result that class, then that state.
  private mutating func checkRebuildFromType(
    _ call: CallArguments, _ values: borrowing ValueTable
  ) -> Judgement {
    let arguments = call.positional
    guard arguments.count == 4, arguments[0].kind == .global,
      let function = standing(of: arguments[0], values)
    else { return .refused(.unsafeArguments, "its function is not an import") }
    guard let inner = values.elements(arguments[2]), arguments[2].kind == .tuple else {
      return .unfollowed("the arguments of \(function.name) could not be followed")
    }
    storedFunctions.account([function.name], in: call.tuple)
    let innerCall = CallArguments(
      positional: inner, tuple: arguments[2], keywords: nil, called: true, offset: call.offset)
    let judgement: Judgement
    switch function.kind {
    case .listed(.safeFunction(let shape, _, _)) where shape != .torchRebuildFromType:
      judgement = check(shape, innerCall, values)
    case .unknown: judgement = .unfollowed("it calls \(function.name), which is on no list")
    default:
      return .refused(
        .unsafeArguments, "it calls \(function.name), which is no function that rebuilds tensors")
    }
    guard arguments[1].kind == .global, let type = standing(of: arguments[1], values) else {
      return .refused(.unsafeArguments, "the class of its result is not an import")
    }
    switch type.kind {
    case .listed(.safeClass): return judgement
    case .unknown: return judgement.merged(with: .unfollowed("its class \(type.name) is on no list"))
    default: return .refused(.unsafeArguments, "\(type.name) is no class of tensors")
    }
  }
}
