import Findings
import Pickle
import Policy

/// Annotations that are made while loading: `list[int]`, `typing.List[int]`, `int | None`. They hold what they are given, but
/// ask it for attributes, hash it and compare it: so only types and forms may stand in them.
extension PickleJudge {
  /// `types.GenericAlias(origin, arguments)`: an instance passes attributes and calls on to its origin.
  mutating func checkGenericAlias(
    _ arguments: [SymbolicValue], _ values: borrowing ValueTable
  ) -> Judgement {
    guard arguments.count == 2, arguments[0].kind == .global else {
      return .refused(.unsafeArguments, "its origin is not an imported class")
    }
    return checkTypes(arguments[0], values).merged(with: checkTypes(arguments[1], values))
  }

  /// `operator.getitem(form, arguments)` as the module `typing` reduces its types. Nothing else is fetched.
  mutating func checkSubscript(
    _ arguments: [SymbolicValue], _ values: borrowing ValueTable
  ) -> Judgement {
    guard arguments.count == 2, let form = values.global(arguments[0]), form.resolvedModule == "typing",
      case .listed(.safeValue)? = standing(of: arguments[0], values)?.kind
    else { return .refused(.unsafeArguments, "it fetches an item of something that is no form of typing") }
    switch form.resolvedName {
    // A text is a value here; elsewhere it is a name that is compiled.
    case "Literal":
      return isConstant(arguments[1], values) == true
        ? .reviewed : .unfollowed("its arguments are no constants")
    case "Annotated":
      guard let parts = values.elements(arguments[1]), arguments[1].kind == .tuple, let type = parts.first
      else { return .unfollowed("its arguments could not be followed") }
      let notes = parts.dropFirst().allSatisfy { isConstant($0, values) == true }
      return checkTypes(type, values).merged(with: notes ? .reviewed : .unfollowed("a note is no constant"))
    default: return checkTypes(arguments[1], values)
    }
  }

  /// `functools.reduce(operator.or_, (int, type(None)))`.
  mutating func checkUnion(_ arguments: [SymbolicValue], _ values: borrowing ValueTable) -> Judgement {
    guard arguments.count == 2, let function = values.global(arguments[0]),
      ["_operator", "operator"].contains(function.resolvedModule), function.resolvedName == "or_"
    else { return .refused(.dangerousCall, "it calls another function than operator.or_") }
    return checkTypes(arguments[1], values)
  }

  /// Types, forms of typing, None and `...`, in tuples and lists.
  private mutating func checkTypes(_ value: SymbolicValue, _ values: borrowing ValueTable) -> Judgement {
    var leaves: [SymbolicValue] = []
    let isComplete = walk(value, values) { value, _ in
      if value.kind != .tuple, value.kind != .list { leaves.append(value) }
    }
    var judgement: Judgement = isComplete ? .reviewed : .unfollowed("its arguments could not be followed")
    for leaf in leaves where !isType(leaf, values) {
      judgement = judgement.merged(with: .unfollowed("one of its types is \(words(leaf.kind))"))
    }
    return judgement
  }

  private mutating func isType(_ value: SymbolicValue, _ values: borrowing ValueTable) -> Bool {
    switch value.kind {
    case .none: return true
    case .global:
      switch standing(of: value, values)?.kind {
      case .listed(.safeClass), .listed(.safeValue): return true
      default: return false
      }
    // Its own call was judged; `type(None)` has a shape of constants.
    case .call:
      guard let callee = values.callee(value), callee.kind == .global else { return false }
      switch standing(of: callee, values)?.callShape {
      case .genericAlias, .typeSubscript, .typeUnion: return true
      case .constants: return values.global(callee)?.resolvedName == "type"
      default: return false
      }
    default: return false
    }
  }
}
