import Formats

/// Computes what parts of a template are always, without running it: the texts that an expression can be, so that a name put
/// together from pieces is seen whole.
struct TemplateConstants {
  /// The texts that a variable was given, over the whole template.
  private var variables: [String: [String]] = [:]

  private static let valueLimit = 16
  private static let textLimit = 4096

  /// Notes a text that the variable may be.
  mutating func note(_ name: String, _ values: [String]) {
    var known = variables[name, default: []]
    for value in values where !known.contains(value) && known.count < Self.valueLimit {
      known.append(value)
    }
    variables[name] = known
  }

  /// The texts that an expression may be; empty where nothing is known of it.
  func texts(_ expression: TemplateExpression) -> [String] {
    switch expression {
    case .text(let text): return [text]
    case .integer(let number): return ["\(number)"]
    case .name(let name): return variables[name] ?? []
    case .binary(let sign, let left, let right): return binary(sign, left, right)
    case .filter(let value?, let name, let arguments): return filter(value, name, arguments)
    case .call(.attribute(let value, let name), let arguments): return method(value, name, arguments)
    case .call(.name("chr"), let arguments): return character(arguments)
    case .slice(let value, let parts): return slice(value, parts)
    case .item(let value, let index): return item(value, index)
    case .conditional(_, let then, let other): return texts(then) + (other.map(texts) ?? [])
    default: return []
    }
  }

  /// The texts in a list, where all of them are known.
  private func list(_ expression: TemplateExpression) -> [String]? {
    switch expression {
    case .sequence(let values):
      var result: [String] = []
      for value in values {
        guard let text = texts(value).first else { return nil }
        result.append(text)
      }
      return result
    case .filter(let value?, "list", _): return list(value)
    case .filter(let value?, "reverse", _): return list(value)?.reversed()
    default: return texts(expression).first.map { $0.map(String.init) }
    }
  }

  private func product(
    _ left: [String], _ right: [String], _ combine: (String, String) -> String
  ) -> [String] {
    var result: [String] = []
    for one in left {
      for other in right where result.count < Self.valueLimit {
        result.append(String(combine(one, other).prefix(Self.textLimit)))
      }
    }
    return result
  }

  private func binary(_ sign: String, _ left: TemplateExpression, _ right: TemplateExpression) -> [String] {
    switch sign {
    case "+", "~": return product(texts(left), texts(right), +)
    case "%": return texts(left).map { Self.format($0, list(right) ?? texts(right)) }
    case "*":
      guard case .integer(let count) = right, 0...64 ~= count else { return [] }
      return texts(left).map { String(repeating: String($0.prefix(64)), count: count) }
    case "or", "and": return texts(left) + texts(right)
    default: return []
    }
  }

  private func filter(
    _ value: TemplateExpression, _ name: String, _ arguments: TemplateArguments
  ) -> [String] {
    let given = arguments.positional
    switch name {
    case "join":
      guard let parts = list(value) else { return [] }
      return [parts.joined(separator: given.first.flatMap { texts($0).first } ?? "")]
    case "format": return texts(value).map { Self.format($0, given.compactMap { texts($0).first }) }
    case "first": return list(value)?.first.map { [$0] } ?? []
    case "last": return list(value)?.last.map { [$0] } ?? []
    case "list", "string", "safe", "e", "escape": return texts(value)
    default: return changed(texts(value), by: name, given)
    }
  }

  private func method(
    _ value: TemplateExpression, _ name: String, _ arguments: TemplateArguments
  ) -> [String] {
    let given = arguments.positional
    switch name {
    case "join":
      guard let parts = given.first.flatMap(list) else { return [] }
      return texts(value).map { parts.joined(separator: $0) }
    case "format": return texts(value).map { Self.fill($0, given.compactMap { texts($0).first }) }
    default: return changed(texts(value), by: name, given)
    }
  }

