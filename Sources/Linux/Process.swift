internal import CLinux
internal import Glibc

/// How a process ended.
package enum ProcessEnd: Hashable, Sendable {
  case exited(status: Int32)
  case killed(signal: Int32)

  /// From the status that wait(2) gives.
  package init(waitStatus: Int32) {
    let signal = waitStatus & 0x7F
    self = signal == 0 ? .exited(status: (waitStatus >> 8) & 0xFF) : .killed(signal: signal)
  }
}

/// The signals this project sends or tells apart.
package enum Signal {
  package static let kill = SIGKILL
  package static let terminate = SIGTERM
  package static let abort = SIGABRT
  package static let illegalInstruction = SIGILL
  package static let trap = SIGTRAP
  package static let segmentationFault = SIGSEGV
  package static let busError = SIGBUS
  package static let badSystemCall = SIGSYS
  package static let processorTime = SIGXCPU
  package static let fileSize = SIGXFSZ

  /// `SIGSEGV`.
  package static func name(_ number: Int32) -> String {
    // SAFETY: the C library returns a constant string or nil.
    guard let text = unsafe clinux_signal_name(number) else { return "signal \(number)" }
    return unsafe "SIG" + String(cString: text)
  }

  /// Makes a signal do nothing in this process. signal(2)
  package static func ignore(_ number: Int32) { Glibc.signal(number, SIG_IGN) }
  package static let brokenPipe = SIGPIPE
}

extension FileDescriptor {
  /// A descriptor of a process that is not reaped yet: readable when the process has ended. pidfd_open(2)
  package static func process(_ pid: Int32) throws(SystemCallError) -> FileDescriptor {
    FileDescriptor(owning: try systemCall("pidfd_open") { clinux_pidfd_open(pid) })
  }

  /// Sends a signal to the process of this descriptor, never to another that got its number. A process that
  /// has ended already is no error. pidfd_send_signal(2)
  package func signalProcess(_ signal: Int32) throws(SystemCallError) {
    do {
      try systemCall("pidfd_send_signal") { clinux_pidfd_send_signal(number, signal) }
    } catch let error where error.errno == ESRCH {
      return
    }
  }
}

/// This process and its children.
package enum Process {
  package static var id: Int32 { getpid() }
  package static var effectiveUser: UInt32 { geteuid() }

  /// What a child used.
  package struct Usage: Hashable, Sendable {
    package var userMicroseconds: UInt64
    package var systemMicroseconds: UInt64
    package var residentKibibytes: UInt64
  }

  package struct Reaped: Hashable, Sendable {
    package var pid: Int32
    package var waitStatus: Int32
    package var usage: Usage
  }

  /// Waits for a child to end and takes it off the process table. wait4(2)
  ///
  /// - Parameter pid: -1 for any child.
  /// - Returns: nil where `wait` is false and none has ended.
  @discardableResult
  package static func reap(_ pid: Int32, wait: Bool = true) throws(SystemCallError) -> Reaped? {
    var status: Int32 = 0
    var usage = rusage()
    // SAFETY: the kernel writes one status and one `rusage`.
    let ended = try systemCall("wait4") { unsafe wait4(pid, &status, wait ? 0 : WNOHANG, &usage) }
    guard ended > 0 else { return nil }
    return Reaped(
      pid: ended, waitStatus: status,
      usage: Usage(
        userMicroseconds: microseconds(usage.ru_utime),
        systemMicroseconds: microseconds(usage.ru_stime),
        residentKibibytes: UInt64(clamping: usage.ru_maxrss)))
  }

  private static func microseconds(_ time: timeval) -> UInt64 {
    UInt64(clamping: time.tv_sec) &* 1_000_000 &+ UInt64(clamping: time.tv_usec)
  }

  /// The release of the kernel: `6.18.44`.
  package static func kernelRelease() throws(SystemCallError) -> String {
    var names = utsname()
    // SAFETY: the kernel writes one `utsname`.
    try systemCall("uname") { unsafe uname(&names) }
    // SAFETY: the kernel ends each name with a zero inside its field.
    return unsafe withUnsafeBytes(of: &names.release) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
