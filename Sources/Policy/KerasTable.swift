/// What is known of the names that a Keras model's configuration may have: see `policies/keras/classes.json`.
package struct KerasTable: Sendable {
  /// The kinds of what a configuration can name.
  package enum Kind: Sendable {
    case classes
    case functions
  }

  private var modules: [String: Names] = [:]
  private var all = Names()
  /// Classes that carry code or load other programs, and functions that open or fetch what they are given, each with the
  /// reason.
  private var code: [String: String] = [:]
  /// Classes that Keras registers as users do theirs: `Custom>Adam`.
  private var registered: Set<String> = []
  private var tools: [String: String] = [:]

  private struct Names: Sendable {
    var classes: Set<String> = []
    var functions: Set<String> = []
  }

  /// A table that knows nothing.
  package init() {}

  /// Whether Keras has a part of models by that name in that module.
  package func has(_ kind: Kind, _ name: String, in module: String) -> Bool {
    switch kind {
    case .classes: modules[module]?.classes.contains(name) ?? false
    case .functions: modules[module]?.functions.contains(name) ?? false
    }
  }

  /// Whether Keras has a part of models by that name in any module.
  package func has(_ kind: Kind, _ name: String) -> Bool {
    switch kind {
    case .classes: all.classes.contains(name)
    case .functions: all.functions.contains(name)
    }
  }

  /// Whether Keras itself registers a part of models under that name: package, `>`, class.
  package func isRegistered(_ name: String) -> Bool { registered.contains(name) }

  /// Why a class of that name carries code, or loads some; nil where it does not.
  package func code(_ name: String) -> String? { code[name] }

  /// Why nothing by that name belongs into a configuration; nil where that is not known.
  package func tool(_ name: String) -> String? { tools[name] }

  /// How many pairs of module and name it knows.
  package var count: Int {
    modules.values.reduce(0) { $0 + $1.classes.count + $1.functions.count }
  }

  /// - Returns: whether the pair is new.
  mutating func add(_ kind: Kind, _ name: String, module: String) -> Bool {
    switch kind {
    case .classes:
      all.classes.insert(name)
      return modules[module, default: Names()].classes.insert(name).inserted
    case .functions:
      all.functions.insert(name)
      return modules[module, default: Names()].functions.insert(name).inserted
    }
  }

  /// - Returns: whether the name is new.
  mutating func add(registered name: String) -> Bool { registered.insert(name).inserted }

  /// - Returns: whether the name is new.
  mutating func add(code name: String, because reason: String) -> Bool {
    code.updateValue(reason, forKey: name) == nil
  }

  /// - Returns: whether the name is new.
  mutating func add(tool name: String, because reason: String) -> Bool {
    tools.updateValue(reason, forKey: name) == nil
  }
}
