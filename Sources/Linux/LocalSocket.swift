internal import CLinux
internal import Glibc

/// Who was at the other end of a local socket when it was connected.
package struct Peer: Hashable, Sendable {
  /// Maybe another's by now.
  package let process: Int32
  package let user: UInt32

  package init(process: Int32, user: UInt32) {
    self.process = process
    self.user = user
  }
}

/// What a local socket makes of what is sent through it. unix(7)
package enum LocalSocketKind: CaseIterable, Sendable {
  /// It keeps the borders of messages: SOCK_SEQPACKET.
  case messages
  /// It keeps the order of bytes: SOCK_STREAM.
  case stream

  fileprivate var type: Int32 {
    switch self {
    case .messages: Int32(SOCK_SEQPACKET.rawValue)
    case .stream: Int32(SOCK_STREAM.rawValue)
    }
  }
}

/// Local sockets with a name in the file system, close-on-exec. unix(7)
extension FileDescriptor {
  /// Listens at a path where nothing is yet; accepting never waits. bind(2), chmod(2), listen(2)
  ///
  /// - Parameter mode: who may connect, as permission to write.
  package static func listen(
    at path: String, kind: LocalSocketKind = .messages, mode: UInt32, backlog: Int32
  ) throws(SystemCallError) -> FileDescriptor {
    // SAFETY: the path ends in a zero and outlives the call.
    FileDescriptor(
      owning: try systemCall("bind", path) { unsafe clinux_listen(path, kind.type, mode, backlog) })
  }

  /// Connects to the socket at a path. connect(2)
  package static func connect(
    to path: String, kind: LocalSocketKind = .messages
  ) throws(SystemCallError) -> FileDescriptor {
    // SAFETY: the path ends in a zero and outlives the call.
    FileDescriptor(owning: try systemCall("connect", path) { unsafe clinux_connect(path, kind.type) })
  }

  /// Takes the name of a socket away, and that of nothing else. unlink(2)
  package static func removeSocket(_ path: String) throws(SystemCallError) {
    // SAFETY: the path ends in a zero and outlives the call.
    try systemCall("unlink", path) { unsafe clinux_remove_socket(path) }
  }

  /// The next connection of this listener; nil where there is none. accept4(2)
  ///
  /// - Throws: `isExhausted` where there is no descriptor for it.
  package func accept() throws(SystemCallError) -> FileDescriptor? {
    do throws(SystemCallError) {
      return FileDescriptor(owning: try systemCall("accept4") { clinux_accept(number) })
    } catch  where error.wouldBlock || error.errno == ECONNABORTED {
      return nil
    }
  }

  /// Who is at the other end. getsockopt(2), SO_PEERCRED
  package func peer() throws(SystemCallError) -> Peer {
    var process: Int32 = 0
    var user: UInt32 = 0
    // SAFETY: the kernel's answer is copied into both.
    try systemCall("getsockopt", "SO_PEERCRED") { unsafe clinux_peer(number, &process, &user) }
    return Peer(process: process, user: user)
  }

  /// Whether this is a local socket of that kind, and listens. getsockopt(2)
  package func isLocalListener(_ kind: LocalSocketKind) throws(SystemCallError) -> Bool {
    let domain = try option(SO_DOMAIN, "SO_DOMAIN")
    let type = try option(SO_TYPE, "SO_TYPE")
    let listens = try option(SO_ACCEPTCONN, "SO_ACCEPTCONN")
    return domain == AF_UNIX && type == kind.type && listens != 0
  }

  private func option(_ option: Int32, _ name: String) throws(SystemCallError) -> Int32 {
    var value: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    // SAFETY: the kernel writes at most `length` bytes, which the value has.
    try systemCall("getsockopt", name) {
      unsafe getsockopt(number, SOL_SOCKET, option, &value, &length)
    }
    return value
  }

  /// Makes a descriptor that another program left open as our own are: closed by exec, and accepting without
  /// waiting. fcntl(2)
  package func makeOwn() throws(SystemCallError) {
    try systemCall("fcntl", "F_SETFD") { clinux_fcntl(number, F_SETFD, FD_CLOEXEC) }
    let flags = try systemCall("fcntl", "F_GETFL") { clinux_fcntl(number, F_GETFL, 0) }
    try systemCall("fcntl", "F_SETFL") { clinux_fcntl(number, F_SETFL, flags | O_NONBLOCK) }
  }

  /// Whether this only names a file, and nothing can be read through it. open(2), O_PATH
  package func isPathOnly() throws(SystemCallError) -> Bool {
    let flags = try systemCall("fcntl", "F_GETFL") { clinux_fcntl(number, F_GETFL, 0) }
    return flags & clinux_path_only != 0
  }

  /// Lets the other end read to the end of what was sent, and still reads from it. shutdown(2), SHUT_WR
  package func shutDownWriting() throws(SystemCallError) {
    try systemCall("shutdown") { shutdown(number, Int32(SHUT_WR)) }
  }

  /// Adds to a counter that `event()` made. write(2)
  package func notify() throws(SystemCallError) {
    do throws(SystemCallError) {
      try write([1, 0, 0, 0, 0, 0, 0, 0])
    } catch  where error.wouldBlock {
      return  // it is full, so it will be noticed
    }
  }

  /// Takes everything from a counter that `event()` made. read(2)
  package func clearNotifications() throws(SystemCallError) {
    do throws(SystemCallError) {
      _ = try read(limit: 8)
    } catch  where error.wouldBlock {
      return
    }
  }
}

/// Datagrams to a local socket.
package enum Datagram {
  /// Sends one to the socket of this name: a path, or `@` and an abstract name. Waits a second at most. sendmsg(2)
  ///
  /// - Parameter descriptor: goes with it; nil for none.
  /// - Throws: `EAFNOSUPPORT` for any other name.
  package static func send(
    _ bytes: [UInt8], to name: String, descriptor: Int32? = nil
  ) throws(SystemCallError) {
    // SAFETY: the name ends in a zero; the pointer and the count are of one array.
    try systemCall("sendmsg", name) {
      unsafe clinux_send_datagram(name, bytes, bytes.count, descriptor ?? -1)
    }
  }
}

extension SystemCallError {
  /// There are no more descriptors to be had.
  package var isExhausted: Bool {
    errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS
  }

  /// Nobody listens there.
  package var isRefusedConnection: Bool { errno == ECONNREFUSED }
}

/// Signals that come as something to read. signalfd(2)
package struct SignalReader: ~Copyable, Sendable {
  package let descriptor: FileDescriptor

  /// Holds these signals back in this thread and those that it starts from now on.
  package init(_ signals: [Int32]) throws(SystemCallError) {
    descriptor = FileDescriptor(
      owning: try systemCall("signalfd") {
        // SAFETY: the pointer and the count are of one array.
        unsafe clinux_signal_descriptor(signals, signals.count)
      })
  }

  /// The next signal that has come; nil where none has.
  package func next() throws(SystemCallError) -> Int32? {
    do throws(SystemCallError) {
      return try systemCall("read", "signalfd") { clinux_read_signal(descriptor.number) }
    } catch  where error.wouldBlock {
      return nil
    }
  }
}

extension Signal {
  package static let hangUp = SIGHUP
  package static let interrupt = SIGINT
}

extension Process {
  /// Allows this process as many descriptors as it may have at all; says how many. setrlimit(2)
  package static func raiseDescriptorLimit() throws(SystemCallError) -> Int {
    Int(try systemCall("setrlimit", "RLIMIT_NOFILE") { clinux_raise_descriptor_limit() })
  }
}
