import Findings
import Pickle
import Policy

extension PickleJudge {
  /// The standing of a `.global`; nil for an import that was computed.
  mutating func standing(of value: SymbolicValue, _ values: borrowing ValueTable) -> Standing? {
    if let known = standings[value.raw] { return known }
    guard let global = values.global(value) else { return nil }
    var standing = table.standing(global, profile: profile)
    if case .unknown = standing.kind, ownModules.contains(global.resolvedModule) {
      standing = Standing(
        kind: .listed(.embeddedCode), name: standing.name, reason: "it is made by the package's own source")
    }
    if standings.count >= PickleJudgeLimits.standings { standings.removeAll(keepingCapacity: true) }
    standings[value.raw] = standing
    return standing
  }

  mutating func judgeImport(_ effect: Effect, _ values: borrowing ValueTable) {
    guard let standing = standing(of: effect.target, values) else {
      report(
        .computedImport, at: effect.offset, subject: "", "the module or the name is made while loading",
        showing: effect.target, values)
      return
    }
    switch standing.kind {
    case .listed(.safeFunction(let shape, _, _)) where shape != .any && shape != .timeZones:
      storedFunctions.add(effect.target, standing.name, values)
    case .listed(.safeClass), .listed(.safeFunction), .listed(.safeValue), .scriptType: break
    case .listed(.dangerous) where carriedPlaces.leave(standing, effect.target, values): break
    case .listed(.dangerous):
      report(
        .dangerousImport, at: effect.offset, subject: standing.name, "\(standing.name): \(standing.reason)",
        showing: effect.target, values)
    case .walk:
      report(
        .attributeWalk, at: effect.offset, subject: standing.name, "\(standing.name): \(standing.reason)",
        showing: effect.target, values)
    case .listed(.deniedCall):
      report(
        .unknownGlobal, at: effect.offset, subject: standing.name,
        "\(standing.name) belongs to a reviewed library and is not among its safe names",
        showing: effect.target, values)
    case .listed(.embeddedCode):
      carriedPlaces.hasCode = true
      report(
        .embeddedCode, at: effect.offset, subject: standing.name, "\(standing.name): \(standing.reason)",
        showing: effect.target, values)
    case .scriptExtension:
      report(
        .customScriptClass, at: effect.offset, subject: standing.name,
        "\(standing.name) is \(standing.reason)",
        showing: effect.target, values)
    case .unknown:
      report(
        .unknownGlobal, at: effect.offset, subject: standing.name, "\(standing.name) is on no list",
        showing: effect.target, values)
    }
  }
}
