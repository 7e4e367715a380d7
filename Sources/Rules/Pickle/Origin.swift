import Pickle
import Policy

/// What a value is, judged by what made it.
enum Origin {
  /// An instance of a known class, or the result of a known function.
  case instance(Known)
  /// What an unknown class or function gave.
  case unknownInstance(String)
  /// Made of code that the file carries.
  case code(CodeProduct)
  /// An object of the TorchScript file.
  case scriptType
  /// No instance of anything known: a class, a function, a container, a constant, or the result of something that
  /// was denied.
  case other

  struct Known {
    let name: String
    let state: StateShape
    let items: Bool
    /// Made by NumPy's masked-array constructor, whose state is longer.
    let masked: Bool
  }
}

/// What a constructor of embedded code makes.
enum CodeProduct {
  /// A class, or a type of Python's own that is looked up by name.
  case type
  /// A function, a cell, a code object, or an instance.
  case value
}

extension PickleJudge {
  /// What is really called where `value` is: in a legacy torch file the persistent id of a module stands for its
  /// class, and a `functools.partial` for its function.
  mutating func callee(_ value: SymbolicValue, _ values: borrowing ValueTable) -> SymbolicValue {
    switch value.kind {
    case .persistent:
      guard profile != .plain, let id = values.persistentID(value), let parts = values.elements(id),
        parts.count > 1, values.string(parts[0], limit: 16) == "module"
      else { return value }
      return parts[1]
    case .call:
      guard let made = values.callee(value), made.kind == .global,
        standing(of: made, values)?.callShape == .partial, let tuple = values.arguments(value),
        let function = values.elements(tuple)?.first
      else { return value }
      return function
    default: return value
    }
  }

  /// Where a value comes from, by its callee.
  mutating func origin(of value: SymbolicValue, _ values: borrowing ValueTable) -> Origin {
    guard value.kind == .call || value.kind == .instance, let made = values.callee(value) else {
      return .other
    }
    let callee = callee(made, values)
    let type = foundStanding(callee, values)
    guard callee.kind == .global || type != nil else {
      // The product of a class that the file carries; anything else was denied when it was called.
      if callee.kind == .call, let maker = values.callee(callee), maker.kind == .global,
        case .listed(.embeddedCode)? = standing(of: maker, values)?.kind
      {
        return .code(.value)
      }
      return .other
    }
    guard let standing = type ?? standing(of: callee, values) else { return .other }
    switch standing.kind {
    case .scriptType, .scriptExtension: return .scriptType
    case .unknown: return .unknownInstance(standing.name)
    case .listed(.deniedCall) where standing.mayBeKept: return .unknownInstance(standing.name)
    case .walk, .listed(.dangerous), .listed(.deniedCall), .listed(.safeValue): return .other
    case .listed(.embeddedCode):
      return .code(EmbeddedCode.makesType(standing.name) ? .type : .value)
    case .listed(.safeClass(_, let state, let items)):
      return .instance(.init(name: standing.name, state: state, items: items, masked: false))
    case .listed(.safeFunction(let shape, let state, let items)):
      return result(
        of: shape, .init(name: standing.name, state: state, items: items, masked: false), value, values)
    }
  }

  /// The result of a known function: constructors that name a class in their first argument make instances of it.
  private mutating func result(
    of shape: CallShape, _ declared: Origin.Known, _ value: SymbolicValue, _ values: borrowing ValueTable
  ) -> Origin {
    switch shape {
    case .reconstructor, .newObject, .numpyReconstruct, .numpyMaskedReconstruct:
      guard let tuple = values.arguments(value), let first = values.elements(tuple)?.first else {
        return .other
      }
      return instance(of: first, masked: shape == .numpyMaskedReconstruct, values)
    case .publicAttribute, .dillType: return .other
    default: return .instance(declared)
    }
  }

  /// What creating the class behind a value gives.
  private mutating func instance(
    of value: SymbolicValue, masked: Bool, _ values: borrowing ValueTable
  ) -> Origin {
    guard value.kind == .global, let standing = standing(of: value, values) else {
      if case .code(.type) = origin(ofMaker: value, values) { return .code(.value) }
      return .other
    }
    switch standing.kind {
    case .listed(.safeClass(_, let state, let items)):
      let state = masked ? .numpyArray : state
      return .instance(.init(name: standing.name, state: state, items: items, masked: masked))
    case .unknown: return .unknownInstance(standing.name)
    case .listed(.deniedCall) where standing.mayBeKept: return .unknownInstance(standing.name)
    case .scriptType, .scriptExtension: return .scriptType
    case .listed, .walk: return .other
    }
  }

  /// The origin of a value made directly by an imported name: not followed further, so that no chain of calls
  /// makes this recursive.
  private mutating func origin(ofMaker value: SymbolicValue, _ values: borrowing ValueTable) -> Origin {
    guard value.kind == .call, let callee = values.callee(value), callee.kind == .global,
      let standing = standing(of: callee, values), case .listed(.embeddedCode) = standing.kind
    else { return .other }
    return .code(EmbeddedCode.makesType(standing.name) ? .type : .value)
  }
}
