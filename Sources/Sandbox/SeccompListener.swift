internal import CLinux
package import Linux

/// The supervisor's side of a worker's filter: where the kernel asks about calls that no rule names.
package enum SeccompListener {
  /// The name of the call that waits at a listener, which poll(2) has found readable. The call is not answered;
  /// whoever asks kills the worker.
  package static func systemCall(waitingAt listener: borrowing FileDescriptor) -> String {
    let descriptor = listener.number
    do {
      let number = try Linux.systemCall("ioctl") { clinux_seccomp_waiting_call(descriptor) }
      return SeccompCompiler.systemCallName(number) ?? "system call \(number)"
    } catch {
      // The process ended between the question and this.
      return "a call that is gone (\(error.name))"
    }
  }
}
