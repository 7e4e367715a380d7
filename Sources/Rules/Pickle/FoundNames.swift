import Pickle
import Policy

/// What picklers find by its name while loading, where others write an import.
extension PickleJudge {
  /// What stands behind a value that a call found: dill's `_load_type(name)` and `_get_attr(_import_module('module'), 'name')`,
  /// and `getattr(class, 'name')`. nil for every other value, and where the name so found is on no list that trusts it.
  mutating func foundStanding(_ value: SymbolicValue, _ values: borrowing ValueTable) -> Standing? {
    if let type = loadedType(value, values) { return type }
    guard value.kind == .call, let callee = values.callee(value), callee.kind == .global,
      let maker = standing(of: callee, values), let tuple = values.arguments(value),
      let arguments = values.elements(tuple)
    else { return nil }
    if maker.callShape == .publicAttribute { return foundAttribute(arguments, values) }
    guard case .listed(.embeddedCode) = maker.kind, maker.name.hasSuffix("._get_attr"),
      arguments.count == 2,
      let module = importedModule(arguments[0], values),
      let name = values.string(arguments[1], limit: 256)
    else { return nil }
    return trusted(module: module, name: name)
  }

  /// The name that `getattr(class, 'name')` or `getattr(module, 'name', default)` leads to.
  mutating func foundAttribute(_ arguments: [SymbolicValue], _ values: borrowing ValueTable) -> Standing? {
    guard (2...3).contains(arguments.count), let name = values.string(arguments[1], limit: 256) else {
      return nil
    }
    if arguments.count == 3 {
      guard arguments[2].kind == .global, let standing = standing(of: arguments[2], values),
        standing.isTrusted
      else { return nil }
    }
    if let global = values.global(arguments[0]) {
      if let found = trusted(module: global.resolvedModule, name: "\(global.resolvedName).\(name)") {
        return found
      }
      // The name may be a module's, but also something that hides the module: good enough for what a person judges anyhow.
      let found = trusted(module: "\(global.resolvedModule).\(global.resolvedName)", name: name)
      if case .listed(.embeddedCode)? = found?.kind { return found }
      return nil
    }
    guard let type = loadedTypeName(arguments[0], values) else { return nil }
    return trusted(module: "builtins", name: "\(type).\(name)")
  }

  /// The module that dill's `_import_module('module')` gives.
  private mutating func importedModule(_ value: SymbolicValue, _ values: borrowing ValueTable) -> String? {
    guard value.kind == .call, let callee = values.callee(value), callee.kind == .global,
      let maker = standing(of: callee, values), maker.name.hasSuffix("._import_module"),
      case .listed(.embeddedCode) = maker.kind, let tuple = values.arguments(value),
      let module = values.elements(tuple)?.first
    else { return nil }
    return values.string(module, limit: 256)
  }

  private func trusted(module: String, name: String) -> Standing? {
    let standing = table.standing(module: module, name: name, profile: profile)
    return standing.isTrusted ? standing : nil
  }
}

extension Standing {
  /// Whether an exact pair of the policy says what the name may be used for.
  var isTrusted: Bool {
    if case .listed(.embeddedCode) = kind { return true }
    return isSafe
  }
}
