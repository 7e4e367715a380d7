import Formats

/// The names under which a template puts values into namespaces and dictionaries. Jinja asks a value for an attribute first
/// and for an item then, so `{'format': f}.format(x)` calls `f`.
struct StoredNames {
  private var names: Set<String> = []
  /// Whether there may be any other.
  private var hasComputed = false

  /// Whether a value may stand under the name.
  func has(_ name: String) -> Bool { hasComputed || names.contains(name) }

  /// Notes what a part of the template stores.
  mutating func note(_ part: Template.Part) {
    switch part.content {
    case .text: break
    case .output(let value): note(value)
    case .tag(let tag):
      if case .assign(let targets, _) = tag {
        for case .attribute(_, let name) in targets { names.insert(name) }
      }
      for value in tag.expressions { note(value) }
    }
  }

  private mutating func note(_ expression: TemplateExpression) {
    switch expression {
    case .dictionary(let members):
      for (key, _) in members { note(key: key) }
    case .call(let callee, let arguments):
      names.formUnion(arguments.keyword.map(\.name))
      if Self.makesItems(callee) { arguments.positional.forEach { note(pairs: $0) } }
      if Self.setsItem(callee), let key = arguments.positional.first { note(key: key) }
      arguments.spread.forEach { note(pairs: $0) }
    default: break
    }
    for part in expression.parts { note(part) }
  }

  private mutating func note(key: TemplateExpression) {
    switch key {
    case .text(let name): names.insert(name)
    case .integer, .number, .boolean, .none: break
    default: hasComputed = true
    }
  }

  /// A dictionary is looked at where it stands; what else there is has keys that nobody knows.
  private mutating func note(pairs: TemplateExpression) {
    if case .dictionary = pairs { return }
    hasComputed = true
  }

  /// `dict(x)`, `namespace(x)`, `d.update(x)`.
  private static func makesItems(_ callee: TemplateExpression) -> Bool {
    switch callee {
    case .name("dict"), .name("namespace"), .attribute(_, "update"): true
    default: false
    }
  }

  private static func setsItem(_ callee: TemplateExpression) -> Bool {
    if case .attribute(_, "setdefault") = callee { true } else { false }
  }
}
