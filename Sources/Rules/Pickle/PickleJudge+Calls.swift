import Findings
import Pickle
import Policy

extension PickleJudge {
  mutating func judgeCall(_ effect: Effect, _ values: borrowing ValueTable) {
    let target = callee(effect.target, values)
    if target.kind == .global {
      // Where there is none, the import was denied.
      if let standing = standing(of: target, values) { judgeCall(effect, of: standing, values) }
    } else if let type = foundStanding(target, values) {
      judgeCall(effect, of: type, values)
    } else {
      collectNested(effect, values)
      judgeComputedCall(effect, values)
    }
  }

  private mutating func judgeCall(
    _ effect: Effect, of standing: Standing, _ values: borrowing ValueTable
  ) {
    switch standing.kind {
    case .listed(.dangerous), .walk:
      collectNested(effect, values)
      examineCode(effect, maker: standing.name, values)
      report(
        .dangerousCall, at: effect.offset, subject: standing.name,
        "\(standing.name) is called: \(standing.reason)",
        showing: effect.result, values)
    case .listed(.deniedCall) where standing.mayBeKept && creates(effect, values):
      report(
        .unreviewedCall, at: effect.offset, subject: standing.name,
        "\(standing.name) is created: \(standing.reason)", showing: effect.result, values)
    case .listed(.deniedCall):
      collectNested(effect, values)
      report(
        .unreviewedStandardCall, at: effect.offset, subject: standing.name,
        "\(standing.name) is called: \(standing.reason)",
        showing: effect.result, values)
    case .unknown:
      collectNested(effect, values)
      accountHandedOn(effect.operand, values)
      examineCode(effect, maker: standing.name, values)
      report(
        .unknownCall, at: effect.offset, subject: standing.name,
        "\(standing.name) is called, and is on no list",
        showing: effect.result, values)
    case .scriptExtension, .scriptType: break  // the import says it all
    case .listed(.embeddedCode)
    where EmbeddedCode.reachesFurther(standing.name) && !isCode(effect.operand, values)
      && !describes(effect.operand, values):
      report(
        .dangerousCall, at: effect.offset, subject: standing.name,
        "\(standing.name) is called on what the file's code did not make", showing: effect.result, values)
    case .listed(.embeddedCode):
      collectNested(effect, values)
      accountHandedOn(effect.operand, values)
      if CarriedPlaces.fills(standing.name) { carriedPlaces.add(effect.operand) }
      judgeEmbeddedCode(effect, name: standing.name, values)
    case .listed(.safeValue):
      report(
        .unreviewedCall, at: effect.offset, subject: standing.name,
        "\(standing.name) is a value, and is called",
        showing: effect.result, values)
    case .listed(.safeClass(let shape, let state, _)):
      makesUnreviewed = makesUnreviewed || state.isOfKept
      judgeKnownCall(effect, shape, isClass: true, standing, values)
    case .listed(.safeFunction(let shape, _, _)):
      judgeKnownCall(effect, shape, isClass: false, standing, values)
    }
  }

  private mutating func judgeKnownCall(
    _ effect: Effect, _ shape: CallShape, isClass: Bool, _ callee: Standing,
    _ values: borrowing ValueTable
  ) {
    var judgement: Judgement
    if !isClass, effect.kind == .newObject || effect.kind == .newObjectEx {
      judgement = .unfollowed("the function is used as a class")
    } else if var arguments = callArguments(effect, isClass: isClass, values) {
      arguments.calleeList = callee.list
      judgement = check(shape, arguments, values).merged(
        with: checkNames(inArguments: effect.operand, values))
      if shape != .partial {
        judgement = judgement.merged(with: checkHanded(effect, by: callee, values))
      }
      noteStateInArguments(effect, arguments, values)
    } else {
      judgement = .unfollowed("the arguments are no tuple that could be followed")
    }
    if case .reviewed = judgement { return }
    collectNested(effect, values)
    report(judgement, .unreviewedCall, at: effect, name: callee.name, values)
  }

