/// What became of something that was to be let in.
struct Admission: Equatable, Sendable {
  /// Bytes, not text: a path may be any.
  let source: [UInt8]
  let destination: [UInt8]
  var isAdmitted: Bool
  /// Where what was not allowed is kept.
  var quarantined: [[UInt8]] = []

  /// For people.
  var account: String {
    let place = Escaping.visible(destination)
    let outcome = isAdmitted ? "admitted: \(place)\n" : "not admitted: \(place) is as it was\n"
    return outcome + quarantined.map { "quarantined: \(Escaping.visible($0))\n" }.joined()
  }
}

/// An admission in `json` and `jsonl`.
struct AdmissionObject: Encodable {
  let kind = "admission"
  let source: String
  let destination: String
  let admitted: Bool
  let quarantined: [String]

  init(_ admission: Admission) {
    source = Escaping.text(admission.source)
    destination = Escaping.text(admission.destination)
    admitted = admission.isAdmitted
    quarantined = admission.quarantined.map(Escaping.text)
  }
}
