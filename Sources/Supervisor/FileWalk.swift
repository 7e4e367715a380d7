package import Linux

/// One thing that a walk comes to.
package enum WalkEntry: Sendable {
  case file(FileReference)
  /// Something that no worker can be given: why.
  /// `isFailure` where it could not even be looked at.
  case unexamined(path: [UInt8], reason: String, isFailure: Bool)
}

/// What a walk comes to, with the folders that are one model each.
package enum WalkStep: Sendable {
  case entry(WalkEntry)
  /// What follows up to the end of the package is in that folder.
  case beginPackage(PackageFolder)
  case endPackage
}

/// A regular file that was found and is not open yet.
package struct FileReference: Sendable {
  /// As it is reported: the operand, and the way from there.
  package let path: [UInt8]
  /// The directory of the walk, which the file does not lie outside of; nil for an operand that is a file.
  package let root: WalkRoot?
  /// Below the root.
  package let relative: [UInt8]
  /// Whether it was found through a link.
  package let isLink: Bool

  package init(path: [UInt8], root: WalkRoot?, relative: [UInt8], isLink: Bool) {
    self.path = path
    self.root = root
    self.relative = relative
    self.isLink = isLink
  }

  /// What the file is now.
  package func identity() throws(SystemCallError) -> FileIdentity {
    guard let root else { return try FileDescriptor.open(path: path, .pathOnly).identity() }
    let flags: FileDescriptor.OpenFlags = isLink ? .pathOnly : [.pathOnly, .noFollow]
    return try root.directory.open(beneath: relative, flags).identity()
  }

  /// When the file or a link that leads to it last changed, by the kernel's clock: nanoseconds since 1970.
  package func lastChange() throws(SystemCallError) -> Int64 {
    let changed = try identity().changed
    guard isLink, let root else { return changed }
    let link = Array(path.dropFirst(root.path.count).drop { $0 == UInt8(ascii: "/") })
    return max(changed, try root.directory.open(beneath: link, [.pathOnly, .noFollow]).identity().changed)
  }

  /// Opens the file; never waits, and never leaves the root.
  package func open() throws(SystemCallError) -> FileDescriptor {
    guard let root else { return try .open(path: path, [.readOnly, .nonBlocking]) }
    return try root.directory.open(
      beneath: relative, isLink ? [.readOnly, .nonBlocking] : [.readOnly, .nonBlocking, .noFollow])
  }
}

/// The open directory of a walk.
package final class WalkRoot: Sendable {
  package let directory: FileDescriptor
  /// As the user named it.
  package let path: [UInt8]
  /// Where it really is, for links that name their target from the top.
  package let realPath: [UInt8]

  package init(_ directory: consuming FileDescriptor, path: [UInt8]) throws(SystemCallError) {
    realPath = try directory.currentPath()
    self.directory = directory
    self.path = path
  }
}

