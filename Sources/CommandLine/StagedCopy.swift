internal import Linux
internal import Supervisor

/// Copies a file or a tree into a staging area, name by name: bytes and names, and nothing else of it.
///
/// Files get mode 0644 and folders 0755, less the process's mask; no file is executable, and no attribute, link or
/// owner is taken over. What several names share is copied for each. Everything is on the disk when it returns.
struct StagedCopy {
  /// Folders within each other: each needs two descriptors while it is copied.
  static let depthLimit = 100

  private final class Level {
    let source: FileDescriptor
    let target: FileDescriptor
    let path: [UInt8]
    /// The rest of its names, the last first.
    var names: [[UInt8]]

    init(_ source: consuming FileDescriptor, _ target: consuming FileDescriptor, _ path: [UInt8])
      throws(SystemCallError)
    {
      names = try Directory(try source.duplicate()).names().reversed()
      self.source = source
      self.target = target
      self.path = path
    }
  }

  private let area: StagingArea
  private var levels: [Level] = []
  private(set) var isDirectory = false
  /// Regular files that were copied.
  private(set) var files = 0
  /// What was not copied, and why. Where there is any, the copy is not the whole.
  private(set) var refusals: [WalkEntry] = []

  /// Copies what `path` leads to as ``StagingArea/content``.
  ///
  /// - Throws: `Failure` where the copy cannot be written.
  init(of path: [UInt8], in area: StagingArea) throws {
    self.area = area
    do {
      switch try FileDescriptor.open(path: path, .pathOnly).identity().kind {
      case .regular:
        try copyFile(
          try .open(path: path, [.readOnly, .nonBlocking]), path, to: area.directory, StagingArea.content)
      case .directory:
        isDirectory = true
        try enter(
          try .open(path: path, [.readOnly, .directory]), path, in: area.directory, StagingArea.content)
      case .link, .other: refuse(path, Self.special, isFailure: false)
      }
      while let level = levels.last { try step(level) }
      try Self.written(path) { () throws(SystemCallError) in try area.directory.synchronize() }
    } catch let error as SystemCallError {
      refuse(path, "cannot be read: \(error.message)", isFailure: true)
    }
  }

  /// Copies one file of a walk as ``StagingArea/content``.
  ///
  /// - Throws: `Failure` where the copy cannot be written.
  init(of file: FileReference, in area: StagingArea) throws {
    self.area = area
    do {
      try copyFile(try file.open(), file.path, to: area.directory, StagingArea.content)
    } catch let error as SystemCallError {
      refuse(file.path, "cannot be read: \(error.message)", isFailure: true)
    }
  }

  private mutating func refuse(_ path: [UInt8], _ reason: String, isFailure: Bool) {
    refusals.append(.unexamined(path: path, reason: reason, isFailure: isFailure))
  }

  /// Copies the next name of the innermost folder, or ends the folder.
  private mutating func step(_ level: Level) throws {
    guard let name = level.names.popLast() else {
      levels.removeLast()
      return try Self.written(level.path) { () throws(SystemCallError) in try level.target.synchronize() }
    }
    let path = FileWalk.join(level.path, name)
    do {
      switch try level.source.identity(ofName: name).kind {
      case .regular:
        let file = try level.source.open(name: name, [.readOnly, .nonBlocking, .noFollow])
        try copyFile(file, path, to: level.target, name)
      case .directory:
        let directory = try level.source.open(name: name, [.readOnly, .directory, .noFollow])
        try enter(directory, path, in: level.target, name)
      case .link:
        refuse(path, "a link is not admitted: its target may be another tomorrow", isFailure: false)
      case .other: refuse(path, Self.special, isFailure: false)
      }
    } catch let error as SystemCallError {
      refuse(path, "cannot be read: \(error.message)", isFailure: true)
    }
  }

  private mutating func enter(
    _ source: consuming FileDescriptor, _ path: [UInt8], in target: borrowing FileDescriptor,
    _ name: [UInt8]
  ) throws {
    guard levels.count < Self.depthLimit else {
      return refuse(path, "lies more than \(Self.depthLimit) folders deep", isFailure: false)
    }
    let (identity, own) = (try source.identity(), try area.directory.identity())
    guard (identity.device, identity.inode) != (own.device, own.inode) else {
      return refuse(path, "the destination lies inside of what is to be admitted", isFailure: true)
    }
    try Self.written(path) { () throws(SystemCallError) in
      try target.makeDirectory(name: name, mode: 0o755)
    }
    levels.append(
      try Level(source, try target.open(name: name, [.readOnly, .directory, .noFollow]), path))
  }

  private mutating func copyFile(
    _ source: borrowing FileDescriptor, _ path: [UInt8], to target: borrowing FileDescriptor,
    _ name: [UInt8]
  ) throws {
    let before = try source.identity()
    guard before.isRegular else { return refuse(path, Self.special, isFailure: false) }
    try Self.written(path) { () throws(SystemCallError) in
      let copy = try target.open(name: name, [.readWrite, .create, .exclusive, .noFollow], mode: 0o644)
      try copy.fill(from: source, size: before.size)
      try copy.synchronize()
    }
    files += 1
    // What was copied is judged in any case; half of a download is still no model.
    if try source.identity() != before {
      refuse(path, "it changed while it was copied", isFailure: false)
    }
  }

  /// Runs what writes to the staging area: without it nothing can be admitted.
  private static func written(_ path: [UInt8], _ body: () throws(SystemCallError) -> Void) throws {
    do throws(SystemCallError) {
      try body()
    } catch {
      throw Failure("\(Escaping.visible(path)): cannot be copied: \(error.message)")
    }
  }

  private static let special = "not a regular file"
}

extension StagedCopy {
  /// What is to be judged: what was refused, then every file of the copy under the path that it was copied from.
  ///
  /// - Parameter model: what a registry calls all of it.
  func source(
    of path: [UInt8], model: ModelName? = nil
  ) throws(SystemCallError) -> sending () -> WalkStep? {
    var refused = refusals[...]
    var walk: FileWalk
    if isDirectory {
      let root = try WalkRoot(
        area.directory.open(name: StagingArea.content, [.readOnly, .directory, .noFollow]), path: path)
      walk = model.map { FileWalk(root, of: $0) } ?? FileWalk(root)
    } else if files > 0 {
      walk = FileWalk(
        file: FileReference(
          path: path, root: try WalkRoot(area.directory.duplicate(), path: path),
          relative: StagingArea.content, isLink: false))
    } else {
      walk = FileWalk([])
    }
    return { refused.popFirst().map { .entry($0) } ?? walk.nextStep() }
  }
}
