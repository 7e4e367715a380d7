import Findings
import Pickle
import Policy

/// Callables that are kept to be called later, with arguments nobody sees.
extension PickleJudge {
  mutating func checkPartial(_ arguments: CallArguments, _ values: borrowing ValueTable) -> Judgement {
    guard let function = arguments.positional.first else { return .unfollowed("it has no function") }
    let judgement = checkDeferred(function, values)
    guard standing(of: function, values)?.callShape == .timeZones else { return judgement }
    return judgement.merged(with: checkTimeZones(arguments, values))
  }

  /// A callable that is kept: reviewed where it is safe with any arguments. What reaches nothing but its arguments is for
  /// a person; what opens, imports, evaluates or builds is refused.
  mutating func checkDeferred(_ function: SymbolicValue, _ values: borrowing ValueTable) -> Judgement {
    if case .code = origin(of: function, values) { return .reviewed }  // `embeddedCode` was reported
    guard let standing = standing(of: function, values) ?? foundStanding(function, values) else {
      return checkDeferredObject(function, values)
    }
    switch standing.kind {
    case .listed(.safeClass(let shape, _, _)), .listed(.safeFunction(let shape, _, _)):
      switch shape {
      // Who calls it later with a time zone has it from elsewhere.
      case .any, .timeZones, .factory: return .reviewed
      default:
        let reason = "\(standing.name) would be called with arguments not seen"
        return shape.isMildWithoutReview ? .unfollowed(reason) : .refused(.unsafeArguments, reason)
      }
    case .unknown, .listed(.embeddedCode): return .unfollowed("its function \(standing.name) is on no list")
    case .listed where standing.mayBeKept:
      return .unfollowed("\(standing.name) is kept for a later call")
    default: return .refused(.unsafeArguments, "its function \(standing.name) is not a reviewed one")
    }
  }

  /// `methodcaller('lower')`, `map(len, [])`: what is kept for later. A name that reaches programs, code or Python's inside is
  /// no setting.
  func checkLaterCall(_ arguments: CallArguments, _ values: borrowing ValueTable) -> Judgement {
    for argument in arguments.positional where argument.kind == .string {
      guard let text = values.string(argument, limit: 256) else {
        return .refused(.unsafeArguments, "a name that it keeps is no short text")
      }
      let parts = text.split(separator: ".").map(String.init)
      if let reaching = parts.first(where: { $0.hasPrefix("_") || EmbeddedCode.reaches($0) }) {
        return .refused(.unsafeArguments, "it keeps the name '\(reaching)' for later")
      }
    }
    return .unfollowed("it keeps what it is given for a later call")
  }

  /// The factory of a `defaultdict`: library code that looks a key up calls it.
  mutating func checkFactory(_ arguments: CallArguments, _ values: borrowing ValueTable) -> Judgement {
    guard let factory = arguments.positional.first, factory.kind != .none else { return .reviewed }
    if case .code = origin(of: factory, values) { return .reviewed }  // `embeddedCode` was reported
    let function = callee(factory, values)
    guard let standing = standing(of: function, values) ?? foundStanding(function, values),
      standing.isSafe, let list = standing.list, ["stdlib", "numpy"].contains(list)
    else { return .unfollowed("its factory is called for a missing key") }
    return .reviewed
  }

  /// A method that was fetched by name, another such callable, or an object that can be called.
  private mutating func checkDeferredObject(
    _ function: SymbolicValue, _ values: borrowing ValueTable
  ) -> Judgement {
    if function.kind == .call, let callee = values.callee(function), callee.kind == .global,
      standing(of: callee, values)?.callShape == .publicAttribute
    {
      return .unfollowed("what it fetched by name is kept for a later call")
    }
    switch origin(of: function, values) {
    case .instance(let known): return .unfollowed("an object of \(known.name) is kept for a later call")
    case .unknownInstance(let name): return .unfollowed("an object of \(name) is kept for a later call")
    case .code, .scriptType, .other:
      return .refused(.computedCall, "the function is \(words(function.kind)), not an import")
    }
  }
}

extension Standing {
  /// Whether keeping the function without calling it is for a person to judge.
  var mayBeKept: Bool {
    if case .listed(.safeValue) = kind { return true }
    return effect?.mayBeKept ?? false
  }
}

extension CallShape {
  /// Whether a call with other arguments than the reviewed ones reaches no more than these arguments, so that a kept
  /// callable is for a person.
  var isMildWithoutReview: Bool {
    switch self {
    case .any, .timeZones, .created, .none, .constants, .bounded, .rational, .publicAttribute, .partial,
      .numpyDtype, .genericAlias, .typeSubscript, .typeUnion, .deferred, .factory, .loggerName,
      .regularExpression, .wellKnownBinary:
      true
    case .neverCalled, .codecsEncode, .reconstructor, .newObject, .ownClass, .numpyReconstruct,
      .numpyScalar,
      .numpyFromBuffer, .numpyMaskedReconstruct, .numpyUfunc, .numpyRandom, .torchRebuildTensor,
      .torchTensor, .torchRebuildFromType, .torchLoadFromBytes, .dillArray, .dillType, .zoneKey:
      false
    }
  }
}