  /// Cython's `__pyx_unpickle_X(class, checksum, state)` puts the end of a state into the object's `__dict__`. Where it
  /// is given one, the object has had its state.
  private mutating func noteStateInArguments(
    _ effect: Effect, _ arguments: CallArguments, _ values: borrowing ValueTable
  ) {
    guard arguments.positional.count > 2, arguments.positional[2].kind != .none,
      let global = values.global(effect.target), global.name.hasPrefix("__pyx_unpickle_")
    else { return }
    _ = stated.insert(effect.result)
  }

  /// Reports a judgement about the use of a known name; `unfollowed` gives the rule of the milder kind.
  mutating func report(
    _ judgement: Judgement, _ milder: Rule, at effect: Effect, name: String, _ values: borrowing ValueTable
  ) {
    let shown = effect.result.kind == .none ? effect.target : effect.result
    switch judgement {
    case .reviewed: break
    case .unfollowed(let reason):
      report(
        milder, at: effect.offset, subject: name, "\(name): \(reason)", showing: shown, values)
    case .refused(let rule, let reason):
      report(
        rule, at: effect.offset, subject: name, "\(name): \(reason)", showing: shown, values)
    }
  }

  /// The values that an effect gives its callee; nil where they could not be followed.
  ///
  /// INST and OBJ without arguments create a class without calling it (CPython, `_pickle.c`, `instantiate`).
  func callArguments(_ effect: Effect, isClass: Bool, _ values: borrowing ValueTable) -> CallArguments? {
    guard let elements = values.elements(effect.operand), effect.operand.kind == .tuple else { return nil }
    switch effect.kind {
    case .newObjectEx:
      guard elements.count == 2, elements[0].kind == .tuple, elements[1].kind == .dictionary,
        let positional = values.elements(elements[0]), let count = values.elementCount(elements[1])
      else { return nil }
      return CallArguments(
        positional: positional, tuple: elements[0], result: effect.result,
        keywords: count == 0 ? nil : elements[1], called: false,
        offset: effect.offset)
    case .newObject:
      return CallArguments(
        positional: elements, tuple: effect.operand, result: effect.result, keywords: nil, called: false,
        offset: effect.offset)
    case .instantiate:
      return CallArguments(
        positional: elements, tuple: effect.operand, result: effect.result, keywords: nil,
        called: !isClass || !elements.isEmpty,
        offset: effect.offset)
    default:
      return CallArguments(
        positional: elements, tuple: effect.operand, result: effect.result, keywords: nil, called: true,
        offset: effect.offset)
    }
  }

  private mutating func judgeComputedCall(_ effect: Effect, _ values: borrowing ValueTable) {
    switch origin(of: effect.target, values) {
    case .code(let product):
      // A class that the file carries may be created and filled; a function of it that runs while loading is
      // what an attack needs.
      if product == .type {
        carriedPlaces.add(effect.operand)
        judgeEmbeddedCode(effect, name: "a type that the file names", values)
        return
      }
      if wraps(effect, values) { return }
      examineCode(effect, maker: "a function of the file", values)
    case .scriptType: return
    case .instance, .unknownInstance, .other: break
    }
    report(
      .computedCall, at: effect.offset, subject: words(effect.target.kind),
      "\(words(effect.target.kind)) is called", showing: effect.result, values)
  }

  /// Whether a class is created without arguments, so that none of its code but `__new__` runs.
  private func creates(_ effect: Effect, _ values: borrowing ValueTable) -> Bool {
    effect.kind == .newObject && values.elementCount(effect.operand) == 0
  }

  /// A kind of value in words, for a finding.
  func words(_ kind: SymbolicValue.Kind) -> String {
    switch kind {
    case .call: "the result of an earlier call"
    case .instance: "an instance"
    case .global: "an imported name"
    case .persistent: "a value from outside the file"
    case .extension: "a value of the extension registry"
    case .buffer: "a buffer"
    case .unknown: "a value that could not be followed"
    case .tuple, .list, .dictionary, .set, .frozenSet: "a container"
    case .none, .true, .false, .integer, .bigInteger, .float, .string, .bytes, .bytearray: "a constant"
    }
  }
}
