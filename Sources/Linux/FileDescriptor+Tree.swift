internal import CLinux
internal import Glibc

extension FileDescriptor {
  /// Opens a path below an open directory. Links are followed as long as they stay below it. openat2(2)
  ///
  /// - Throws: `leavesRoot` where `..`, an absolute link or a mount of magic links would lead out.
  package func open(beneath path: [UInt8], _ flags: OpenFlags = .readOnly) throws(SystemCallError)
    -> FileDescriptor
  {
    let name = path.map { CChar(bitPattern: $0) } + [0]
    // openat2 refuses flags that mean nothing, which O_NOCTTY does beside O_PATH.
    let terminal = flags.contains(.pathOnly) ? 0 : O_NOCTTY
    let number = try systemCall("openat2", String(decoding: path, as: UTF8.self)) {
      unsafe clinux_open_beneath(self.number, name, flags.rawValue | O_CLOEXEC | terminal)
    }
    return FileDescriptor(owning: number)
  }

  /// Opens the file of these bytes' name. open(2)
  package static func open(
    path: [UInt8], _ flags: OpenFlags = .readOnly
  ) throws(SystemCallError) -> FileDescriptor {
    let name = path.map { CChar(bitPattern: $0) } + [0]
    let number = try systemCall("open", String(decoding: path, as: UTF8.self)) {
      unsafe clinux_open_at(AT_FDCWD, name, flags.rawValue | O_CLOEXEC | O_NOCTTY, 0)
    }
    return FileDescriptor(owning: number)
  }

  /// Where a symbolic link below an open directory leads, as its bytes. readlinkat(2)
  package func target(ofLink path: [UInt8]) throws(SystemCallError) -> [UInt8] {
    try readLink(at: number, path)
  }

  /// The path of this open file, as the kernel knows it now. proc(5), /proc/self/fd
  package func currentPath() throws(SystemCallError) -> [UInt8] {
    try readLink(at: AT_FDCWD, Array("/proc/self/fd/\(number)".utf8))
  }

  /// Who owns the file, and what others may do with it. fstat(2)
  package func ownership() throws(SystemCallError) -> FileOwnership {
    var status = stat()
    try systemCall("fstat") { unsafe fstat(number, &status) }
    return FileOwnership(status)
  }

  /// Whether this is a terminal. isatty(3)
  package static func isTerminal(_ number: Int32) -> Bool { isatty(number) == 1 }
}

extension FileDescriptor.OpenFlags {
  /// Only names the file, for `identity` and to go on from there: no permission to read is needed, and no
  /// device, pipe or socket notices. open(2), O_PATH
  package static let pathOnly = FileDescriptor.OpenFlags(rawValue: clinux_path_only)
}

extension Process {
  /// The path of the running program. proc(5), /proc/self/exe
  package static func executablePath() throws(SystemCallError) -> [UInt8] {
    try readLink(at: AT_FDCWD, Array("/proc/self/exe".utf8))
  }

  /// The path of the working directory. proc(5), /proc/self/cwd
  package static func workingDirectory() throws(SystemCallError) -> [UInt8] {
    try readLink(at: AT_FDCWD, Array("/proc/self/cwd".utf8))
  }

  /// What this process was started with, the program's name first. Bytes, because Swift's own list replaces those
  /// that are no UTF-8.
  package static var arguments: [[UInt8]] {
    (0..<Int(CommandLine.argc)).compactMap { index in
      // SAFETY: the vector has `argc` texts, which live as long as the process and which nobody changes.
      guard let text = unsafe CommandLine.unsafeArgv[index] else { return nil }
      return unsafe UnsafeBufferPointer(start: text, count: strlen(text)).map { UInt8(bitPattern: $0) }
    }
  }

  /// The value of an environment variable; nil where it is not set. getenv(3)
  package static func environment(_ name: String) -> String? {
    // SAFETY: the environment changes only in `takeEnvironment`, before there are threads; the text is copied.
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }

  /// The value of a variable, which is gone afterwards: no child inherits it. unsetenv(3)
  ///
  /// Only for a process that has one thread.
  package static func takeEnvironment(_ name: String) -> String? {
    let value = environment(name)
    // SAFETY: the name ends in a zero and outlives the call. It fails only for a name that none can have.
    unsafe unsetenv(name)
    return value
  }
}

private func readLink(at directory: Int32, _ path: [UInt8]) throws(SystemCallError) -> [UInt8] {
  let name = path.map { CChar(bitPattern: $0) } + [0]
  var target = [CChar](repeating: 0, count: Int(PATH_MAX))
  let count = try systemCall("readlinkat", String(decoding: path, as: UTF8.self)) {
    unsafe readlinkat(directory, name, &target, target.count)
  }
  return target.prefix(count).map { UInt8(bitPattern: $0) }
}

extension SystemCallError {
  /// The path would have left the directory that it was to stay in.
  package var leavesRoot: Bool { errno == EXDEV }

  /// The file is there already.
  package var isExistingFile: Bool { errno == EEXIST }
}

/// The owner of a file and its permission bits.
package struct FileOwnership: Hashable, Sendable {
  package let user: UInt32
  package let mode: UInt32
  package let isRegular: Bool

  fileprivate init(_ status: stat) {
    user = status.st_uid
    mode = status.st_mode & 0o7777
    isRegular = status.st_mode & S_IFMT == S_IFREG
  }

  /// Of what has this path, which is not followed where it is a link. lstat(2)
  package init(path: String) throws(SystemCallError) {
    var status = stat()
    try systemCall("lstat", path) { unsafe lstat(path, &status) }
    self.init(status)
  }

  /// Whether it is this process's user's, and nobody else may do anything with it.
  package var isClosedToOthers: Bool { user == geteuid() && mode & 0o077 == 0 }

  /// Whether only this process's user and root can have written the file.
  package var isPrivateToWriter: Bool {
    (user == geteuid() || user == 0) && mode & 0o022 == 0
  }
}

extension Directory {
  /// Makes a directory that only its owner may enter, and the ones above it that are missing; brings each new
  /// name to the disk. mkdir(2)
  package static func create(_ path: String) throws(SystemCallError) {
    let parent = parent(of: path)
    do {
      guard try make(path) else { return }
    } catch let error where error.errno == ENOENT && parent != path {
      try create(parent)
      guard try make(path) else { return }
    }
    try FileDescriptor.open(parent, .directory).synchronize()
  }

  /// Makes one directory; false where the name is taken already, by another process perhaps a moment ago.
  private static func make(_ path: String) throws(SystemCallError) -> Bool {
    do {
      try systemCall("mkdir", path) { unsafe mkdir(path, 0o700) }
      return true
    } catch let error where error.isExistingFile {
      return false
    }
  }

  /// The directory that holds the last component: `.` where there is no other.
  package static func parent(of path: String) -> String {
    let bytes = path.utf8
    let trimmed = bytes.dropLast(while: { $0 == UInt8(ascii: "/") })
    guard let slash = trimmed.lastIndex(of: UInt8(ascii: "/")) else {
      return trimmed.isEmpty && !bytes.isEmpty ? "/" : "."
    }
    return slash == trimmed.startIndex ? "/" : String(decoding: trimmed[..<slash], as: UTF8.self)
  }
}

extension BidirectionalCollection {
  fileprivate func dropLast(while predicate: (Element) -> Bool) -> SubSequence {
    var end = endIndex
    while end != startIndex, predicate(self[index(before: end)]) { end = index(before: end) }
    return self[..<end]
  }
}
