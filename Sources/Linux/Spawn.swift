internal import CLinux
internal import Glibc

extension Process {
  /// Starts a program with exactly these arguments, environment and descriptors. posix_spawn(3)
  ///
  /// The n-th of `descriptors` becomes descriptor n of the program, and it gets no other. All signals are as the
  /// kernel makes them, none is blocked, and it is in a session of its own, so that it has no terminal.
  /// - Returns: the process's number; the caller reaps it.
  package static func spawn(
    _ path: String, arguments: [String], environment: [String], descriptors: [Int32]
  ) throws(SystemCallError) -> Int32 {
    // Above every target, so that no dup2 overwrites a descriptor that is still to be copied.
    let base = Int32(descriptors.count) + 3
    var copies: [Int32] = []
    defer { for copy in copies { close(copy) } }
    for descriptor in descriptors {
      copies.append(try systemCall("dup") { clinux_fcntl(descriptor, F_DUPFD_CLOEXEC, base) })
    }

    var pid: Int32 = 0
    // SAFETY: both vectors end in nil and outlive the call.
    let number = unsafe withCStrings(arguments) { argv in
      unsafe withCStrings(environment) { envp in
        unsafe clinux_spawn(&pid, path, argv, envp, copies, Int32(copies.count))
      }
    }
    guard number == 0 else { throw SystemCallError("posix_spawn", number, path) }
    return pid
  }
}

/// Lends a nil-terminated vector of C strings.
private func withCStrings<Result>(
  _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  // SAFETY: the copies are freed here, after the body; the vector ends in nil.
  var pointers = unsafe strings.map { unsafe strdup($0) } + [nil]
  defer { unsafe pointers.forEach { unsafe free($0) } }
  return unsafe pointers.withUnsafeMutableBufferPointer { buffer in
    guard let base = buffer.baseAddress else { fatalError("a vector of at least one element") }
    return unsafe body(base)
  }
}
