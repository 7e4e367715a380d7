internal import Findings
internal import Linux
internal import Supervisor

/// A folder that keeps what was not allowed: each file under its digest, and beside it a record of why.
///
/// Nobody but its owner can write the folder. Files in it have mode 0600, so nothing in it is executable.
final class Quarantine {
  private let path: [UInt8]
  private let directory: FileDescriptor
  private let area: StagingArea
  /// What a killed run left behind and could not be taken away.
  let notices: [String]

  /// The folder at this path, made where it is missing.
  ///
  /// - Throws: `Failure` where it cannot be used, or where others can write it.
  init(_ path: String) throws {
    let visible = Escaping.visible(path)
    do {
      try Directory.create(path)
      directory = try .open(path, [.readOnly, .directory])
      guard try directory.ownership().isPrivateToWriter else {
        throw Failure("\(visible): others can write it, so it is no quarantine")
      }
      self.path = Array(path.utf8)
      notices = try StagingArea.removeAbandoned(in: directory)
      area = try StagingArea.make(in: directory)
    } catch let error as SystemCallError {
      throw Failure("\(visible): cannot be used as a quarantine: \(error.message)")
    }
  }

  /// Where the folder really is.
  func realPath() throws(SystemCallError) -> [UInt8] { try directory.currentPath() }

  /// A place for a copy that may have to be kept.
  func stage() throws(SystemCallError) -> StagingArea { try StagingArea.make(in: directory) }

  private struct Record: Encodable {
    let schema = 1
    let time: String
    let source: String
    let artifact: ArtifactObject
  }

  /// Takes a file that was judged, and writes why.
  ///
  /// - Parameters:
  ///   - name: of the file, below `root`.
  ///   - source: where it came from.
  /// - Returns: where it is kept; nil where it has no digest and so no name.
  /// - Throws: `Failure`.
  func take(
    _ name: [UInt8], below root: borrowing FileDescriptor, _ result: ArtifactResult, from source: [UInt8],
    in context: ArtifactObject.Context, at time: Int
  ) throws -> [UInt8]? {
    guard let digest = result.examination?.sha256 else { return nil }
    let record = Record(
      time: Timestamp.text(time), source: Escaping.text(source),
      artifact: ArtifactObject(result, in: context))
    let kept = Array(digest.utf8)
    do {
      try move(name, below: root, as: kept)
      try write(Array((try JSONText.line(record) + "\n").utf8), as: kept + Array(".json".utf8))
      try directory.synchronize()
    } catch let error as SystemCallError {
      throw Failure("\(Escaping.visible(source)): cannot be quarantined: \(error.message)")
    }
    return FileWalk.join(path, kept)
  }

  private func move(
    _ name: [UInt8], below root: borrowing FileDescriptor, as kept: [UInt8]
  ) throws(SystemCallError) {
    let file = try root.open(beneath: name, [.readOnly, .noFollow])
    try file.setMode(0o600)
    do {
      try root.rename(name, to: directory, as: kept, .refuses)
    } catch {
      // These very bytes are here already.
      if error.isExistingFile { return }
      guard error.crossesFileSystems else { throw error }
      try copy(file, as: kept)
    }
  }

  private func copy(_ file: borrowing FileDescriptor, as kept: [UInt8]) throws(SystemCallError) {
    let copy = try area.directory.open(
      name: StagingArea.content, [.readWrite, .create, .exclusive, .noFollow], mode: 0o600)
    try copy.fill(from: file, size: try file.identity().size)
    try copy.synchronize()
    do {
      try area.directory.rename(StagingArea.content, to: directory, as: kept, .refuses)
    } catch {
      try area.directory.remove(name: StagingArea.content)
      guard error.isExistingFile else { throw error }
    }
  }

  /// The last record of a digest counts.
  private func write(_ bytes: [UInt8], as name: [UInt8]) throws(SystemCallError) {
    let file = try area.directory.open(
      name: StagingArea.record, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o600)
    try file.write(bytes)
    try file.synchronize()
    try area.directory.rename(StagingArea.record, to: directory, as: name, .replaces)
  }
}
