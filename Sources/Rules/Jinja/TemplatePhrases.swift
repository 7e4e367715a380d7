import Formats

/// Words by which a template gives the model orders that its user does not see.
enum TemplatePhrases {
  /// No chat template of a model's publisher says these.
  private static let orders = [
    "ignore all", "ignore any", "ignore the user", "ignore previous", "ignore prior", "ignore your",
    "ignore the above",
    "ignore the previous", "ignore every", "disregard",
    "do not reveal this", "without telling the user", "without the user knowing",
    "without informing the user", "forget previous", "forget all", "forget your", "forget everything",
    "forget the previous", "override your", "override all", "override the", "bypass your", "bypass all",
    "jailbreak",
    "exfiltrate", "secretly", "pretend that you have no", "no restrictions", "unrestricted mode",
  ]

  static func order(in text: String) -> String? {
    guard text.utf8.count >= 8 else { return nil }
    let lower = text.lowercased()
    return orders.first { lower.contains($0) }
  }

  static func hasAddress(_ text: String) -> Bool {
    text.contains("http://") || text.contains("https://")
  }

  /// Whether it is something that a person would write in a message, and no mark-up and no name of a field.
  static func isTrigger(_ text: String) -> Bool {
    let letters = text.unicodeScalars.filter { $0.properties.isAlphabetic }.count
    guard letters >= 4, !fields.contains(text.lowercased()) else { return false }
    return text.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || $0 == " " || $0 == "'" || $0 == "." || $0 == "-" || $0 == "?"
        || $0 == "!"
    }
  }

  /// What a message that is a dictionary or a list of parts is asked for.
  private static let fields: Set<String> = [
    "assistant", "audio", "content", "contents", "document", "documents", "function", "image", "images",
    "input",
    "json", "name", "output", "parameters", "reasoning", "result", "role", "system", "text", "thinking",
    "tool", "type",
    "user", "video", "videos",
  ]
}

/// Follows the branches of a template that depend on the words of a message, and collects what each of them puts out.
struct TemplateBranches {
  private struct Branch {
    var trigger: String?
    var wordCount = 0
  }

  private var open: [Branch] = []

  /// Words that make a sentence, and no mark-up.
  private static let sentence = 4

  /// - Returns: the trigger of a branch that ends here and puts a sentence out.
  mutating func take(_ part: Template.Part, _ constants: TemplateConstants) -> String? {
    switch part.content {
    case .text(let text): count(String(decoding: text, as: UTF8.self))
    case .output(let value): constants.texts(value).forEach { count($0) }
    case .tag(.assign(_, let value)): constants.texts(value).forEach { count($0) }
    case .tag(.condition(let value)):
      open.append(Branch(trigger: Self.trigger(value, constants)))
    case .tag(.otherwise(let value)):
      guard let ended = open.popLast() else { return nil }
      open.append(Branch(trigger: value.flatMap { Self.trigger($0, constants) }))
      return Self.result(ended)
    case .tag(.loop): open.append(Branch())
    case .tag(.plain("endif")), .tag(.plain("endfor")): return open.popLast().flatMap(Self.result)
    case .tag: break
    }
    return nil
  }

  private static func result(_ branch: Branch) -> String? {
    branch.wordCount >= sentence ? branch.trigger : nil
  }

  private mutating func count(_ text: String) {
    guard !open.isEmpty else { return }
    let words = text.split(whereSeparator: { !$0.isLetter && $0 != "'" }).filter { $0.count > 1 }.count
    for index in open.indices { open[index].wordCount += words }
  }

  /// What a condition looks for in a message's content.
  private static func trigger(_ value: TemplateExpression, _ constants: TemplateConstants) -> String? {
    switch value {
    case .binary("in", let word, let text), .binary("==", let text, let word):
      guard isContent(text) else { return nil }
      return constants.texts(word).first(where: TemplatePhrases.isTrigger)
    case .binary(_, let left, let right): return trigger(left, constants) ?? trigger(right, constants)
    case .unary(_, let inner): return trigger(inner, constants)
    case .call(.attribute(let text, let name), let arguments):
      guard ["startswith", "endswith", "find", "count", "index"].contains(name), isContent(text) else {
        return nil
      }
      return arguments.positional.flatMap { constants.texts($0) }.first(where: TemplatePhrases.isTrigger)
    default: return nil
    }
  }

  /// Whether it is what a message says, through whatever filters.
  private static func isContent(_ value: TemplateExpression) -> Bool {
    switch value {
    case .attribute(_, "content"), .item(_, .text("content")): true
    case .filter(let inner?, _, _), .call(.attribute(let inner, _), _): isContent(inner)
    case .item(let inner, _), .slice(let inner, _): isContent(inner)
    default: false
    }
  }
}
