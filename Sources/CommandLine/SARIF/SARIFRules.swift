internal import Findings

/// The rules that a log's results are of.
enum SARIFRules {
  /// What was not examined has a result as well, or an incomplete file would look like one without a fault.
  static let gap = Rule(
    "coverage.not-examined", "Not examined completely", .medium, .incomplete,
    explanation: "Something of the file was not examined, so nobody knows what is in it.",
    remediation: "Find out what the reason says, and scan again. Do not load the file meanwhile.",
    cwe: ["CWE-693"])

  /// The catalogue, and ``gap``.
  static let all = RuleCatalog.all + [gap]

  private static let indices = Dictionary(
    uniqueKeysWithValues: all.enumerated().map { ($0.element.id, $0.offset) })

  /// The place in ``all``; -1 for none (SARIF 2.1.0, section 3.27.6).
  static func index(of rule: Rule) -> Int { indices[rule.id] ?? -1 }
}

/// A rule as section 3.49 of SARIF 2.1.0 has it, with the properties that GitHub's code scanning reads.
struct SARIFRule: Encodable {
  struct Help: Encodable {
    let text: String
    let markdown: String

    init(_ rule: Rule) {
      let references = (rule.cwe + rule.atlas).joined(separator: ", ")
      text = SARIF.Text("\(rule.explanation) What to do: \(rule.remediation)").text
      markdown =
        SARIF.Text("\(rule.explanation)\n\n**What to do:** \(rule.remediation)\n\n\(references)\n").text
    }
  }

  struct Configuration: Encodable {
    let level: SARIF.Level
  }

  struct Properties: Encodable {
    let tags: [String]
    let precision: String
    let securitySeverity: String

    enum CodingKeys: String, CodingKey {
      case tags, precision
      case securitySeverity = "security-severity"
    }
  }

  let id: String
  let name: String
  let shortDescription: SARIF.Text
  let fullDescription: SARIF.Text
  let help: Help
  let defaultConfiguration: Configuration
  let properties: Properties

  init(_ rule: Rule) {
    id = rule.id
    name = rule.id.split { "-.".contains($0) }.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    shortDescription = SARIF.Text(rule.title)
    fullDescription = SARIF.Text(rule.explanation)
    help = Help(rule)
    defaultConfiguration = Configuration(level: SARIF.Level(rule.verdict))
    properties = Properties(
      tags: ["security"] + rule.cwe.map { "external/cwe/\($0.lowercased())" }
        + rule.atlas.map { "external/atlas/\($0.lowercased())" },
      // What is on no list may well be harmless; the other verdicts are sure of what they say.
      precision: rule.verdict == .review ? "medium" : "high",
      securitySeverity: Self.score(rule.severity))
  }

  /// In the middle of the ranges by which GitHub calls an alert low, medium, high or critical.
  private static func score(_ severity: Severity) -> String {
    switch severity {
    case .info: "0.0"
    case .low: "2.0"
    case .medium: "5.5"
    case .high: "8.0"
    case .critical: "9.5"
    }
  }
}
