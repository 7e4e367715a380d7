import Findings
import Pickle

/// Effects as pseudo-Python: what is made by a call gets a name, and is called by it from then on.
struct EffectText {
  /// The numbers of what was made, by value.
  private var variables: [UInt64: Int] = [:]
  private var count = 0

  /// Named values that are remembered: 16 bytes each and the table around them.
  private static let variableLimit = 1 << 21

  /// Gives what an effect makes a name; nil where it makes nothing.
  mutating func name(resultOf effect: Effect) -> String? {
    guard effect.kind != .importGlobal, effect.result.kind != .none else { return nil }
    let number = count
    count += 1
    if variables.count < Self.variableLimit { variables[effect.result.raw] = number }
    return "_v\(number)"
  }

  /// What is said of an effect, without what stands before the equals sign.
  func statement(_ effect: Effect, _ values: borrowing ValueTable, characters: Int) -> String {
    let style = style(characters)
    let target = values.describe(effect.target, style)
    let operand = values.describe(effect.operand, style)
    switch effect.kind {
    case .importGlobal: return values.describe(import: effect.target)
    case .reduce, .instantiate: return target + values.describe(arguments: effect.operand, style)
    case .newObject: return target + ".__new__" + values.describe(arguments: effect.operand, style)
    case .newObjectEx:
      guard let parts = values.elements(effect.operand), parts.count == 2 else {
        return "\(target).__new__(…)"
      }
      return
        "\(target).__new__(*\(values.describe(parts[0], style)), **\(values.describe(parts[1], style)))"
    case .build: return "\(target).__setstate__(\(operand))"
    case .setItems: return setItems(target, effect.operand, values, style)
    case .appendItems:
      guard let items = values.elements(effect.operand), items.count == 1 else {
        return "\(target).extend(\(operand))"
      }
      return "\(target).append(\(values.describe(items[0], style)))"
    case .addItems: return "for item in \(operand): \(target).add(item)"
    case .persistentLoad: return "persistent_load(\(operand))"
    case .extensionLookup: return "copyreg.extension(\(operand))"
    case .buffer:
      return effect.target.kind == .none ? "next(buffers)" : "memoryview(\(target)).toreadonly()"
    }
  }

  private func setItems(
    _ target: String, _ operand: SymbolicValue, _ values: borrowing ValueTable, _ style: DescriptionStyle
  ) -> String {
    guard let items = values.elements(operand), items.count == 2 else {
      return "\(target).update(\(values.describe(pairs: operand, style)))"
    }
    return "\(target)[\(values.describe(items[0], style))] = \(values.describe(items[1], style))"
  }

  /// What the pickle gives.
  func statement(
    result: SymbolicValue, _ values: borrowing ValueTable, characters: Int
  ) -> String {
    "return " + values.describe(result, style(characters))
  }

  private func style(_ characters: Int) -> DescriptionStyle {
    var style = DescriptionStyle(characters: characters)
    style.stringCharacters = max(80, characters / 2)
    style.bytes = max(32, characters / 16)
    let variables = variables
    style.name = { value in variables[value.raw].map { "_v\($0)" } }
    return style
  }

  static func kind(of effect: Effect) -> ExplanationLine.Kind {
    switch effect.kind {
    case .importGlobal: .import
    case .reduce, .instantiate, .newObject, .newObjectEx: .call
    case .build: .state
    case .setItems, .appendItems, .addItems: .items
    case .persistentLoad, .extensionLookup, .buffer: .outside
    }
  }

  /// The name that an effect is about: what is imported or called, or what made the object that is changed.
  static func subject(of effect: Effect, _ values: borrowing ValueTable) -> String {
    switch effect.kind {
    case .persistentLoad: return "persistent ids"
    case .extensionLookup: return "extension codes"
    case .buffer: return "buffers"
    default: break
    }
    let maker = values.callee(effect.target) ?? effect.target
    return values.global(maker) == nil ? "computed values" : values.describe(maker)
  }
}
