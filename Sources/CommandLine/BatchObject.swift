internal import Findings
internal import FoundationEssentials
internal import Linux

/// One artifact in the results of a batch: the artifact's keys, and what tells a later run whether it still holds.
struct BatchObject: Encodable {
  private enum Keys: String, CodingKey { case identity, repeatable }

  private let artifact: ArtifactObject
  private let identity: OrNull<String>
  private let repeatable: Bool

  init(_ result: ArtifactResult, in context: ArtifactObject.Context) {
    artifact = ArtifactObject(result, in: context)
    identity = OrNull(result.identity?.text)
    repeatable = result.examination?.repeatable ?? false
  }

  func encode(to encoder: any Encoder) throws {
    try artifact.encode(to: encoder)
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(identity, forKey: .identity)
    try container.encode(repeatable, forKey: .repeatable)
  }
}

extension FileIdentity {
  /// What no two states of any file of this machine share: any change of the bytes is another.
  var text: String { "\(device):\(inode):\(size):\(modified):\(changed)" }
}

/// A line of results, as far as a later run needs it.
struct BatchLine: Decodable {
  struct Finding: Decodable {
    let rule: String
  }

  /// Any value that is not null.
  struct Something: Decodable {}

  let path: String
  let sha256: String?
  let verdict: String
  let formats: [String]
  let findings: [Finding]
  let policy: String
  let engine: String
  let waived: Something?
  let unwaived: Something?
  let identity: String?
  let repeatable: Bool

  /// - Throws: where this is no line of results.
  init(parsing bytes: [UInt8]) throws {
    self = try JSONDecoder().decode(BatchLine.self, from: Data(bytes))
    guard Verdict(name: verdict) != nil else { throw Failure("there is no verdict '\(verdict)'") }
  }
}

/// Prints a batch's results, a line each.
struct BatchRenderer: Renderer {
  let context: ArtifactObject.Context
  /// Leaves out what the store knew.
  let onlyNew: Bool

  func opening() -> String { "" }

  func artifact(_ result: ArtifactResult, index: Int) throws -> String {
    if onlyNew, result.examination?.cached == true { return "" }
    return try JSONText.line(BatchObject(result, in: context)) + "\n"
  }

  /// A list has files, and they come in no order.
  func package(_ result: PackageResult, index: Int) -> String { "" }

  func closing(_ tally: Tally, milliseconds: Double, _ admission: Admission?) -> String { "" }
}
