internal import Findings

/// One object a line, each as soon as it is known.
struct JSONLinesRenderer: Renderer {
  let context: ArtifactObject.Context

  func opening() -> String { "" }

  func artifact(_ result: ArtifactResult, index: Int) throws -> String {
    try JSONText.line(ArtifactObject(result, in: context)) + "\n"
  }

  func package(_ result: PackageResult, index: Int) throws -> String {
    try JSONText.line(PackageObject(result, in: context)) + "\n"
  }

  /// An object of another kind.
  func admission(_ admission: Admission) throws -> String {
    try JSONText.line(AdmissionObject(admission)) + "\n"
  }

  func closing(_ tally: Tally, milliseconds: Double, _ admission: Admission?) throws -> String {
    try admission.map(self.admission) ?? ""
  }
}

/// One document: `{"schema":1,"tool":…,"artifacts":[…],"summary":…}`, an artifact a line.
struct JSONRenderer: Renderer {
  struct Tool: Encodable {
    let name = "lazaret"
    let version = Engine.version
  }

  struct Summary: Encodable {
    let artifacts: Int
    let packages: Int
    let allow: Int
    let review: Int
    let incomplete: Int
    let deny: Int
    let waived: Int
    let cached: Int
    let failures: Int
    let bytes: Int
    let milliseconds: Double
  }

  /// The version of the document's keys.
  static let schema = 1

  let context: ArtifactObject.Context

  func opening() throws -> String {
    "{\"schema\":\(Self.schema),\"tool\":\(try JSONText.line(Tool())),\"artifacts\":[\n"
  }

  func artifact(_ result: ArtifactResult, index: Int) throws -> String {
    (index == 0 ? "" : ",\n") + (try JSONText.line(ArtifactObject(result, in: context)))
  }

  func package(_ result: PackageResult, index: Int) throws -> String {
    (index == 0 ? "" : ",\n") + (try JSONText.line(PackageObject(result, in: context)))
  }

  func closing(_ tally: Tally, milliseconds: Double, _ admission: Admission?) throws -> String {
    let summary = Summary(
      artifacts: tally.artifacts, packages: tally.packages, allow: tally.count(.allow),
      review: tally.count(.review),
      incomplete: tally.count(.incomplete), deny: tally.count(.deny), waived: tally.waived,
      cached: tally.cached,
      failures: tally.failures, bytes: tally.bytes, milliseconds: milliseconds)
    let outcome = try admission.map { ",\"admission\":" + (try JSONText.line(AdmissionObject($0))) } ?? ""
    return "\n],\"summary\":\(try JSONText.line(summary))\(outcome)}\n"
  }
}
