/// Turns the results of a run into text, one at a time and in order.
protocol Renderer: Sendable {
  /// Before the first artifact.
  func opening() throws -> String
  /// - Parameter index: how many came before.
  func artifact(_ result: ArtifactResult, index: Int) throws -> String
  /// After the last.
  func closing(_ tally: Tally, milliseconds: Double) throws -> String
}

/// Nothing at all: the exit status is the answer.
struct SilentRenderer: Renderer {
  func opening() -> String { "" }
  func artifact(_ result: ArtifactResult, index: Int) -> String { "" }
  func closing(_ tally: Tally, milliseconds: Double) -> String { "" }
}
