import Findings
import Pickle
import Policy

extension PickleJudge {
  /// BUILD: the target's `__setstate__`, or its `__dict__` and attributes.
  mutating func judgeBuild(_ effect: Effect, _ values: borrowing ValueTable) {
    switch origin(of: effect.target, values) {
    case .code where isFound(effect.target, values):
      report(
        .buildOnClass, at: effect.offset, subject: "found",
        "something of the loading program is given a state",
        showing: effect.target, values)
    case .code: carriedPlaces.add(effect.operand)  // reported where it was made
    case .scriptType: break
    case .unknownInstance(let name):
      collectNested(effect, values)
      report(
        .unknownState, at: effect.offset, subject: name, "an object of \(name) is given a state",
        showing: effect.target, values)
    case .other:
      report(
        .buildOnClass, at: effect.offset, subject: words(effect.target.kind),
        "\(words(effect.target.kind)) is given a state", showing: effect.target, values)
    case .instance(let known):
      contents.add(effect.operand, to: effect.target)
      let judgement = checkState(known, effect, values).merged(with: checkFirstState(effect.target))
        .merged(with: checkHandedBefore(effect, values))
        .merged(with: checkHandedState(known.state, effect, values))
        .merged(with: checkBooster(known, effect, values))
      report(judgement, .unknownState, at: effect, name: known.name, values)
    }
  }

  /// An object has one state. A second one would go to whatever the first put under `__setstate__`: BUILD looks that
  /// name up on the object, and finds its attributes before those of its class (CPython, `_pickle.c`, `load_build`).
  private mutating func checkFirstState(_ target: SymbolicValue) -> Judgement {
    stated.insert(target)
      ? .reviewed
      : .refused(
        .unsafeState, "it is given a state twice, and the first can have put a function in the way")
  }

  private mutating func checkState(
    _ known: Origin.Known, _ effect: Effect, _ values: borrowing ValueTable
  ) -> Judgement {
    switch known.state {
    case .any, .kept: return checkAttributes(effect.operand, values)
    case .dictionary, .keptDictionary:
      guard effect.operand.kind == .dictionary || effect.operand.kind == .none else {
        return .unfollowed("its state is \(words(effect.operand.kind)), not one dictionary")
      }
      return checkAttributes(effect.operand, values)
    case .arrayNodes:
      return checkAttributes(effect.operand, values).merged(with: checkArrayNodes(effect.operand, values))
    case .noFormula: return checkNoFormula(effect.operand, values)
    case .treeNodes:
      return checkAttributes(effect.operand, values).merged(
        with: checkTreeNodes(of: effect.target, effect.operand, values))
    case .spatialTree:
      return checkAttributes(effect.operand, values).merged(with: checkSpatialTree(effect.operand, values))
    case .sparseIndices:
      return checkAttributes(effect.operand, values).merged(
        with: checkSparseIndices(isByColumn: known.name.contains("csc"), effect.operand, values))
    case .numbers: return checkNumbers(effect.operand, values)
    case .none: return .unfollowed("it is given a state, and its own pickles have none")
    case .numpyDtype: return checkDtypeState(of: effect.target, effect.operand, values)
    case .numpyArray:
      return checkArrayState(of: effect.target, effect.operand, masked: known.masked, values)
    case .partial:
      guard effect.operand.kind == .tuple, let parts = values.elements(effect.operand), parts.count == 4
      else {
        return .refused(.unsafeState, "the state is not (function, arguments, keywords, attributes)")
      }
      return checkDeferred(parts[0], values).merged(with: checkNames(inArguments: effect.operand, values))
    }
  }

  /// A dictionary without the keys that make statsmodels evaluate a formula.
  private func checkNoFormula(_ state: SymbolicValue, _ values: borrowing ValueTable) -> Judgement {
    guard state.kind == .dictionary, let entries = values.elements(state) else {
      return .unfollowed("its state could not be followed")
    }
    for index in stride(from: 0, to: entries.count, by: 2) {
      switch values.string(entries[index], limit: 256) {
      case nil: return .unfollowed("a key of its state is no plain text")
      case "restore_design_info", "restore_model_spec":
        return .unfollowed("its state holds a formula to evaluate")
      default: break
      }
    }
    return .reviewed
  }

  /// A state that goes into attributes: a dictionary, or a pair of dictionaries of which the second is set by
  /// `setattr`. A state of another kind is for a `__setstate__` that was reviewed with its class.
  private mutating func checkAttributes(_ state: SymbolicValue, _ values: borrowing ValueTable) -> Judgement
  {
    switch state.kind {
    case .unknown: return .unfollowed("its state could not be followed")
    case .global: return .unfollowed("its state is an imported name")
    case .dictionary:
      return checkNames(state, slots: false, values).merged(
        with: checkOptimizer(values.elements(state) ?? [], values))
    case .call, .instance: return checkStateObject(state, values)
    case .tuple:
      guard let parts = values.elements(state) else {
        return .unfollowed("its state could not be followed")
      }
      guard parts.count == 2 else { return .reviewed }
      return checkNames(parts[0], slots: false, values).merged(
        with: checkNames(parts[1], slots: true, values)
      ).merged(with: checkStateObject(parts[0], values)).merged(with: checkStateObject(parts[1], values))
    default: return .reviewed
    }
  }

