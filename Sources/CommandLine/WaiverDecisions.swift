internal import Findings
internal import Policy

/// What a waiver does for one artifact.
struct WaiverDecision: Equatable, Sendable {
  let waiver: Waiver
  let effect: Waiver.Effect

  var holds: Bool { effect == .holds }

  /// Why it does not hold; nil where it does.
  var refusal: String? {
    switch effect {
    case .holds: nil
    case .expired: "it has expired"
    case .worseVerdict: "it covers \(waiver.verdict.name) at worst"
    case .disturbedExamination: "it covers what the file holds, not how its examination ended"
    case .notNeeded: "the artifact is allowed without it"
    }
  }

  /// `until 2027-01-31T00:00:00Z by OWNER: REASON`, for people.
  var account: String {
    "until \(Timestamp.text(waiver.until)) by \(Escaping.visible(waiver.owner)): "
      + Escaping.visible(waiver.reason)
  }
}

/// The waivers there are, and the time at which they are asked for.
struct WaiverDecisions: Sendable {
  private let waivers: [String: Waiver]
  private let clock: @Sendable () -> Int

  /// - Parameter clock: seconds since 1970, UTC.
  init(_ waivers: [Waiver], clock: @escaping @Sendable () -> Int) {
    self.waivers = Dictionary(waivers.map { ($0.digest, $0) }) { first, _ in first }
    self.clock = clock
  }

  /// Whether these bytes have a waiver, of whatever effect.
  func has(_ sha256: String) -> Bool { waivers[sha256] != nil }

  /// What the waiver of this artifact does; nil where it has none.
  func decision(on examination: Examination) -> WaiverDecision? {
    guard let sha256 = examination.sha256, let waiver = waivers[sha256],
      let effect = waiver.effect(on: examination, at: clock())
    else { return nil }
    return WaiverDecision(waiver: waiver, effect: effect)
  }
}
