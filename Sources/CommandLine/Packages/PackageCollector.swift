internal import Supervisor

/// Gathers the results of a walk's files for the packages that they are in.
struct PackageCollector {
  private var open: [PackageJudge] = []

  mutating func begin(_ folder: PackageFolder) { open.append(PackageJudge(folder)) }

  /// The innermost model of a registry that is open.
  var model: ModelName? { open.last { $0.folder.model != nil }?.folder.model }

  mutating func add(_ result: ArtifactResult) {
    for index in open.indices { open[index].add(result) }
  }

  /// Ends the innermost package.
  ///
  /// - Returns: nil where it turned out to be none.
  /// - Throws: as ``PackageJudge/result()`` does.
  mutating func end() throws -> PackageResult? {
    guard let judge = open.popLast() else { return nil }
    return judge.folder.isProvisional && !judge.hasNotes ? nil : try judge.result()
  }
}
