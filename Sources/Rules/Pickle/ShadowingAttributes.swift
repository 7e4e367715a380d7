import Findings
import Pickle
import Policy

/// Attributes that stand before a method of the same name. Python code and C code call methods on what they are handed: a
/// `__setstate__` takes its state for a dict (`state.pop`), `**flags` and `dict(flags)` ask for `keys`, `datetime` asks its
/// time zone for `utcoffset`. An attribute of that name is what is called then.
enum ShadowingAttributes {
  /// Methods that a pickle, or a reviewed `__setstate__` or `__hash__`, calls by name on an object: of the unpickler; of
  /// PyTorch's `Optimizer`; of scikit-learn's `IsotonicRegression`; of torchmetrics' `Metric`; of transformers'
  /// `GenerationConfig`.
  static let calledMethods: Set<String> = [
    "append", "extend", "add", "_hook_for_profile", "_patch_step_function", "profile_hook_step", "_build_f",
    "_wrap_compute", "_wrap_update", "dict_dtype_to_str", "dict_torch_dtype_to_str", "to_dict",
    "to_diff_dict", "to_json_string",
  ]

  /// Methods of Python's containers, texts, files and time zones, and of arrays.
  static let commonMethods: Set<String> = [
    "add", "append", "astype", "clear", "close", "copy", "count", "decode", "discard", "dst", "encode",
    "endswith", "extend", "format", "fromutc", "get", "getvalue", "index", "insert", "isdisjoint",
    "issubset", "items", "join", "keys", "localize", "lower", "move_to_end", "normalize", "pop", "popitem",
    "popleft", "ravel", "read", "readline", "remove", "replace", "reshape", "reverse", "seek", "setdefault",
    "sort", "split", "startswith", "strip", "swapaxes", "tell", "tolist", "transpose", "tzname", "union",
    "update", "upper", "utcoffset", "values", "view", "write",
  ]

  /// Lists of classes whose objects cannot be called.
  static let uncallableLists: Set<String> = ["dill", "joblib", "numpy", "pandas", "stdlib"]

  /// Classes without a `__call__` whose objects stand under the names of methods: what scikit-learn keeps for `split`.
  static let uncallableClasses: Set<String> = ["sklearn.utils._metadata_requests.MethodMetadataRequest"]
}

extension PickleJudge {
  /// Whether the value of an attribute can be called: a name that was imported, or an object that was made and whose class
  /// may have a `__call__`.
  mutating func mayBeCalled(_ value: SymbolicValue, _ values: borrowing ValueTable) -> Bool {
    switch value.kind {
    case .global: return true
    case .call, .instance:
      if case .instance(let known) = origin(of: value, values),
        ShadowingAttributes.uncallableClasses.contains(known.name)
      {
        return false
      }
      guard let callee = values.callee(value), let made = standing(of: callee, values),
        let list = made.list, ShadowingAttributes.uncallableLists.contains(list)
      else { return !isFilled(value, values) }
      switch made.callShape {
      case .partial, .publicAttribute, .deferred, .reconstructor, .newObject, .genericAlias, .dillType:
        return true
      default: return made.name.hasSuffix(".itemgetter") || list == "joblib" && !isArray(value, values)
      }
    default: return false
    }
  }

  /// Keeps in mind that an object has been given functions as attributes, which it must not be after a function was
  /// handed it: a time zone inside a `datetime` is asked whenever that is hashed.
  mutating func checkHandedBefore(_ effect: Effect, _ values: borrowing ValueTable) -> Judgement {
    let attributes =
      effect.operand.kind == .tuple ? values.elements(effect.operand) ?? [] : [effect.operand]
    var holds = false
    let wrapsArray = isArray(effect.target, values)
    for dictionary in attributes where dictionary.kind == .dictionary {
      let entries = values.elements(dictionary) ?? []
      for index in stride(from: 1, to: entries.count, by: 2) where isFunction(entries[index], values) {
        // What joblib writes for an array names the array's class.
        let isClass = wrapsArray && values.string(entries[index - 1], limit: 16) == "subclass"
        holds = holds || !isClass
      }
    }
    guard holds else { return .reviewed }
    makesUnreviewed = true
    _ = functionHolders.insert(effect.target)
    return handed.contains(effect.target)
      ? .unfollowed("it is given functions as attributes after a function was handed it") : .reviewed
  }

  private mutating func isFunction(_ value: SymbolicValue, _ values: borrowing ValueTable) -> Bool {
    if value.kind == .global { return true }
    guard value.kind == .call, let callee = values.callee(value) else { return false }
    switch standing(of: callee, values)?.callShape {
    case .partial, .publicAttribute, .deferred, .genericAlias: return true
    default: return false
    }
  }

  /// Whether an object is an array of NumPy's, or what joblib writes for one.
  private mutating func isArray(_ value: SymbolicValue, _ values: borrowing ValueTable) -> Bool {
    if numpy.contents[value.raw] != nil { return true }
    guard case .instance(let known) = origin(of: value, values) else { return false }
    return known.state == .numpyArray || known.name.hasSuffix("ArrayWrapper")
  }

  /// Whether an object is a container that picklers fill item by item.
  private mutating func isFilled(_ value: SymbolicValue, _ values: borrowing ValueTable) -> Bool {
    guard case .instance(let known) = origin(of: value, values) else { return false }
    return known.items
  }

  /// A state that is an object: its methods are asked for what a dict would hold, and attributes may stand before them.
  mutating func checkStateObject(_ state: SymbolicValue, _ values: borrowing ValueTable) -> Judgement {
    guard state.kind == .call || state.kind == .instance else { return .reviewed }
    // Anything else was reported where it was made.
    guard case .instance(let known) = origin(of: state, values) else { return .reviewed }
    if isArray(state, values) { return .reviewed }
    let callee = values.callee(state).flatMap { standing(of: $0, values) }
    if known.items, values.arguments(state).map({ values.elementCount($0) == 0 }) ?? true {
      return .reviewed
    }
    if let list = callee?.list, ["dill", "numpy", "pandas"].contains(list) { return .reviewed }
    if encodedText(state, values) != nil { return .reviewed }
    return .unfollowed("its state is an object of \(known.name)")
  }
}