  /// A dictionary that goes into an object's attributes.
  mutating func checkNames(_ attributes: SymbolicValue, slots: Bool, _ values: borrowing ValueTable)
    -> Judgement
  {
    guard attributes.kind == .dictionary else { return .reviewed }
    guard let entries = values.elements(attributes) else {
      return slots ? .unfollowed("its slots could not be followed") : .reviewed
    }
    return checkNames(entries, slots: slots, values)
  }

  /// Names and values, one behind the other: none may be a callable under a name that Python or the unpickler
  /// itself calls.
  mutating func checkNames(_ entries: [SymbolicValue], slots: Bool, _ values: borrowing ValueTable)
    -> Judgement
  {
    var judgement = Judgement.reviewed
    for index in stride(from: 0, to: entries.count - 1, by: 2) {
      guard let name = values.string(entries[index], limit: 256) else {
        if mayBeName(entries[index], values) {
          judgement = judgement.merged(with: .unfollowed("the name of an attribute is computed"))
        }
        continue
      }
      if let expected = AttributeKind.of(name), !isKind(expected, entries[index + 1], values) {
        judgement = judgement.merged(with: .unfollowed("its attribute \(name) is no \(expected.rawValue)"))
        continue
      }
      let special = name.hasPrefix("__") && name.hasSuffix("__")
      guard special || ShadowingAttributes.calledMethods.contains(name) else {
        if ShadowingAttributes.commonMethods.contains(name), mayBeCalled(entries[index + 1], values) {
          judgement = judgement.merged(
            with: .unfollowed("its attribute \(name) can be called in the place of a method"))
        }
        continue
      }
      if slots, special { return .refused(.unsafeState, "its attribute \(name) is set") }
      switch entries[index + 1].kind {
      case .global: return .refused(.unsafeState, "its attribute \(name) is an imported name")
      case .call, .instance, .persistent, .extension, .buffer, .unknown:
        judgement = judgement.merged(with: .unfollowed("its attribute \(name) is no constant"))
      default: break
      }
    }
    return judgement
  }

  /// Whether a key that is no text of the pickle may be one in the end: `str('append')`, a text of NumPy's.
  private mutating func mayBeName(_ key: SymbolicValue, _ values: borrowing ValueTable) -> Bool {
    switch key.kind {
    case .none, .true, .false, .integer, .bigInteger, .float, .string, .bytes, .bytearray, .tuple, .list,
      .dictionary, .set, .frozenSet, .global:
      return false
    case .call, .instance, .persistent, .extension, .buffer, .unknown: break
    }
    guard let callee = values.callee(key), standing(of: callee, values)?.callShape == .numpyScalar,
      let type = values.arguments(key).flatMap({ values.elements($0)?.first }),
      let dtype = numpy.dtypes[type.raw]
    else { return true }
    return dtype.isFlexible || dtype.hasObject
  }

  /// The dictionaries among a call's arguments, which a constructor may take for attributes.
  mutating func checkNames(inArguments operand: SymbolicValue, _ values: borrowing ValueTable) -> Judgement
  {
    var dictionaries: [SymbolicValue] = []
    walk(operand, values) { value, _ in
      if value.kind == .dictionary { dictionaries.append(value) }
    }
    var judgement = Judgement.reviewed
    for dictionary in dictionaries {
      judgement = judgement.merged(with: checkNames(dictionary, slots: false, values))
    }
    return judgement
  }

  /// SETITEMS, APPENDS and ADDITEMS on what is no plain container.
  mutating func judgeItems(_ effect: Effect, _ values: borrowing ValueTable) {
    switch origin(of: effect.target, values) {
    case .code, .scriptType: break  // reported where it was made
    case .instance(let known)
    where known.items && effect.kind != .setItems && stated.contains(effect.target):
      // `append`, `extend` and `add` are looked up on the object; picklers give items before the state.
      report(
        .unsafeState, at: effect.offset, subject: known.name,
        "\(known.name): it is given items after its state, which can have put a function in the way",
        showing: effect.target, values)
    case .instance(let known) where known.items:
      noteParameterStates(effect, values)
      contents.add(effect.operand, to: effect.target)
      // A class may give its items out as attributes (`AttributeDict.__getattr__`), to the unpickler too.
      guard effect.kind == .setItems, !Self.containers.contains(known.name),
        let entries = values.elements(effect.operand)
      else { return }
      let judgement = checkNames(entries, slots: false, values)
      report(judgement, .foreignItems, at: effect, name: known.name, values)
    case .instance(let known):
      report(
        .foreignItems, at: effect.offset, subject: known.name,
        "items are put into an object of \(known.name)",
        showing: effect.target, values)
    case .unknownInstance(let name):
      report(
        .foreignItems, at: effect.offset, subject: name, "items are put into an object of \(name)",
        showing: effect.target, values)
    case .other:
      report(
        .itemsOnComputed, at: effect.offset, subject: words(effect.target.kind),
        "items are put into \(words(effect.target.kind))", showing: effect.target, values)
    }
  }
}
