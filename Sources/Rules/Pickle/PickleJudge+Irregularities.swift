import Findings
package import Pickle

extension PickleJudge {
  package mutating func receive(_ irregularity: Irregularity) {
    isKnown = irregularity.offset <= knownUntil
    if isBeyondParting { return receiveBeyondParting(irregularity) }
    report(
      Self.rule(of: irregularity.kind), at: irregularity.offset, subject: irregularity.kind.rawValue,
      irregularity.detail)
    showRemarks()
  }

  private static func rule(of kind: Irregularity.Kind) -> Rule {
    switch kind {
    case .frameCrossed: .frameCrossed
    case .frameMalformed: .frameMalformed
    case .protocolRepeated: .protocolRepeated
    case .protocolUnknown: .protocolUnknown
    case .numberNotCanonical: .nonCanonical
    case .lineControl: .lineControl
    case .lineUnterminated: .lineUnterminated
    case .nameMalformed: .malformedName
    case .computedImport: .computedImport
    case .memoBomb: .memoBomb
    case .allocationBomb: .allocationBomb
    case .belowMark: .belowMark
    case .expansion: .expansionBomb
    }
  }
}
