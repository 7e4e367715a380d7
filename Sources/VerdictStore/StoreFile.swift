internal import Linux

/// The database file's place in the file system: made private, and trusted only if nobody else can write it.
enum StoreFile {
  /// Makes sure that the file is there and that only this user and root can have written it.
  ///
  /// - Parameter create: makes the missing file (mode 0600) and the missing directories above it (0700), and
  ///   brings their names to the disk.
  /// - Throws: `StoreError` where the file is missing, is no regular file, or is somebody else's.
  static func prepare(_ path: String, create: Bool) throws(StoreError) {
    do {
      if create { try make(path) }
      try check(path)
      // SQLite replays a log beside the database: it must be ours as well.
      for suffix in ["-wal", "-shm", "-journal"] { try checkIfPresent(path + suffix) }
    } catch let error as StoreError {
      throw error
    } catch let error as SystemCallError where error.isMissingFile && !create {
      throw .cannotOpen("there is no store at \(path)")
    } catch {
      throw .cannotOpen("\(error)")
    }
  }

  private static func make(_ path: String) throws(SystemCallError) {
    let directory = Directory.parent(of: path)
    try Directory.create(directory)
    do {
      let file = try FileDescriptor.open(path, [.readWrite, .create, .exclusive, .noFollow], mode: 0o600)
      try file.synchronize()
      try FileDescriptor.open(directory, .directory).synchronize()
    } catch let error where error.isExistingFile {
      return
    }
  }

  private static func check(_ path: String) throws {
    let ownership = try FileOwnership(path: path)
    guard ownership.isRegular else { throw StoreError.cannotOpen("\(path) is not a regular file") }
    guard ownership.isPrivateToWriter else {
      throw StoreError.cannotOpen(
        "\(path) is owned by user \(ownership.user) with mode \(String(ownership.mode, radix: 8)): "
          + "somebody else can write it, so its verdicts prove nothing")
    }
  }

  /// The logs come and go while others have the store open.
  private static func checkIfPresent(_ path: String) throws {
    do {
      try check(path)
    } catch let error as SystemCallError where error.isMissingFile {
      return
    }
  }
}
