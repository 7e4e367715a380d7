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
    case .code, .scriptType: break  // reported where it was made
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
      report(checkState(known, effect, values), .unknownState, at: effect, name: known.name, values)
    }
  }

  private mutating func checkState(
    _ known: Origin.Known, _ effect: Effect, _ values: borrowing ValueTable
  ) -> Judgement {
    switch known.state {
    case .any: return checkAttributes(effect.operand, values)
    case .dictionary:
      guard effect.operand.kind == .dictionary || effect.operand.kind == .none else {
        return .unfollowed("its state is \(words(effect.operand.kind)), not one dictionary")
      }
      return .reviewed
    case .noFormula: return checkNoFormula(effect.operand, values)
    case .none: return .unfollowed("it is given a state, and its own pickles have none")
    case .numpyDtype: return checkDtypeState(of: effect.target, effect.operand, values)
    case .numpyArray:
      return checkArrayState(of: effect.target, effect.operand, masked: known.masked, values)
    case .partial:
      guard effect.operand.kind == .tuple, let parts = values.elements(effect.operand), parts.count == 4
      else {
        return .refused(.unsafeState, "the state is not (function, arguments, keywords, attributes)")
      }
      return checkDeferred(parts[0], values)
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

  /// A state that goes into attributes. Special names there change how Python itself treats the object.
  private func checkAttributes(_ state: SymbolicValue, _ values: borrowing ValueTable) -> Judgement {
    guard state.kind != .unknown else { return .unfollowed("its state could not be followed") }
    guard state.kind == .tuple, let parts = values.elements(state), parts.count == 2,
      parts[1].kind == .dictionary
    else { return .reviewed }
    guard let slots = values.elements(parts[1]) else {
      return .unfollowed("its slots could not be followed")
    }
    for index in stride(from: 0, to: slots.count, by: 2) {
      guard let name = values.string(slots[index], limit: 256) else { continue }
      if name.hasPrefix("__"), name.hasSuffix("__") {
        return .refused(.unsafeState, "its attribute \(name) is set")
      }
    }
    return .reviewed
  }

  /// SETITEMS, APPENDS and ADDITEMS on what is no plain container.
  mutating func judgeItems(_ effect: Effect, _ values: borrowing ValueTable) {
    switch origin(of: effect.target, values) {
    case .code, .scriptType: break  // reported where it was made
    case .instance(let known) where known.items: break
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
