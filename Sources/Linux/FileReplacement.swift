internal import Glibc

/// A file being put in the place of another in one directory: a reader sees the old bytes or the new ones.
///
/// The bytes go under a second name first. That name must not exist, so that of several writers only one at a time
/// gets from reading the old file to replacing it. It is gone when the replacement is.
package struct FileReplacement: ~Copyable {
  private let directory: FileDescriptor
  private let file: FileDescriptor
  private let temporary: String
  private var isDone = false

  /// Takes the second name. openat(2)
  ///
  /// - Parameter mode: the permissions of the new file, less the process's mask.
  /// - Throws: `EEXIST` where the name is taken.
  package init(
    in directory: consuming FileDescriptor, through temporary: String, mode: UInt32 = 0o644
  ) throws(SystemCallError) {
    file = try directory.open(
      name: Array(temporary.utf8), [.writeOnly, .create, .exclusive, .noFollow], mode: mode)
    self.directory = directory
    self.temporary = temporary
  }

  deinit {
    guard !isDone else { return }
    // SAFETY: the name ends in a zero and outlives the call. Whether it works changes nothing for the old file.
    _ = unsafe unlinkat(directory.number, temporary, 0)
  }

  /// Puts these bytes under `name`, on the disk when this returns. fsync(2), renameat(2)
  package mutating func commit(_ bytes: [UInt8], as name: String) throws(SystemCallError) {
    try file.write(bytes)
    try file.synchronize()
    let number = directory.number
    // SAFETY: both names end in a zero and outlive the call.
    _ = try systemCall("renameat", name) { unsafe renameat(number, temporary, number, name) }
    isDone = true
    try directory.synchronize()
  }
}
