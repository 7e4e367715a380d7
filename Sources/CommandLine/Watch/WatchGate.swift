internal import Findings
internal import Linux
internal import Supervisor

/// Judges what appears in a watched folder, and puts it where it belongs: file by file, by a private copy, which is
/// what is judged and what is moved.
struct WatchGate: Sendable {
  let examiner: ArtifactExaminer
  let context: ArtifactObject.Context
  let root: WalkRoot
  /// Where what is allowed is put; nil where it stays.
  let landing: Landing?
  /// Where what is not allowed is put; nil where it stays.
  let quarantine: Monitor<Quarantine>?
  /// Whether what was put somewhere is taken away from the watched folder.
  let removes: Bool
  /// Seconds since 1970, UTC.
  let clock: @Sendable () -> Int

  /// May be called by many threads at once.
  func judge(_ entry: WalkEntry) -> ArtifactResult {
    guard case .file(let file) = entry, let stage else { return examiner.judge(entry) }
    guard !file.isLink else {
      return .failure(
        file.path, "a link is not admitted: its target may be another tomorrow", isFailure: false)
    }
    do {
      return try judge(file, by: try stage())
    } catch {
      return .failure(file.path, Self.message(error), isFailure: true)
    }
  }

  /// Makes the place for a copy, where anything is to be put anywhere.
  private var stage: (() throws -> StagingArea)? {
    if let landing { return { try StagingArea.make(in: landing.directory) } }
    return quarantine.map { quarantine in { try quarantine.withLock { try $0.stage() } } }
  }

  private func judge(_ file: FileReference, by area: StagingArea) throws -> ArtifactResult {
    let before = try file.identity()
    let copy = try StagedCopy(of: file, in: area)
    if let refusal = copy.refusals.first { return examiner.judge(refusal) }
    var result = examiner.judge(
      .file(
        FileReference(
          path: file.path, root: try WalkRoot(area.directory.duplicate(), path: file.path),
          relative: StagingArea.content, isLink: false)))
    do {
      result.placement = try place(result, in: area)
      if removes, result.placement != nil { try remove(file, before) }
      try area.remove()
    } catch {
      result.isFailure = true
      result.notices.append(Self.message(error))
    }
    return result
  }

  private func place(
    _ result: ArtifactResult, in area: StagingArea
  ) throws -> ArtifactResult.Placement? {
    if result.verdict == .allow || result.isWaived {
      guard let landing else { return nil }
      return .admitted(try landing.take(AdmissionGate.relative(result.path, to: root.path), from: area))
    }
    let source = ArtifactExaminer.absolute(result.path, try Process.workingDirectory())
    return try quarantine?.withLock { quarantine in
      try quarantine.take(
        StagingArea.content, below: area.directory, result, from: source, in: context, at: clock())
    }.map { .quarantined($0) }
  }

  /// Takes the source away, if it is what was copied. What gets its name in the moment between the two calls is lost.
  private func remove(_ file: FileReference, _ before: FileIdentity) throws {
    let (folder, name) = Self.split(file.relative)
    do throws(SystemCallError) {
      let directory = try root.directory.open(
        beneath: folder.isEmpty ? [UInt8(ascii: ".")] : folder, [.readOnly, .directory, .noFollow])
      guard try directory.identity(ofName: name) == before else { return }
      try directory.remove(name: name)
    } catch {
      if error.isMissingFile { return }
      throw Failure("\(Escaping.visible(file.path)): cannot be taken away: \(error.message)")
    }
  }

  static func split(_ path: [UInt8]) -> (folder: [UInt8], name: [UInt8]) {
    guard let slash = path.lastIndex(of: UInt8(ascii: "/")) else { return ([], path) }
    return (Array(path[..<slash]), Array(path[(slash + 1)...]))
  }

  private static func message(_ error: any Error) -> String {
    switch error {
    case let error as Failure: error.message
    case let error as UsageError: error.message
    default: Escaping.visible("\(error)")
    }
  }
}

/// The folder that files are let into, each under its way from the watched one.
final class Landing: Sendable {
  private let path: [UInt8]
  let directory: FileDescriptor
  private let replaces: Bool

  /// - Throws: `Failure` where it cannot be opened.
  init(_ path: [UInt8], replaces: Bool, _ host: Host) throws {
    self.path = path
    self.replaces = replaces
    do throws(SystemCallError) {
      directory = try .open(path: path, [.readOnly, .directory])
      for notice in try StagingArea.removeAbandoned(in: directory) { host.notice(notice) }
    } catch {
      throw Failure("\(Escaping.visible(path)): nothing can be put there: \(error.message)")
    }
  }

  /// Moves what waits in an area, which is in this folder, to a place below it; gives the place.
  ///
  /// - Throws: `Failure`, or `UsageError` for a name that nothing can get; everything is as it was.
  func take(_ relative: [UInt8], from area: StagingArea) throws -> [UInt8] {
    let place = FileWalk.join(path, relative)
    try makeFolders(of: relative)
    let destination = try Destination(place, replaces: replaces)
    try destination.receive(from: area)
    try destination.settle()
    return place
  }

  private func makeFolders(of relative: [UInt8]) throws {
    var folder: [UInt8] = []
    for part in WatchGate.split(relative).folder.split(separator: UInt8(ascii: "/")) {
      folder = FileWalk.join(folder, Array(part))
      do throws(SystemCallError) {
        try directory.makeDirectory(name: folder, mode: 0o755)
      } catch {
        guard !error.isExistingFile else { continue }
        throw Failure("\(Escaping.visible(FileWalk.join(path, folder))): cannot be made: \(error.message)")
      }
    }
  }
}
