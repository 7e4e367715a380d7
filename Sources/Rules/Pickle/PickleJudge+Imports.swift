import Findings
import Pickle
import Policy

extension PickleJudge {
  /// The standing of a `.global`; nil for an import that was computed.
  mutating func standing(of value: SymbolicValue, _ values: borrowing ValueTable) -> Standing? {
    if let known = standings[value.raw] { return known }
    guard let global = values.global(value) else { return nil }
    let standing = table.standing(global, profile: profile)
    if standings.count >= PickleJudgeLimits.standings { standings.removeAll(keepingCapacity: true) }
    standings[value.raw] = standing
    return standing
  }

  mutating func judgeImport(_ effect: Effect, _ values: borrowing ValueTable) {
    guard let standing = standing(of: effect.target, values) else {
      report(
        .computedImport, at: effect.offset, subject: "", "the module or the name is made while loading",
        evidence: evidence(effect.target, values))
      return
    }
    let evidence = evidence(effect.target, values)
    switch standing.kind {
    case .listed(.safeClass), .listed(.safeFunction), .listed(.safeValue), .scriptType: break
    case .listed(.dangerous):
      report(
        .dangerousImport, at: effect.offset, subject: standing.name, "\(standing.name): \(standing.reason)",
        evidence: evidence)
    case .walk:
      report(
        .attributeWalk, at: effect.offset, subject: standing.name, "\(standing.name): \(standing.reason)",
        evidence: evidence)
    case .listed(.deniedCall):
      report(
        .unknownGlobal, at: effect.offset, subject: standing.name,
        "\(standing.name) belongs to a reviewed library and is not among its safe names", evidence: evidence
      )
    case .listed(.embeddedCode):
      report(
        .embeddedCode, at: effect.offset, subject: standing.name, "\(standing.name): \(standing.reason)",
        evidence: evidence)
    case .scriptExtension:
      report(
        .customScriptClass, at: effect.offset, subject: standing.name,
        "\(standing.name) is \(standing.reason)",
        evidence: evidence)
    case .unknown:
      report(
        .unknownGlobal, at: effect.offset, subject: standing.name, "\(standing.name) is on no list",
        evidence: evidence)
    }
  }
}
