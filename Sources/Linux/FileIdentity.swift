internal import Glibc

/// What tells one state of a file from another: compared before and after an examination.
package struct FileIdentity: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case regular, directory, link, other
  }

  package let kind: Kind
  package let device: UInt64
  package let inode: UInt64
  /// Bytes.
  package let size: Int
  /// Nanoseconds since 1970 of the last change of the content.
  package let modified: Int64
  /// Nanoseconds since 1970 of the last change of the content or of the inode.
  package let changed: Int64

  package var isRegular: Bool { kind == .regular }
  package var isDirectory: Bool { kind == .directory }

  init(_ status: stat) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: kind = .regular
    case S_IFDIR: kind = .directory
    case S_IFLNK: kind = .link
    default: kind = .other
    }
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    size = Int(status.st_size)
    modified = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
    changed = Int64(status.st_ctim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_ctim.tv_nsec)
  }
}

extension FileDescriptor {
  /// What the file is now. fstat(2)
  package func identity() throws(SystemCallError) -> FileIdentity {
    var status = stat()
    // SAFETY: the kernel writes one `stat`.
    try systemCall("fstat") { unsafe fstat(number, &status) }
    return FileIdentity(status)
  }

  /// What a name inside an open directory is, links not followed. fstatat(2)
  package func identity(ofName name: [UInt8]) throws(SystemCallError) -> FileIdentity {
    var status = stat()
    let path = name.map { CChar(bitPattern: $0) } + [0]
    try systemCall("fstatat", String(decoding: name, as: UTF8.self)) {
      // SAFETY: the path ends in a zero; the kernel writes one `stat`.
      unsafe fstatat(number, path, &status, AT_SYMLINK_NOFOLLOW)
    }
    return FileIdentity(status)
  }
}

extension FileIdentity {
  /// What a path leads to; its last component is followed only where that is asked for. stat(2), lstat(2)
  package init(path: String, followingLinks: Bool) throws(SystemCallError) {
    var status = stat()
    try systemCall("stat", path) {
      // SAFETY: the path ends in a zero; the kernel writes one `stat`.
      unsafe fstatat(AT_FDCWD, path, &status, followingLinks ? 0 : AT_SYMLINK_NOFOLLOW)
    }
    self.init(status)
  }
}
