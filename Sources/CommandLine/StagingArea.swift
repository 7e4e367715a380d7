internal import Linux

/// A private folder beside a destination, on the same file system, in which something waits until it is moved into
/// place. It goes away with its owner; that of a process that died goes away the next time somebody stages there.
///
/// The folder has mode 0700 and a random name that is used once. A lock file in it is locked for as long as the
/// process lives: whoever gets the lock of somebody else's folder knows that nobody uses it.
final class StagingArea {
  static let prefix = Array(".lazaret-admit-".utf8)
  /// What waits.
  static let content = Array("content".utf8)
  /// A text that goes with it.
  static let record = Array("record".utf8)
  private static let lock = Array("lock".utf8)
  private static let names = [content, record, lock]
  /// How often another process may come between making a folder and locking it.
  private static let attemptLimit = 100

  let directory: FileDescriptor
  private let parent: FileDescriptor
  private let name: [UInt8]
  /// Held until the end.
  private let lockFile: FileDescriptor
  private var isRemoved = false

  private init(
    _ directory: consuming FileDescriptor, in parent: consuming FileDescriptor, name: [UInt8],
    lockFile: consuming FileDescriptor
  ) {
    self.directory = directory
    self.parent = parent
    self.name = name
    self.lockFile = lockFile
  }

  deinit {
    guard !isRemoved else { return }
    do throws(SystemCallError) {
      try clear()
    } catch {
      // Whoever failed says so; what stays is taken away the next time.
    }
  }

  /// Makes a folder in `parent`.
  static func make(in parent: borrowing FileDescriptor) throws(SystemCallError) -> StagingArea {
    for _ in 0..<attemptLimit {
      let name = prefix + Array("\(hexadecimal())\(hexadecimal())".utf8)
      try parent.makeDirectory(name: name, mode: 0o700)
      if let area = try take(name, in: parent) { return area }
    }
    throw SystemCallError.badMessage("mkdirat", "others take away what is made")
  }

  /// Locks the folder that was just made; nil where somebody takes it away as one that nobody uses.
  private static func take(
    _ name: [UInt8], in parent: borrowing FileDescriptor
  ) throws(SystemCallError) -> StagingArea? {
    do throws(SystemCallError) {
      let directory = try parent.open(name: name, [.readOnly, .directory, .noFollow])
      let lockFile = try directory.open(name: lock, [.readWrite, .create, .exclusive, .noFollow])
      guard try lockFile.takeLock() else { return nil }
      // Between making and locking, the file may have been locked and taken away.
      guard try directory.identity(ofName: lock).inode == lockFile.identity().inode else { return nil }
      return StagingArea(
        directory, in: try parent.duplicate(), name: name, lockFile: lockFile)
    } catch {
      if error.isMissingFile || error.isExistingFile { return nil }
      throw error
    }
  }

  /// Takes away the folders of dead processes of this user.
  ///
  /// - Returns: in words, what could not be taken away.
  static func removeAbandoned(in parent: borrowing FileDescriptor) throws(SystemCallError) -> [String] {
    var troubles: [String] = []
    let listing = try Directory(try parent.open(name: [UInt8(ascii: ".")], [.readOnly, .directory]))
    for name in try listing.names() where name.starts(with: prefix) {
      do throws(SystemCallError) {
        try removeIfAbandoned(name, in: parent)
      } catch {
        // Somebody else was faster, or it is not ours to look into.
        if error.isMissingFile || error.isNotEmpty { continue }
        troubles.append("what a killed run left behind stays: \(Escaping.visible(name)): \(error.message)")
      }
    }
    return troubles
  }

  private static func removeIfAbandoned(
    _ name: [UInt8], in parent: borrowing FileDescriptor
  ) throws(SystemCallError) {
    guard let directory = try openOwn(name, in: parent) else { return }
    let lockFile = try directory.open(name: lock, [.readWrite, .create, .noFollow])
    guard try lockFile.takeLock() else { return }
    try empty(directory)
    try parent.removeDirectory(name: name)
  }

  /// The folder of this name where it is what `make` makes: this user's, closed to others, with nothing in it but
  /// our names. nil for anything else, which is left alone.
  private static func openOwn(
    _ name: [UInt8], in parent: borrowing FileDescriptor
  ) throws(SystemCallError) -> FileDescriptor? {
    guard try parent.identity(ofName: name).isDirectory else { return nil }
    // Another user's cannot even be opened, and that is no trouble.
    let flags: FileDescriptor.OpenFlags = [.directory, .noFollow]
    guard try isOwn(parent.open(beneath: name, flags.union(.pathOnly))) else { return nil }
    let directory = try parent.open(name: name, flags)
    guard try isOwn(directory) else { return nil }
    let found = try Directory(try directory.duplicate()).names()
    guard found.allSatisfy(names.contains) else { return nil }
    return directory
  }

  private static func isOwn(_ directory: borrowing FileDescriptor) throws(SystemCallError) -> Bool {
    try directory.ownership().isClosedToOthers
  }

  /// The lock file last, so that a folder that is half taken away is still known.
  private static func empty(_ directory: borrowing FileDescriptor) throws(SystemCallError) {
    for name in names {
      do throws(SystemCallError) {
        try directory.removeTree(name: name)
      } catch {
        guard error.isMissingFile else { throw error }
      }
    }
  }

  /// Takes the folder and all it holds away.
  func remove() throws(SystemCallError) {
    isRemoved = true
    try clear()
  }

  private func clear() throws(SystemCallError) {
    try Self.empty(directory)
    try parent.removeDirectory(name: name)
  }

  private static func hexadecimal() -> String {
    let text = String(UInt64.random(in: 0...(.max)), radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }
}
