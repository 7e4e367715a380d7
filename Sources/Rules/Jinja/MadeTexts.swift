import Formats

/// Which values of a template may be texts that it has put together itself. An honest template asks for keys that it spells out,
/// for numbers, and for keys that it got with its messages; one that puts a key together hides which it is.
struct MadeTexts {
  /// Variables, loop variables and parameters.
  private var names: Set<String> = []
  /// Attributes of namespaces and keys of dictionaries.
  private var stored: Set<String> = []
  private var parameters: [String: [String]] = [:]
  private var callParameters: Set<String> = []
  /// Whether reading it again and again came to no end: then every variable may be one.
  private var isUnsettled = false

  /// Turns that a template may need; each of an honest one's variables is set before it is used.
  private static let turnLimit = 16

  /// Reads the whole template. What is made of variables that are set later needs several turns.
  init(_ template: Template) {
    for part in template.parts {
      if case .tag(.macro(let name, let parameters, _)) = part.content {
        self.parameters[name] = parameters
      }
      if case .tag(.call(let parameters, _)) = part.content { callParameters.formUnion(parameters) }
    }
    for _ in 0..<Self.turnLimit {
      let size = names.count + stored.count
      for part in template.parts { note(part) }
      if size == names.count + stored.count { return }
    }
    isUnsettled = true
  }

  /// Whether the value may be such a text.
  func has(_ expression: TemplateExpression) -> Bool {
    switch expression {
    case .text, .integer, .number, .boolean, .none, .test: false
    // A tokenizer's special tokens stand in the same file as the template.
    case .name(let name):
      isUnsettled || names.contains(name) || name.hasSuffix("_token") || name.hasSuffix("_tokens")
    case .attribute(let value, let name): isUnsettled || stored.contains(name) || has(value)
    case .item(let value, .text(let name)): stored.contains(name) || has(value)
    case .item(let value, _): has(value)
    case .slice(let value, _): isText(value)
    case .unary(_, let value): has(value)
    case .binary(let sign, let left, let right): hasBinary(sign, left, right)
    case .conditional(_, let then, let other): has(then) || other.map(has) ?? false
    case .sequence(let values): values.contains(where: has)
    case .dictionary(let members): members.contains { has($0.1) }
    case .filter(let value, let name, let arguments):
      !Self.counting.contains(name) && ([value].compactMap(\.self) + arguments.all).contains(where: isText)
    case .call(let callee, let arguments): hasCall(callee, arguments)
    }
  }

  /// Filters and methods that give a number.
  private static let counting: Set<String> = [
    "abs", "count", "find", "float", "index", "int", "length", "rfind", "rindex", "round", "sum",
    "wordcount",
  ]

  private func isText(_ expression: TemplateExpression) -> Bool {
    switch expression {
    case .text: true
    case .sequence(let values): values.contains(where: isText)
    case .dictionary(let members): members.contains { isText($0.1) }
    default: has(expression)
    }
  }

  private func hasBinary(_ sign: String, _ left: TemplateExpression, _ right: TemplateExpression) -> Bool {
    switch sign {
    case "~": true
    case "+", "%", "*": isText(left) || isText(right)
    case "or", "and": has(left) || has(right)
    default: false
    }
  }

  private func hasCall(_ callee: TemplateExpression, _ arguments: TemplateArguments) -> Bool {
    switch callee {
    case .name(let name): parameters[name] != nil || name == "caller" || arguments.all.contains(where: has)
    case .attribute(let value, let name):
      !Self.counting.contains(name)
        && (isText(value) || name != "get" && arguments.all.contains(where: isText))
    default: true
    }
  }

  // MARK: What the template sets

  private mutating func note(_ part: Template.Part) {
    switch part.content {
    case .text: return
    case .output(let value): note(value)
    case .tag(let tag):
      note(tag)
      for value in tag.expressions { note(value) }
    }
  }

  private mutating func note(_ tag: TemplateTag) {
    switch tag {
    case .loop(let targets, let values, _): if has(values) { names.formUnion(targets) }
    case .assign(let targets, let value): if has(value) { targets.forEach { set($0) } }
    case .block(let target?, _): names.insert(target)
    case .with(let values): for (name, value) in values where has(value) { names.insert(name) }
    default: break
    }
  }

  private mutating func set(_ target: TemplateExpression) {
    switch target {
    case .name(let name): names.insert(name)
    case .attribute(_, let name), .item(_, .text(let name)): stored.insert(name)
    case .sequence(let targets): targets.forEach { set($0) }
    default: break
    }
  }

  private mutating func note(_ expression: TemplateExpression) {
    switch expression {
    case .dictionary(let members):
      for case (.text(let key), let value) in members where has(value) { stored.insert(key) }
    case .call(let callee, let arguments): note(callee, arguments)
    default: break
    }
    for part in expression.parts { note(part) }
  }

  /// What is handed to a macro is its parameters', and what is put into a list is the list's.
  private mutating func note(_ callee: TemplateExpression, _ arguments: TemplateArguments) {
    for (name, value) in arguments.keyword where has(value) {
      stored.insert(name)
      names.insert(name)
    }
    guard arguments.all.contains(where: has) else { return }
    switch callee {
    case .name("caller"): names.formUnion(callParameters)
    case .name(let name): names.formUnion(parameters[name] ?? [])
    case .attribute(let receiver, _): set(receiver)
    default: break
    }
  }
}
