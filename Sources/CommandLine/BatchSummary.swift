internal import Findings

/// What a batch found, counted by verdict, rule and format.
struct BatchSummary: Equatable, Sendable {
  /// Formats that are told apart: their names come from workers.
  static let formatLimit = 200

  private(set) var verdicts: [Verdict: Int] = [:]
  /// Files in which a rule fired.
  private(set) var rules: [String: Int] = [:]
  private(set) var formats: [String: Int] = [:]

  mutating func add(_ verdict: Verdict, formats names: [String], rules ids: [String]) {
    verdicts[verdict, default: 0] += 1
    for id in Set(ids) { rules[id, default: 0] += 1 }
    for name in Set(names) {
      let isRoom = formats[name] != nil || formats.count < Self.formatLimit
      formats[isRoom ? name : "others", default: 0] += 1
    }
  }

  mutating func add(_ result: ArtifactResult) {
    let report = result.examination?.report
    add(
      result.verdict, formats: report?.formats ?? [], rules: report?.findings.map(\.rule.id) ?? [])
  }

  mutating func add(_ other: BatchSummary) {
    verdicts.merge(other.verdicts, uniquingKeysWith: +)
    rules.merge(other.rules, uniquingKeysWith: +)
    formats.merge(other.formats, uniquingKeysWith: +)
  }

  /// Rules and formats, the most frequent first.
  var text: String { Self.table("by rule", rules) + Self.table("by format", formats) }

  private static func table(_ title: String, _ counts: [String: Int]) -> String {
    guard !counts.isEmpty else { return "" }
    let rows = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let width = String(rows[0].value).count
    return "\n\(title)\n"
      + rows.map { name, count in
        let number = String(count)
        return "  " + String(repeating: " ", count: width - number.count) + number + "  "
          + Escaping.visible(name) + "\n"
      }.joined()
  }
}