  /// What both filters and methods of text do.
  private func changed(_ values: [String], by name: String, _ given: [TemplateExpression]) -> [String] {
    switch name {
    case "lower", "casefold": return values.map { $0.lowercased() }
    case "upper": return values.map { $0.uppercased() }
    case "reverse": return values.map { String($0.reversed()) }
    case "trim", "strip", "lstrip", "rstrip":
      let removed = Set(given.first.flatMap { texts($0).first } ?? " \t\r\n")
      return values.map { Self.trim($0, removed) }
    case "replace":
      guard given.count >= 2 else { return [] }
      return product(texts(given[0]), texts(given[1])) { "\($0)\u{0}\($1)" }.flatMap { pair in
        let parts = pair.split(separator: "\u{0}", maxSplits: 1, omittingEmptySubsequences: false)
        return values.map { Self.replace($0, String(parts[0]), String(parts[1])) }
      }
    default: return []
    }
  }

  private func character(_ arguments: TemplateArguments) -> [String] {
    guard case .integer(let code)? = arguments.positional.first, let code = UInt32(exactly: code),
      let scalar = Unicode.Scalar(code)
    else { return [] }
    return [String(Character(scalar))]
  }

  private func slice(_ value: TemplateExpression, _ parts: [TemplateExpression?]) -> [String] {
    guard parts.count == 3, case .unary("-", .integer(1))? = parts[2] else { return [] }
    return texts(value).map { String($0.reversed()) }
  }

  /// An element of a list or dictionary that is written out: any of them.
  private func item(_ value: TemplateExpression, _ index: TemplateExpression) -> [String] {
    switch value {
    case .sequence(let values): Array(values.flatMap(texts).prefix(Self.valueLimit))
    case .dictionary(let members): Array(members.flatMap { texts($0.1) }.prefix(Self.valueLimit))
    default: []
    }
  }

  /// What a loop variable can be.
  func elements(_ expression: TemplateExpression) -> [String] {
    guard case .sequence(let values) = expression else { return [] }
    return Array(values.flatMap(texts).prefix(Self.valueLimit))
  }
}

extension TemplateConstants {
  /// `'%s%s' % (a, b)`, with `%c` for a character's number.
  private static func format(_ pattern: String, _ values: [String]) -> String {
    var result = ""
    var rest = values[...]
    var isSpecifier = false
    for character in pattern {
      if isSpecifier {
        if character == "%" {
          result.append("%")
        } else if character.isLetter {
          let value = rest.popFirst() ?? ""
          let code = UInt32(value).flatMap { Unicode.Scalar($0) }
          result += character == "c" && code != nil ? code.map { String(Character($0)) } ?? "" : value
        } else {
          continue
        }
        isSpecifier = false
      } else if character == "%" {
        isSpecifier = true
      } else {
        result.append(character)
      }
    }
    return String(result.prefix(textLimit))
  }

  /// `'{}{}'.format(a, b)` and `'{0}{1}'`.
  private static func fill(_ pattern: String, _ values: [String]) -> String {
    var result = ""
    var field: String?
    var next = 0
    for character in pattern {
      if let name = field {
        guard character == "}" else {
          field = name + String(character)
          continue
        }
        let index = Int(name) ?? next
        next += 1
        // A field that is no plain number stays, for its own text may say what it asks for.
        result +=
          values.indices.contains(index) && (name.isEmpty || Int(name) != nil) ? values[index] : "{\(name)}"
        field = nil
      } else if character == "{" {
        field = ""
      } else {
        result.append(character)
      }
    }
    return String(result.prefix(textLimit))
  }

  private static func trim(_ text: String, _ removed: Set<Character>) -> String {
    var rest = text[...]
    while let first = rest.first, removed.contains(first) { rest.removeFirst() }
    while let last = rest.last, removed.contains(last) { rest.removeLast() }
    return String(rest)
  }

  private static func replace(_ text: String, _ old: String, _ new: String) -> String {
    guard !old.isEmpty else { return text }
    var result = ""
    var rest = text[...]
    while !rest.isEmpty, result.utf8.count < textLimit {
      if rest.hasPrefix(old) {
        result += new
        rest = rest.dropFirst(old.count)
      } else {
        result.append(rest.removeFirst())
      }
    }
    return result
  }
}
