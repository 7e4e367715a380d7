import Findings
import Formats

extension TemplateJudge {
  /// Judges an expression and everything in it. As deep as the reader lets expressions be.
  mutating func check(_ expression: TemplateExpression) {
    switch expression {
    case .text(let text): checkWords(text)
    case .integer, .number, .boolean, .none: break
    case .name(let name): checkName(name)
    case .attribute(let value, let name):
      checkAttribute(name)
      check(value)
    case .item(let value, let index):
      for name in constants.texts(index) { checkAttribute(name) }
      if made.has(index) {
        report(.templateComputedName, "A value is asked for by a name that the template puts together.", "")
      }
      check(value)
      check(index)
    case .slice(let value, let parts):
      check(value)
      for part in parts { if let part { check(part) } }
    case .call(let callee, let arguments): checkCall(callee, arguments)
    case .filter(let value, let name, let arguments):
      checkFilter(value, name, arguments)
      if let value { check(value) }
      arguments.all.forEach { check($0) }
    case .test(let value, let name, let arguments):
      if !TemplateNames.tests.contains(name) {
        report(.templateUnknownName, "'\(name)' is no test of Jinja's.", name)
      }
      check(value)
      arguments.all.forEach { check($0) }
    case .unary(_, let value): check(value)
    case .binary(let sign, let left, let right):
      checkCost(sign, left, right)
      if sign == "%" { checkFormat(left) }
      check(left)
      check(right)
    case .conditional(let condition, let then, let other):
      check(condition)
      check(then)
      if let other { check(other) }
    case .sequence(let values): values.forEach { check($0) }
    case .dictionary(let members):
      for (key, value) in members {
        check(key)
        check(value)
      }
    }
  }

  private mutating func checkName(_ name: String) {
    if TemplateNames.isEscape(name) {
      report(.templateEscape, "The template names '\(name)'.", name)
    } else if TemplateNames.ambient.contains(name), !defined.contains(name), !macros.contains(name) {
      report(.templateUnknownName, "The template uses '\(name)', an object of a program around it.", name)
    }
  }

  /// An attribute, or a key that an engine takes for an attribute where there is no such key.
  mutating func checkAttribute(_ name: String) {
    for part in name.split(separator: ".") {
      if TemplateNames.isEscape(String(part)) {
        report(.templateEscape, "The template asks for '\(part)'.", name)
      } else if TemplateNames.isPrivate(String(part)) {
        report(.templateComputedName, "The template asks for '\(part)', which is private.", name)
      }
    }
  }

  private mutating func checkCall(_ callee: TemplateExpression, _ arguments: TemplateArguments) {
    switch callee {
    case .name(let name):
      if defined.contains(name) {
        // Whatever stands there is called: the sandbox, where there is one, is all that holds it.
        report(.templateUnknownName, "The template calls what '\(name)' stands for.", name)
      } else if TemplateNames.builtins.contains(name), !macros.contains(name) {
        report(.templateEscape, "The template calls Python's '\(name)'.", name)
      } else if !TemplateNames.functions.contains(name), !macros.contains(name) {
        report(.templateUnknownName, "The template calls '\(name)', which nobody defines.", name)
      }
      if name == "range" { checkRange(arguments) }
      if name == "namespace", !arguments.positional.isEmpty {
        report(.templateComputedName, "A namespace gets names that nobody sees.", name)
      }
      checkName(name)
    case .attribute(let value, let name):
      checkAttribute(name)
      if !TemplateNames.methods.contains(name) {
        report(.templateUnknownName, "The template calls the method '\(name)'.", name)
      } else if stored.has(name), !isText(value) {
        report(
          .templateUnknownName, "The template calls '\(name)', under which it may have put a value itself.",
          name)
      }
      if name == "format" || name == "format_map" { checkFormat(value) }
      checkWidth(name, arguments)
      check(value)
    default:
      report(.templateUnknownName, "The template calls a computed value.", "")
      check(callee)
    }
    for (name, _) in arguments.keyword {
      checkAttribute(name)
      // What a macro calls as its caller.
      if name == "caller" { report(.templateUnknownName, "The template gives a macro its caller.", name) }
    }
    arguments.all.forEach { check($0) }
  }

  /// Whether it is text for certain, which has no attributes but its own.
  private func isText(_ value: TemplateExpression) -> Bool {
    switch value {
    case .text: true
    case .filter(_, let name, _): ["string", "join", "lower", "upper", "trim", "tojson"].contains(name)
    case .call(.attribute(let inner, let name), _):
      isText(inner) && ["join", "format", "lower", "upper", "strip", "replace"].contains(name)
    default: false
    }
  }

  private mutating func checkFilter(
    _ value: TemplateExpression?, _ name: String, _ arguments: TemplateArguments
  ) {
    checkWidth(name, arguments)
    if name == "format", let value { checkFormat(value) }
    var asked: [TemplateExpression] = []
    if TemplateNames.attributeFirst.contains(name), let first = arguments.positional.first {
      asked.append(first)
    }
    if TemplateNames.attributeFilters.contains(name) {
      asked += arguments.keyword.filter { $0.name == "attribute" }.map(\.value)
    }
    for argument in asked { checkAsked(argument, by: name) }
    if name == "map" { checkMapped(arguments) }
    if name == "attr" {
      if arguments.positional.isEmpty {
        report(.templateComputedName, "The filter 'attr' has no name.", name)
      }
    } else if !TemplateNames.filters.contains(name) {
      report(.templateUnknownName, "'\(name)' is no filter of Jinja's.", name)
    }
  }

  /// The name of an attribute that a filter asks for.
  private mutating func checkAsked(_ argument: TemplateExpression, by filter: String) {
    let names = constants.texts(argument)
    if names.isEmpty {
      report(
        .templateComputedName, "The filter '\(filter)' asks for an attribute by a computed name.", filter)
    }
    for name in names { checkAttribute(name) }
    // Unlike a subscript, `attr` finds attributes and nothing else: text that is all known may still be more than that.
    if filter == "attr", case .text = argument { return }
    if filter == "attr" {
      report(.templateComputedName, "The filter 'attr' is given a computed name.", names.first ?? "")
    }
  }

  /// `map('upper')` names a filter, and what that filter is given.
  private mutating func checkMapped(_ arguments: TemplateArguments) {
    guard let first = arguments.positional.first else { return }
    guard let name = constants.texts(first).first else {
      return report(.templateComputedName, "The filter 'map' is given a computed filter.", "map")
    }
    var inner = arguments
    inner.positional.removeFirst()
    if name != "map" { checkFilter(nil, name, inner) }
  }

  /// A pattern that Python fills in: `'{0.__class__}'.format(x)`.
  private mutating func checkFormat(_ pattern: TemplateExpression) {
    for text in constants.texts(pattern) where text.contains("{") {
      for field in text.split(separator: "{", omittingEmptySubsequences: false).dropFirst() {
        let name = field.prefix { $0 != "}" && $0 != ":" && $0 != "!" }
        guard name.contains(".") || name.contains("[") else { continue }
        for part in name.split(whereSeparator: { $0 == "." || $0 == "[" || $0 == "]" }) {
          checkAttribute(String(part))
        }
        report(.templateComputedName, "A pattern asks its values for attributes.", text)
      }
    }
  }
}
