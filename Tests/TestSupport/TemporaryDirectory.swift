internal import Glibc
package import Linux

/// A directory of a test's own under /tmp, removed with its owner.
package final class TemporaryDirectory: Sendable {
  package let path: String

  package init() throws(SystemCallError) {
    path = "/tmp/lazaret-test-\(Process.id)-\(UInt64.random(in: 0...(.max)))"
    try Directory.create(path)
  }

  deinit {
    do {
      try TemporaryDirectory.empty(try FileDescriptor.open(path, [.directory, .noFollow]))
      unsafe rmdir(path)
    } catch {
      print("\(path) stays behind: \(error)")
    }
  }

  /// Writes a file and gives its path.
  @discardableResult
  package func write(_ name: String, _ bytes: [UInt8]) throws(SystemCallError) -> String {
    let file = "\(path)/\(name)"
    try Directory.create(Directory.parent(of: file))
    try FileDescriptor.open(file, [.writeOnly, .create, .truncate], mode: 0o644).write(bytes)
    return file
  }

  /// Changes the permission bits of a name.
  package func setMode(_ name: String, _ mode: UInt32) -> Bool {
    unsafe chmod("\(path)/\(name)", mode) == 0
  }

  /// Sets when a file was last read and written, in nanoseconds since 1970.
  package func setTime(_ name: String, _ nanoseconds: Int64) -> Bool {
    let time = timespec(
      tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    return unsafe utimensat(AT_FDCWD, "\(path)/\(name)", [time, time], 0) == 0
  }

  /// Takes a file away.
  package func remove(_ name: String) -> Bool { unsafe unlink("\(path)/\(name)") == 0 }

  /// Makes a symbolic link with exactly this target, and gives its path.
  package func link(_ name: String, to target: String) -> String? {
    unsafe symlink(target, "\(path)/\(name)") == 0 ? "\(path)/\(name)" : nil
  }

  /// Makes a pipe with a name, and gives its path.
  package func pipe(_ name: String) -> String? {
    unsafe mkfifo("\(path)/\(name)", 0o600) == 0 ? "\(path)/\(name)" : nil
  }

  private static func empty(_ directory: consuming FileDescriptor) throws(SystemCallError) {
    let number = directory.number
    let listing = try Directory(try directory.duplicate())
    for name in try listing.names() {
      let isDirectory = try directory.identity(ofName: name).isDirectory
      if isDirectory { try empty(try directory.open(name: name, [.directory, .noFollow])) }
      let path = name.map { CChar(bitPattern: $0) } + [0]
      unsafe unlinkat(number, path, isDirectory ? AT_REMOVEDIR : 0)
    }
  }
}
