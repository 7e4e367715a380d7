internal import CLinux
internal import Glibc

/// An open file, socket or process, closed when its owner lets go of it.
package struct FileDescriptor: ~Copyable, Sendable {
  package let number: Int32

  /// Takes over a descriptor that nobody else closes.
  package init(owning number: Int32) { self.number = number }

  deinit { Glibc.close(number) }

  /// Gives the number away; whoever takes it closes it.
  package consuming func release() -> Int32 {
    let number = self.number
    discard self
    return number
  }

  /// How a file is to be opened. Everything is opened close-on-exec.
  package struct OpenFlags: OptionSet, Sendable {
    package let rawValue: Int32
    package init(rawValue: Int32) { self.rawValue = rawValue }

    package static let readOnly: OpenFlags = []
    package static let writeOnly = OpenFlags(rawValue: O_WRONLY)
    package static let readWrite = OpenFlags(rawValue: O_RDWR)
    package static let create = OpenFlags(rawValue: O_CREAT)
    /// With `create`: fails where the file is there already.
    package static let exclusive = OpenFlags(rawValue: O_EXCL)
    package static let truncate = OpenFlags(rawValue: O_TRUNC)
    package static let append = OpenFlags(rawValue: O_APPEND)
    package static let directory = OpenFlags(rawValue: O_DIRECTORY)
    /// Fails with `isLink` where the last component is a symbolic link.
    package static let noFollow = OpenFlags(rawValue: O_NOFOLLOW)
    /// Opening a FIFO or a device does not wait.
    package static let nonBlocking = OpenFlags(rawValue: O_NONBLOCK)
  }

  /// Opens a path; `mode` counts where the file is created. open(2)
  package static func open(
    _ path: String, _ flags: OpenFlags = .readOnly, mode: UInt32 = 0o600
  ) throws(SystemCallError) -> FileDescriptor {
    let number = try systemCall("open", path) {
      // SAFETY: the path ends in a zero and outlives the call.
      unsafe clinux_open_at(AT_FDCWD, path, flags.rawValue | O_CLOEXEC | O_NOCTTY, mode)
    }
    return FileDescriptor(owning: number)
  }

  /// Opens a name inside an open directory. openat(2)
  package func open(
    name: [UInt8], _ flags: OpenFlags = .readOnly, mode: UInt32 = 0o600
  ) throws(SystemCallError) -> FileDescriptor {
    let path = name.map { CChar(bitPattern: $0) } + [0]
    let number = try systemCall("openat", String(decoding: name, as: UTF8.self)) {
      // SAFETY: the path ends in a zero and outlives the call.
      unsafe clinux_open_at(self.number, path, flags.rawValue | O_CLOEXEC | O_NOCTTY, mode)
    }
    return FileDescriptor(owning: number)
  }

  /// A second descriptor of the same open file. dup(2)
  package func duplicate(atLeast minimum: Int32 = 0) throws(SystemCallError) -> FileDescriptor {
    FileDescriptor(
      owning: try systemCall("dup") { clinux_fcntl(number, F_DUPFD_CLOEXEC, minimum) })
  }

  /// Both ends of a pipe.
  @frozen package struct Pipe: ~Copyable {
    package var reading: FileDescriptor
    package var writing: FileDescriptor
  }

  /// A pipe, both ends close-on-exec. pipe2(2)
  package static func pipe() throws(SystemCallError) -> Pipe {
    var ends: [Int32] = [-1, -1]
    // SAFETY: the array has room for both ends.
    try systemCall("pipe2") { unsafe clinux_pipe(&ends, O_CLOEXEC) }
    return Pipe(reading: FileDescriptor(owning: ends[0]), writing: FileDescriptor(owning: ends[1]))
  }

  /// A counter that one thread writes to wake another that polls it. eventfd(2)
  package static func event() throws(SystemCallError) -> FileDescriptor {
    FileDescriptor(
      owning: try systemCall("eventfd") { clinux_eventfd() })
  }
}