/// The files of the operands, one after another: operands in their order, directories in byte order of names.
///
/// Nothing is left out silently. A link to a file below the same operand is that file under another name; a link
/// to a directory below it leads to what the walk meets anyway; a link that leads out is reported, not followed.
package struct FileWalk {
  /// A directory whose names are being gone through.
  private struct Level {
    let root: WalkRoot
    let relative: [UInt8]
    /// The rest of its names, the last first.
    var names: [(name: [UInt8], kind: FileIdentity.Kind)]
    /// Where it is one model.
    let package: PackageFolder?
    /// When names came to it or went, or it was moved; nanoseconds since 1970.
    var changed: Int64 = 0
  }

  /// What a registry calls a folder of a walk; nil where it calls it nothing.
  ///
  /// - Parameters: the way from the root of the walk, and the kinds that the folder's names make it.
  package typealias Naming = @Sendable (_ relative: [UInt8], _ kinds: [PackageKind]) -> ModelName?

  private let nextOperand: () -> [UInt8]?
  private var naming: Naming = { _, _ in nil }
  /// Whether a way from the root is not gone. Inside of a package every way is.
  private var isOmitted: @Sendable (_ relative: [UInt8]) -> Bool = { _ in false }
  private var levels: [Level] = []
  /// Around the folder that the walk began with.
  private var outerChange: Int64 = 0
  /// The latest change of a folder that was gone into since this was last set to 0; nanoseconds since 1970.
  package var newestFolder: Int64 = 0
  /// What comes before all else.
  private var pending: WalkStep?

  package init(_ operands: [[UInt8]]) {
    var rest = operands[...]
    nextOperand = { rest.popFirst() }
  }

  /// Operands that are asked for one at a time.
  package init(operands: sending @escaping () -> [UInt8]?) { nextOperand = operands }

  /// The files of an open directory.
  package init(_ root: WalkRoot) {
    nextOperand = { nil }
    if let entry = enter(root, []) { pending = .entry(entry) }
  }

  /// The files of a registry: those below `start`, which lies below `root`. Links may lead to files anywhere below the
  /// root.
  ///
  /// - Parameter isOmitted: whether a way from the root is left out, since something else goes it. A package is gone
  ///   through whole.
  package init(
    _ root: WalkRoot, below start: [UInt8],
    omitting isOmitted: @escaping @Sendable (_ relative: [UInt8]) -> Bool = { _ in false },
    naming: @escaping Naming
  ) {
    nextOperand = { nil }
    self.naming = naming
    self.isOmitted = isOmitted
    outerChange = Self.change(around: start, root)
    if let entry = enter(root, start) { pending = .entry(entry) }
  }

  /// The files of an open directory that a registry calls one model.
  package init(_ root: WalkRoot, of model: ModelName) {
    self.init(root, below: []) { relative, _ in relative.isEmpty ? model : nil }
  }

  /// One file.
  package init(file: FileReference) {
    nextOperand = { nil }
    pending = .entry(.file(file))
  }

  /// The next entry; nil at the end.
  package mutating func next() -> WalkEntry? {
    while let step = nextStep() {
      if case .entry(let entry) = step { return entry }
    }
    return nil
  }

  /// The next entry, or where a package begins or ends; nil at the end.
  package mutating func nextStep() -> WalkStep? {
    while true {
      if let step = pending.take() { return step }
      if !levels.isEmpty {
        if let entry = nextName() { return .entry(entry) }
      } else if let path = nextOperand() {
        if let entry = open(path) { return .entry(entry) }
      } else {
        return nil
      }
    }
  }

  /// An operand if it is no directory; nil where it is, and its names come next.
  private mutating func open(_ path: [UInt8]) -> WalkEntry? {
    // To the kernel the path would end there, and be another.
    if path.contains(0) {
      return .unexamined(path: path, reason: "no path holds the byte zero", isFailure: true)
    }
    do throws(SystemCallError) {
      let file = try FileDescriptor.open(path: path, .pathOnly)
      switch try file.identity().kind {
      case .regular: return .file(FileReference(path: path, root: nil, relative: [], isLink: false))
      case .directory:
        let root = try WalkRoot(try .open(path: path, [.readOnly, .directory]), path: path)
        return enter(root, [])
      case .link, .other: return .unexamined(path: path, reason: Self.notRegular, isFailure: false)
      }
    } catch {
      return .unexamined(path: path, reason: Self.unreadable(error), isFailure: true)
    }
  }

  /// The next name of the innermost directory; nil where it is a directory, whose names come next, or where
  /// there is none.
  private mutating func nextName() -> WalkEntry? {
    guard let (name, kind) = levels[levels.count - 1].names.popLast() else {
      if levels.removeLast().package != nil { pending = .endPackage }
      return nil
    }
    let level = levels[levels.count - 1]
    let relative = Self.join(level.relative, name)
    if isOmitted(relative), !levels.contains(where: { $0.package != nil }) { return nil }
    return kind == .directory ? enter(level.root, relative) : entry(relative, kind, below: level.root)
  }

  /// What a name below a root is to a walk of it; nil for a directory, for a link to one, and for what has gone.
  package static func entry(_ relative: [UInt8], below root: WalkRoot) -> WalkEntry? {
    var walk = FileWalk([])
    walk.levels = [Level(root: root, relative: [], names: [], package: nil)]
    do {
      let kind = try root.directory.open(beneath: relative, [.pathOnly, .noFollow]).identity().kind
      return kind == .directory ? nil : walk.entry(relative, kind, below: root)
    } catch {
      if error.isMissingFile { return nil }
      return .unexamined(path: join(root.path, relative), reason: unreadable(error), isFailure: true)
    }
  }

  /// What a name that is no directory's is to the walk.
  private func entry(
    _ relative: [UInt8], _ kind: FileIdentity.Kind, below root: WalkRoot
  ) -> WalkEntry? {
    let path = Self.join(root.path, relative)
    switch kind {
    case .regular: return .file(FileReference(path: path, root: root, relative: relative, isLink: false))
    case .link: return link(root, relative, path)
    case .directory, .other: return .unexamined(path: path, reason: Self.notRegular, isFailure: false)
    }
  }

  /// Makes a directory the innermost one; an entry where that is not possible.
  private mutating func enter(_ root: WalkRoot, _ relative: [UInt8]) -> WalkEntry? {
    do throws(SystemCallError) {
      let directory = try root.directory.open(
        beneath: relative.isEmpty ? [UInt8(ascii: ".")] : relative, [.readOnly, .directory, .noFollow])
      let listing = try Directory(try directory.duplicate())
      var names: [(name: [UInt8], kind: FileIdentity.Kind)] = []
      for name in try listing.names().reversed() {
        names.append((name, try Self.kind(of: name, in: directory)))
      }
      let package = package(of: names, root, relative)
      let changed = try directory.identity().changed
      newestFolder = max(newestFolder, changed)
      levels.append(Level(root: root, relative: relative, names: names, package: package, changed: changed))
      if let package { pending = .beginPackage(package) }
      return nil
    } catch {
      return .unexamined(
        path: Self.join(root.path, relative), reason: Self.unreadable(error), isFailure: true)
    }
  }

  /// The latest change of the innermost folder or of one around it, without the folder that its user named: what is moved
  /// into a place keeps the time stamps of its files.
  package var openFolders: Int64 {
    levels.dropFirst().reduce(max(outerChange, levels.last?.changed ?? 0)) { max($0, $1.changed) }
  }

  /// The latest change of the root or of a folder on the way to `start`; of none where that is the root.
  private static func change(around start: [UInt8], _ root: WalkRoot) -> Int64 {
    var newest: Int64 = 0
    var way = Array(".".utf8)
    do throws(SystemCallError) {
      for part in start.split(separator: UInt8(ascii: "/")) {
        newest = max(newest, try root.directory.open(beneath: way, .pathOnly).identity().changed)
        way = join(way, Array(part))
      }
    } catch {
      // What is not known may have changed.
      return .max
    }
    return newest
  }

  /// The package that a folder of these names is; nil for none, and for a part of a package.
  private func package(
    of names: [(name: [UInt8], kind: FileIdentity.Kind)], _ root: WalkRoot, _ relative: [UInt8]
  ) -> PackageFolder? {
    if levels.contains(where: { $0.package?.encloses ?? false }) { return nil }
    let kinds = PackageKind.kinds(of: names)
    let model = naming(relative, kinds)
    guard model != nil || !kinds.isEmpty else { return nil }
    return PackageFolder(path: Self.join(root.path, relative), kinds: kinds, model: model)
  }

  /// What a name is. One that has gone meanwhile counts as a file, which then cannot be opened, and is reported.
  private static func kind(
    of name: [UInt8], in directory: borrowing FileDescriptor
  ) throws(SystemCallError) -> FileIdentity.Kind {
    do {
      return try directory.identity(ofName: name).kind
    } catch let error where error.isMissingFile {
      return .regular
    }
  }

  private func link(_ root: WalkRoot, _ relative: [UInt8], _ path: [UInt8]) -> WalkEntry? {
    do throws(SystemCallError) {
      guard let target = try Self.targetBelow(root, relative) else {
        return .unexamined(
          path: path, reason: "a link that leads out of the tree is not followed", isFailure: false)
      }
      let file = try root.directory.open(beneath: target, .pathOnly)
      switch try file.identity().kind {
      case .regular: return .file(FileReference(path: path, root: root, relative: target, isLink: true))
      case .directory:
        return try meets(file)
          ? nil : .unexamined(path: path, reason: Self.folderElsewhere, isFailure: false)
      case .link, .other: return .unexamined(path: path, reason: Self.notRegular, isFailure: false)
      }
    } catch {
      return .unexamined(path: path, reason: "a link: \(Self.unreadable(error))", isFailure: true)
    }
  }

  /// Whether the walk comes to this directory anyway: it lies below the one that the walk began with, and in nothing
  /// that is left out.
  private func meets(_ directory: borrowing FileDescriptor) throws(SystemCallError) -> Bool {
    guard let first = levels.first else { return false }
    let slash = UInt8(ascii: "/")
    let parts = try directory.currentPath().split(separator: slash)
    let root = first.root.realPath.split(separator: slash)
    let start = first.relative.split(separator: slash)
    guard parts.starts(with: root), parts.dropFirst(root.count).starts(with: start) else { return false }
    var way: [UInt8] = []
    for part in parts.dropFirst(root.count) {
      way = Self.join(way, Array(part))
      if isOmitted(way) { return false }
    }
    return true
  }

  /// A path below the root for what a link leads to: the link itself where all its steps stay below the root,
  /// its target where that is named from the top and lies below the root; nil where it leads out.
  private static func targetBelow(
    _ root: WalkRoot, _ relative: [UInt8]
  ) throws(SystemCallError) -> [UInt8]? {
    do {
      _ = try root.directory.open(beneath: relative, .pathOnly)
      return relative
    } catch let error where error.leavesRoot {
      let target = try root.directory.target(ofLink: relative)
      let prefix = root.realPath + [UInt8(ascii: "/")]
      guard target.starts(with: prefix), target.count > prefix.count else { return nil }
      let rest = Array(target.dropFirst(prefix.count))
      do {
        _ = try root.directory.open(beneath: rest, .pathOnly)
        return rest
      } catch let error where error.leavesRoot {
        return nil
      }
    }
  }

  private static let notRegular = "not a regular file"
  private static let folderElsewhere = "a link to a folder that is not gone through here is not followed"

  private static func unreadable(_ error: SystemCallError) -> String { "cannot be read: \(error.message)" }

  /// A name below a path.
  package static func join(_ directory: [UInt8], _ name: [UInt8]) -> [UInt8] {
    if directory.isEmpty || name.isEmpty { return directory + name }
    return directory.last == UInt8(ascii: "/") ? directory + name : directory + [UInt8(ascii: "/")] + name
  }
}
