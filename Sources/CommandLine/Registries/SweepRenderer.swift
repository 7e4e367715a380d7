internal import Supervisor

/// One report of many runs: it is opened and closed by who goes through them, and counts on from one to the next.
final class SweepRenderer: Renderer {
  private let renderer: any Renderer
  private var index = 0
  private var packages: [PackageResult] = []

  init(_ renderer: any Renderer) { self.renderer = renderer }

  func opening() -> String { "" }

  func enter(_ folder: PackageFolder) throws { try renderer.enter(folder) }

  func artifact(_ result: ArtifactResult, index: Int) throws -> String {
    defer { self.index += 1 }
    return try renderer.artifact(result, index: self.index)
  }

  func package(_ result: PackageResult, index: Int) throws -> String {
    packages.append(result)
    defer { self.index += 1 }
    return try renderer.package(result, index: self.index)
  }

  func leave() throws { try renderer.leave() }

  func admission(_ admission: Admission) throws -> String { try renderer.admission(admission) }

  func closing(_ tally: Tally, milliseconds: Double, _ admission: Admission?) throws -> String {
    try admission.map { try renderer.admission($0) } ?? ""
  }

  /// The packages since the last call.
  func takePackages() -> [PackageResult] {
    defer { packages = [] }
    return packages
  }
}
