internal import CLinux
internal import Glibc

/// A system call that failed.
package struct SystemCallError: Error, Equatable, CustomStringConvertible {
  /// The function that failed: `openat`.
  package let call: String
  package let errno: Int32
  /// What it was about: a path, or nothing.
  package let detail: String

  package init(_ call: String, _ errno: Int32, _ detail: String = "") {
    self.call = call
    self.errno = errno
    self.detail = detail
  }

  /// `EACCES`.
  package var name: String {
    // SAFETY: the C library returns a constant string or nil.
    guard let text = unsafe clinux_error_name(errno) else { return "\(errno)" }
    return unsafe String(cString: text)
  }

  /// `Permission denied`.
  package var message: String {
    // SAFETY: the C library returns a constant string or nil.
    guard let text = unsafe clinux_error_text(errno) else { return "error \(errno)" }
    return unsafe String(cString: text)
  }

  package var description: String {
    let place = detail.isEmpty ? "" : " \(detail)"
    return "\(call)\(place): \(message) (\(name))"
  }

  /// A non-blocking call found nothing to do.
  package var wouldBlock: Bool { errno == EAGAIN || errno == EWOULDBLOCK }

  /// There is no such file.
  package var isMissingFile: Bool { errno == ENOENT || errno == ENOTDIR }

  /// The path ends in a symbolic link that was not to be followed.
  package var isLink: Bool { errno == ELOOP }

  /// The other end of the socket or pipe is gone.
  package var isDisconnected: Bool { errno == EPIPE || errno == ECONNRESET }

  /// What came contradicts what was asked for.
  package var isBadMessage: Bool { errno == EBADMSG }

  /// What was asked for contradicts what came.
  package static func badMessage(_ call: String, _ detail: String) -> SystemCallError {
    SystemCallError(call, EBADMSG, detail)
  }
}

/// Runs a system call until no signal interrupts it: the one place where errno is read.
///
/// - Throws: a `SystemCallError` where the call returns a negative value.
@discardableResult
package func systemCall<Result: SignedInteger>(
  _ call: StaticString, _ detail: @autoclosure () -> String = "", _ body: () -> Result
) throws(SystemCallError) -> Result {
  while true {
    let result = body()
    if result >= 0 { return result }
    let number = errno
    if number != EINTR { throw SystemCallError("\(call)", number, detail()) }
  }
}
