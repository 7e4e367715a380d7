internal import CLinux
internal import Glibc

extension FileDescriptor {
  /// Whether nothing can be written through this descriptor. fcntl(2), F_GETFL
  package func isReadOnly() throws(SystemCallError) -> Bool {
    let flags = try systemCall("fcntl", "F_GETFL") { clinux_fcntl(number, F_GETFL, 0) }
    return flags & O_ACCMODE == O_RDONLY
  }

  /// The same file opened again, for reading only. open(2) of /proc/self/fd
  package func reopenedReadOnly() throws(SystemCallError) -> FileDescriptor {
    try .open("/proc/self/fd/\(number)", [.readOnly, .nonBlocking])
  }
}
