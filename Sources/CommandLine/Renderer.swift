/// Turns the results of a run into text, one at a time and in order.
protocol Renderer: Sendable {
  /// Before the first artifact.
  func opening() throws -> String
  /// - Parameter index: how many came before.
  func artifact(_ result: ArtifactResult, index: Int) throws -> String
  /// A folder that is one model, after its files.
  ///
  /// - Parameter index: how many artifacts and packages came before.
  func package(_ result: PackageResult, index: Int) throws -> String
  /// After the last.
  ///
  /// - Parameter admission: what became of what was to be let in, where anything was.
  func closing(_ tally: Tally, milliseconds: Double, _ admission: Admission?) throws -> String
}

/// Nothing at all: the exit status is the answer.
struct SilentRenderer: Renderer {
  func opening() -> String { "" }
  func artifact(_ result: ArtifactResult, index: Int) -> String { "" }
  func package(_ result: PackageResult, index: Int) -> String { "" }
  func closing(_ tally: Tally, milliseconds: Double, _ admission: Admission?) -> String { "" }
}
