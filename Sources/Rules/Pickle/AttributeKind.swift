import Pickle
import Policy

/// What some attributes have to be, since a reviewed `__setstate__` of their class asks them: an object's own methods
/// would answer.
enum AttributeKind: String {
  case text
  case dictionary
  case list
  /// Anything but a text.
  case buffer
  /// A list of dictionaries.
  case groups = "list of dictionaries"

  /// The kind that an attribute has in the classes whose `__setstate__` looks at it; nil for all others.
  static func of(_ name: String) -> AttributeKind? {
    switch name {
    // `sklearn.base.BaseEstimator.__setstate__` compares it and puts it into a warning.
    case "_sklearn_version": .text
    // `torch.nn.Module.__setstate__` sets attributes, which asks each of these whether it has the name.
    case "_parameters", "_buffers", "_modules": .dictionary
    // `torch.nn.RNNBase.__setstate__` indexes and iterates them.
    case "_all_weights", "all_weights", "_flat_weights_names": .list
    // `torch.optim.Optimizer.__setstate__` adds options to each.
    case "param_groups": .groups
    // `xgboost.XGBModel.__setstate__` up to 0.90 loads it: a text would be the path of a model.
    case "_Booster": .buffer
    default: nil
    }
  }
}

extension PickleJudge {
  /// Whether a value of a state is of that kind, or None.
  func isKind(_ kind: AttributeKind, _ value: SymbolicValue, _ values: borrowing ValueTable) -> Bool {
    if value.kind == .none { return true }
    switch kind {
    case .buffer: return value.kind != .string
    case .text: return value.kind == .string
    case .list: return value.kind == .list
    case .dictionary:
      guard value.kind == .call else { return value.kind == .dictionary }
      guard let callee = values.callee(value), let global = values.global(callee) else { return false }
      return global.resolvedModule == "collections" && global.resolvedName == "OrderedDict"
    case .groups:
      guard value.kind == .list, let groups = values.elements(value) else { return false }
      return groups.allSatisfy { $0.kind == .dictionary }
    }
  }
}
