import Pickle
import Policy

/// The optimisers of PyTorch. Their `__setstate__` asks the entries of `state` for `step` and converts it to a number
/// (`torch/optim/adam.py`, `adagrad.py`): an entry that is another object answers with code of its own, and a
/// `defaultdict` with its factory.
extension PickleJudge {
  /// A state with `param_groups` and `state`: each entry of `state` is a dict, and its `step` a number or a tensor.
  mutating func checkOptimizer(_ entries: [SymbolicValue], _ values: borrowing ValueTable) -> Judgement {
    var state: SymbolicValue?
    var isOptimizer = false
    for index in stride(from: 0, to: entries.count - 1, by: 2) {
      switch values.string(entries[index], limit: 32) {
      case "param_groups": isOptimizer = true
      case "state": state = entries[index + 1]
      default: break
      }
    }
    guard isOptimizer, let state, state.kind != .none else { return .reviewed }
    switch state.kind {
    case .dictionary:
      guard let entries = values.elements(state) else {
        return values.elementCount(state) == 0
          ? .reviewed : .unfollowed("its state is too large to be followed")
      }
      return checkParameterStates(entries, values)
    case .call where !unevenMaps.contains(state):
      guard case .instance(let known) = origin(of: state, values), known.items else { break }
      return .reviewed
    default: break
    }
    return .unfollowed("the states of its parameters are no plain dicts")
  }

  /// Keeps in mind that a map that is no plain dict was given something else than such states.
  mutating func noteParameterStates(_ effect: Effect, _ values: borrowing ValueTable) {
    guard effect.kind == .setItems, let entries = values.elements(effect.operand) else {
      _ = unevenMaps.insert(effect.target)
      return
    }
    if case .reviewed = checkParameterStates(entries, values) { return }
    _ = unevenMaps.insert(effect.target)
  }

  private mutating func checkParameterStates(
    _ entries: [SymbolicValue], _ values: borrowing ValueTable
  ) -> Judgement {
    for index in stride(from: 1, to: entries.count, by: 2) {
      guard entries[index].kind == .dictionary, let state = values.elements(entries[index]) else {
        return .unfollowed("the state of a parameter is no plain dict")
      }
      for key in stride(from: 0, to: state.count - 1, by: 2)
      where values.string(state[key], limit: 16) == "step" {
        guard isStep(state[key + 1], values) else { return .unfollowed("a number of steps is no number") }
      }
    }
    return .reviewed
  }

  private mutating func isStep(_ value: SymbolicValue, _ values: borrowing ValueTable) -> Bool {
    switch value.kind {
    case .none, .true, .false, .integer, .bigInteger, .float: return true
    case .call:
      guard let callee = values.callee(value) else { return false }
      switch standing(of: callee, values)?.callShape {
      case .torchRebuildTensor, .torchTensor, .torchRebuildFromType, .numpyScalar: return true
      default: return false
      }
    default: return false
    }
  }
}
