internal import Digest
internal import Findings
internal import Supervisor

/// The results of one file, with fingerprints by which they are known again.
struct SARIFResults {
  private let place: SARIFPlace
  private let verdict: Verdict
  private let model: String?
  /// The file's, where it is known.
  var sha256: String?
  /// Why the file may be used in spite of them.
  var waiver: String?

  private(set) var results: [SARIF.Result] = []
  /// How often each key was met.
  private var counts: [[String]: Int] = [:]

  init(_ place: SARIFPlace, verdict: Verdict, model: ModelName?) {
    self.place = place
    self.verdict = verdict
    self.model = model?.text
  }

  /// Leaves out what is nobody's business but of whoever judges the folder.
  mutating func add(_ finding: Finding) throws {
    guard finding.rule.verdict > .allow || finding.rule.severity > .info else { return }
    let detail = finding.detail.isEmpty ? finding.rule.title : finding.detail
    try add(finding.rule, finding.location, detail, evidence: finding.evidence)
  }

  mutating func add(_ gap: Gap) throws {
    try add(SARIFRules.gap, gap.location, "Not examined: \(gap.reason).", evidence: "")
  }

  /// Ends those of a file: one that is not allowed is never without a result that says so.
  mutating func finish() throws {
    guard verdict > .allow, !results.contains(where: { $0.level != .note }) else { return }
    try add(Gap(at: Location(), reason: "it is \(verdict.name), and no finding says why"))
  }

  private mutating func add(
    _ rule: Rule, _ location: Location, _ detail: String, evidence: String
  ) throws {
    var words = Escaping.visible(detail)
    if let member = location.member {
      words += " In \(Escaping.visible(member))" + (location.offset.map { ", byte \($0)." } ?? ".")
    }
    if !evidence.isEmpty { words += " Seen: \(Escaping.visible(evidence))" }
    results.append(
      SARIF.Result(
        ruleId: rule.id, ruleIndex: SARIFRules.index(of: rule), level: SARIF.Level(rule.verdict),
        message: SARIF.Text(words), locations: [place.location(location)],
        partialFingerprints: try fingerprints(rule, location, evidence),
        suppressions: waiver.map { [SARIF.Suppression(justification: $0)] },
        properties: SARIF.Result.Properties(
          verdict: verdict.name, model: model, sha256: sha256, evidence: evidence.isEmpty ? nil : evidence))
    )
  }

  /// `lazaretFinding/v1` stays the same while the same thing is found in the same place, whatever else of the file changes:
  /// neither bytes nor offsets are part of it, but its number among equals in their order. GitHub looks at no other key than
  /// `primaryLocationLineHash`, so it is there under that name too. `lazaretBytes/v1` is the same only for the same bytes,
  /// wherever the file lies.
  private mutating func fingerprints(
    _ rule: Rule, _ location: Location, _ evidence: String
  ) throws -> [String: String] {
    let key = [rule.id, place.uri, location.member ?? "", evidence]
    let number = counts[key, default: 0]
    counts[key] = number + 1
    let finding = try Self.digest(key + ["\(number)"])
    var fingerprints = ["lazaretFinding/v1": finding, "primaryLocationLineHash": finding]
    if let sha256 {
      fingerprints["lazaretBytes/v1"] = try Self.digest(
        [rule.id, sha256, location.member ?? "", location.offset.map(String.init) ?? "", evidence])
    }
    return fingerprints
  }

  /// 128 bits of the parts' SHA-256. No part holds the byte between them unescaped.
  private static func digest(_ parts: [String]) throws -> String {
    let bytes = parts.map { Array(Escaping.visible($0).utf8) }.joined(separator: [0])
    return String(try SHA256.hexadecimal(of: Array(bytes)).prefix(32))
  }
}
