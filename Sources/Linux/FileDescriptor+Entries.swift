internal import CLinux
internal import Glibc

/// The names inside an open directory, made, moved and taken away.
extension FileDescriptor {
  /// What a rename does where the new name is taken.
  package enum RenameRule: Sendable {
    case replaces
    /// It fails with `isExistingFile`.
    case refuses
    /// Each gets the other's name; both must be there.
    case exchanges

    fileprivate var number: clinux_rename_rule {
      switch self {
      case .replaces: clinux_rename_replacing
      case .refuses: clinux_rename_refusing
      case .exchanges: clinux_rename_exchanging
      }
    }
  }

  /// Makes a directory of this name. mkdirat(2)
  ///
  /// - Parameter mode: its permissions, less the process's mask.
  package func makeDirectory(name: [UInt8], mode: UInt32) throws(SystemCallError) {
    try systemCall("mkdirat", String(decoding: name, as: UTF8.self)) {
      // SAFETY: the name ends in a zero and outlives the call.
      unsafe mkdirat(number, Self.terminated(name), mode)
    }
  }

  /// Takes away a name that is no directory's. unlinkat(2)
  package func remove(name: [UInt8]) throws(SystemCallError) {
    try systemCall("unlinkat", String(decoding: name, as: UTF8.self)) {
      // SAFETY: as above.
      unsafe unlinkat(number, Self.terminated(name), 0)
    }
  }

  /// Takes away an empty directory. unlinkat(2), AT_REMOVEDIR
  package func removeDirectory(name: [UInt8]) throws(SystemCallError) {
    try systemCall("unlinkat", String(decoding: name, as: UTF8.self)) {
      // SAFETY: as above.
      unsafe unlinkat(number, Self.terminated(name), AT_REMOVEDIR)
    }
  }

  /// Takes away a name and everything below it; a link is taken away, not followed. Needs a descriptor for each
  /// level of directories.
  package func removeTree(name: [UInt8]) throws(SystemCallError) {
    guard try identity(ofName: name).isDirectory else { return try remove(name: name) }
    let directory = try open(name: name, [.readOnly, .directory, .noFollow])
    for entry in try Directory(try directory.duplicate()).names() { try directory.removeTree(name: entry) }
    try removeDirectory(name: name)
  }

  /// Moves a name in this directory to one in another on the same file system, in one step. renameat2(2)
  package func rename(
    _ name: [UInt8], to directory: borrowing FileDescriptor, as newName: [UInt8], _ rule: RenameRule
  ) throws(SystemCallError) {
    let target = directory.number
    try systemCall("renameat2", String(decoding: newName, as: UTF8.self)) {
      // SAFETY: both names end in a zero and outlive the call.
      unsafe clinux_rename(number, Self.terminated(name), target, Self.terminated(newName), rule.number)
    }
  }

  /// Sets the permission bits. fchmod(2)
  package func setMode(_ mode: UInt32) throws(SystemCallError) {
    try systemCall("fchmod") { fchmod(number, mode) }
  }

  /// Cuts the file to its first `size` bytes. ftruncate(2)
  package func truncate(to size: Int) throws(SystemCallError) {
    try systemCall("ftruncate") { ftruncate(number, off_t(size)) }
  }

  /// Takes the lock of this open file, which ends with its last descriptor, a killed process's too.
  ///
  /// - Returns: false where another has it. flock(2)
  package func takeLock() throws(SystemCallError) -> Bool {
    do {
      try systemCall("flock") { clinux_lock(number) }
      return true
    } catch let error where error.wouldBlock {
      return false
    }
  }

  private static func terminated(_ name: [UInt8]) -> [CChar] { name.map { CChar(bitPattern: $0) } + [0] }
}

extension SystemCallError {
  /// Both names must lie on one file system.
  package var crossesFileSystems: Bool { errno == EXDEV }

  /// The directory holds something.
  package var isNotEmpty: Bool { errno == ENOTEMPTY || errno == EEXIST }
}
