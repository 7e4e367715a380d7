import Pickle
import Policy

extension PickleJudge {
  /// Whether a function is handed an object whose class was reviewed for being created and given its state alone.
  ///
  /// `dict(x)` asks for `x.keys`, `list(x)` iterates it, and `dict([x])` iterates the element: so the arguments count
  /// and, where they are containers, their elements. What lies deeper is only passed on, as the values of
  /// `OrderedDict([[key, value]])` are.
  mutating func checkHanded(_ operand: SymbolicValue, _ values: borrowing ValueTable) -> Judgement {
    guard let arguments = values.elements(operand) else { return .reviewed }  // said where they are checked
    var judgement = Judgement.reviewed
    for argument in arguments {
      judgement = judgement.merged(with: checkHanded(object: argument, values))
      guard argument.kind.isContainer else { continue }
      guard let elements = values.elements(argument) else {
        if values.elementCount(argument) == 0 { continue }
        return judgement.merged(with: .unfollowed("an argument is too large to be followed"))
      }
      guard elements.count <= handedBudget else {
        return judgement.merged(with: .unfollowed("its arguments are too many to be followed"))
      }
      handedBudget -= elements.count
      for element in elements { judgement = judgement.merged(with: checkHanded(object: element, values)) }
    }
    return judgement
  }

  private mutating func checkHanded(object: SymbolicValue, _ values: borrowing ValueTable) -> Judgement {
    guard object.kind == .instance || object.kind == .call,
      case .instance(let known) = origin(of: object, values)
    else { return .reviewed }
    _ = handed.insert(object)
    if functionHolders.contains(object) {
      return .unfollowed("it is handed an object of \(known.name) that has a function as an attribute")
    }
    switch known.state {
    case .kept, .keptDictionary:
      return .unfollowed("it is handed an object of \(known.name), which was reviewed for being kept alone")
    case .any, .dictionary, .none, .noFormula, .numpyDtype, .numpyArray, .partial, .treeNodes,
      .arrayNodes, .sparseIndices, .spatialTree:
      return .reviewed
    }
  }

  /// Whether a function is handed something small that yields without end, or more than anybody needs: `Index(count())`,
  /// `Index(ip_network('::/0'))`, `FrozenList(range(2 ** 30))`.
  mutating func checkEndless(_ operand: SymbolicValue, _ values: borrowing ValueTable) -> Judgement {
    var made: [SymbolicValue] = []
    walk(operand, values) { value, _ in
      if value.kind == .call || value.kind == .instance { made.append(value) }
    }
    for value in made {
      guard let callee = values.callee(value), let global = values.global(callee) else { continue }
      if Self.endless[global.resolvedModule]?.contains(global.resolvedName) ?? false {
        return .unfollowed(
          "it is handed \(evidence(value, values)), which yields without end or a great deal")
      }
    }
    return .reviewed
  }

  private static var endless: [String: Set<String>] {
    [
      "builtins": ["range", "xrange"], "itertools": ["count"],
      "ipaddress": ["IPv4Interface", "IPv4Network", "IPv6Interface", "IPv6Network"],
    ]
  }
}
