import Findings
import Formats
import Pickle
import Policy

/// The classes whose state is a model in the format of a library, which reads it when the state is given.
///
/// Source: LightGBM, `python-package/lightgbm/basic.py` (`Booster.__setstate__`); XGBoost,
/// `python-package/xgboost/core.py` (`Booster.__setstate__`).
private enum BoosterClass: String {
  case lightGBM = "lightgbm.basic.Booster"
  case xgboost = "xgboost.core.Booster"

  /// The keys of the model, of all versions.
  static let modelKeys: Set<String> = ["handle", "_handle"]

  /// How many bytes are looked at: the names of a binary model stand behind its parameters.
  static let headCount = 512

  /// What a model begins with: the text of LightGBM has one beginning, though the library reads on without it; XGBoost
  /// takes an object of JSON or UBJSON, and before 1.6 its binary format.
  func begins(_ head: [UInt8]) -> Bool {
    switch self {
    case .lightGBM: head.starts(with: "tree\nversion=v".utf8)
    case .xgboost: head.first == UInt8(ascii: "{") || XGBoostBinary.begins(head)
    }
  }
}

extension PickleJudge {
  /// The model in a booster's state: it is put on the list of further work.
  mutating func checkBooster(
    _ known: Origin.Known, _ effect: Effect, _ values: borrowing ValueTable
  ) -> Judgement {
    guard let booster = BoosterClass(rawValue: known.name), effect.operand.kind != .none else {
      return .reviewed
    }
    guard effect.operand.kind == .dictionary, let entries = values.elements(effect.operand) else {
      return .unfollowed("its state could not be followed")
    }
    for index in stride(from: 0, to: entries.count - 1, by: 2) {
      guard let key = values.string(entries[index], limit: 256) else {
        return .unfollowed("a key of its state is no plain text")
      }
      let model = entries[index + 1]
      guard BoosterClass.modelKeys.contains(key), model.kind != .none else { continue }
      guard let bytes = booster == .lightGBM ? boosterText(model) : boosterBytes(model, values),
        let head = values.decodedPrefix(bytes, count: BoosterClass.headCount), booster.begins(head)
      else { return .unfollowed("its \(key) is no model that could be followed") }
      let format: NestedInput.Format = booster == .lightGBM ? .boosterText : .booster
      guard queue(bytes, offset: effect.offset, reach: .loaded, format: format, values) else {
        return .unfollowed("its \(key) could not be taken")
      }
    }
    return .reviewed
  }

  /// A text: the library's binding encodes it.
  private func boosterText(_ value: SymbolicValue) -> SymbolicValue? { value.kind == .string ? value : nil }

  /// The constant that a bytearray is made of: itself, or before protocol 5 the argument of a call.
  private mutating func boosterBytes(
    _ value: SymbolicValue, _ values: borrowing ValueTable
  ) -> SymbolicValue? {
    if value.kind == .bytearray { return value }
    guard value.kind == .call, let callee = values.callee(value), callee.kind == .global,
      let global = values.global(callee), global.resolvedModule == "builtins",
      global.resolvedName == "bytearray",
      let tuple = values.arguments(value), let arguments = values.elements(tuple),
      let first = arguments.first
    else { return nil }
    if first.kind == .string {
      let isLatin = arguments.count == 2 && values.string(arguments[1], limit: 16) == "latin-1"
      return isLatin ? first : nil
    }
    guard arguments.count == 1 else { return nil }
    return first.kind == .bytes ? first : encodedText(first, values)
  }
}

extension NestedInput.Format {
  /// Whether a library of boosters loads it.
  package var isBooster: Bool { self == .booster || self == .boosterText }
}
