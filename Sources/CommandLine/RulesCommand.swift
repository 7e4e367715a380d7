internal import Findings

/// `rules`: the catalogue, or one rule.
enum RulesCommand {
  static func run(_ invocation: Invocation, _ host: Host) throws -> ExitStatus {
    let rules = try chosen(invocation.operands.first)
    switch invocation.options.format {
    case .json, .jsonl, .html: host.output.write(try json(rules))
    case .text: host.output.write(invocation.operands.isEmpty ? table(rules) : rules.map(account).joined())
    }
    return .allowed
  }

  private static func chosen(_ operand: [UInt8]?) throws(UsageError) -> [Rule] {
    guard let operand else { return RuleCatalog.all }
    guard let rule = RuleCatalog.rule(String(decoding: operand, as: UTF8.self)) else {
      throw UsageError("there is no rule '\(Escaping.visible(operand))': 'lazaret rules' lists them")
    }
    return [rule]
  }

  static func table(_ rules: [Rule]) -> String {
    let width = (rules.map(\.id.count).max() ?? 0) + 2
    return rules.map { rule in
      pad(rule.id, width) + pad(rule.severity.name, 10) + pad(rule.verdict.name, 12) + rule.title + "\n"
    }.joined()
  }

  static func account(of rule: Rule) -> String {
    let paragraphs = [rule.explanation, "What to do: " + rule.remediation]
      .map { HelpText.wrapped($0, width: 96).joined(separator: "\n") + "\n" }
    let references = (rule.cwe + rule.atlas).joined(separator: ", ")
    return "\(rule.id): \(rule.title)\n\(rule.severity.name), \(rule.verdict.name) at best\n\n"
      + paragraphs.joined(separator: "\n") + (references.isEmpty ? "" : "\n\(references)\n")
  }

  private struct RuleObject: Encodable {
    let id: String
    let title: String
    let severity: String
    let verdict: String
    let explanation: String
    let remediation: String
    let cwe: [String]
    let atlas: [String]

    init(_ rule: Rule) {
      id = rule.id
      title = rule.title
      severity = rule.severity.name
      verdict = rule.verdict.name
      explanation = rule.explanation
      remediation = rule.remediation
      cwe = rule.cwe
      atlas = rule.atlas
    }
  }

  static func json(_ rules: [Rule]) throws -> String {
    let lines = try rules.map { try JSONText.line(RuleObject($0)) }
    return "{\"schema\":\(JSONRenderer.schema),\"rules\":[\n\(lines.joined(separator: ",\n"))\n]}\n"
  }

  private static func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }
}
