import Findings
import Pickle
import Policy

/// What dill writes for plain data, where other picklers write imports and states.
extension PickleJudge {
  /// `_create_array(function, arguments, state, attributes)`: calls the function, gives the result the state, and adds
  /// the attributes to its `__dict__` (dill, `_dill.py`).
  mutating func checkDillArray(
    _ arguments: [SymbolicValue], _ call: CallArguments, _ values: borrowing ValueTable
  ) -> Judgement {
    guard (3...4).contains(arguments.count), arguments[0].kind == .global,
      let function = standing(of: arguments[0], values), function.callShape == .numpyReconstruct
    else { return .refused(.unsafeArguments, "its function is not NumPy's _reconstruct") }
    storedFunctions.account([function.name], in: call.tuple)
    guard arguments[1].kind == .tuple, let made = values.elements(arguments[1]) else {
      return .unfollowed("the arguments of _reconstruct could not be followed")
    }
    if arguments.count == 4, arguments[3].kind != .none {
      return .unfollowed("the array is given attributes")
    }
    return checkNumpyReconstruct(made, values).merged(
      with: checkArrayState(of: call.result, arguments[2], masked: false, values))
  }

  /// `_load_type(name)`: a type of the modules `builtins` and `types`, or of a short list of dill's own.
  mutating func checkDillType(
    _ arguments: [SymbolicValue], _ values: borrowing ValueTable
  ) -> Judgement {
    guard arguments.count == 1, let name = values.string(arguments[0], limit: 256) else {
      return .refused(.unsafeArguments, "the type's name is not a plain text")
    }
    return loadedStanding(name).isSafe ? .reviewed : .unfollowed("code is made of the type '\(name)'")
  }

  /// What is known of the type behind a value that `_load_type` gave; nil for every other value.
  mutating func loadedType(_ value: SymbolicValue, _ values: borrowing ValueTable) -> Standing? {
    writtenType(value, values).map { loadedStanding($0) }
  }

  /// The name that Python 3 gives to the type behind such a value.
  mutating func loadedTypeName(_ value: SymbolicValue, _ values: borrowing ValueTable) -> String? {
    writtenType(value, values).map { DillTypes.plain[$0] ?? $0 }
  }

  private mutating func writtenType(_ value: SymbolicValue, _ values: borrowing ValueTable) -> String? {
    guard value.kind == .call, let callee = values.callee(value), callee.kind == .global,
      standing(of: callee, values)?.callShape == .dillType, let tuple = values.arguments(value),
      let arguments = values.elements(tuple), arguments.count == 1
    else { return nil }
    return values.string(arguments[0], limit: 256)
  }

  /// A type that is safe as an import is as safe by this name. All others are there to make functions and classes of.
  private func loadedStanding(_ name: String) -> Standing {
    let plain = DillTypes.plain[name] ?? name
    let reference = GlobalReference(
      module: "builtins", name: plain, resolvedModule: "builtins", resolvedName: plain, protocolVersion: 4,
      offset: 0)
    let standing = table.standing(reference, profile: profile)
    if case .listed(.safeClass) = standing.kind { return standing }
    return Standing(
      kind: .listed(.embeddedCode), name: "types.\(name)",
      reason: "a type that functions and classes are made of")
  }
}

/// The names that dill before 0.3.5 gave to plain types: those of Python 2's module `types`.
private enum DillTypes {
  static let plain = [
    "BooleanType": "bool", "ComplexType": "complex", "DictType": "dict", "FloatType": "float",
    "FrozenSetType": "frozenset", "IntType": "int", "ListType": "list", "ObjectType": "object",
    "SetType": "set", "SliceType": "slice", "StringType": "str", "TupleType": "tuple", "UnicodeType": "str",
  ]
}
