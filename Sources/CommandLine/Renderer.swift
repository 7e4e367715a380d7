internal import Supervisor

/// Turns the results of a run into text, one at a time and in order.
protocol Renderer {
  /// Before the first artifact.
  func opening() throws -> String
  /// A folder begins that may turn out to be one model. What comes before its end is in it.
  func enter(_ folder: PackageFolder) throws
  /// - Parameter index: how many came before.
  func artifact(_ result: ArtifactResult, index: Int) throws -> String
  /// A folder that is one model, after its files.
  ///
  /// - Parameter index: how many artifacts and packages came before.
  func package(_ result: PackageResult, index: Int) throws -> String
  /// The folder ends that was entered last, after ``package(_:index:)`` where it is a model.
  func leave() throws
  /// What became of something that was to be let in, where there is more than one such thing.
  func admission(_ admission: Admission) throws -> String
  /// After the last.
  ///
  /// - Parameter admission: what became of what was to be let in, where anything was.
  func closing(_ tally: Tally, milliseconds: Double, _ admission: Admission?) throws -> String
}

extension Renderer {
  func enter(_ folder: PackageFolder) throws {}
  func leave() throws {}
  /// Those that have one place for one admission, or none, say nothing between.
  func admission(_ admission: Admission) throws -> String { "" }
}

/// Nothing at all: the exit status is the answer.
struct SilentRenderer: Renderer {
  func opening() -> String { "" }
  func artifact(_ result: ArtifactResult, index: Int) -> String { "" }
  func package(_ result: PackageResult, index: Int) -> String { "" }
  func closing(_ tally: Tally, milliseconds: Double, _ admission: Admission?) -> String { "" }
}
