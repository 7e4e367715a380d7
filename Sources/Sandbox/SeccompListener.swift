internal import CSeccomp
package import Linux

/// The end of a filter at which the kernel asks about calls that no rule allows.
package enum SeccompListener {
  /// What the process asks for that waits at `listener`: the name of the call, or its number where it has none.
  /// The call is never answered; whoever gets the name kills the process.
  ///
  /// - Returns: nil where the process died while it waited.
  /// - Throws: where the kernel refuses to say. ioctl(2), SECCOMP_IOCTL_NOTIF_RECV
  package static func systemCall(
    waitingAt listener: borrowing FileDescriptor
  ) throws(SystemCallError) -> String? {
    var number: Int32 = 0
    var architecture: UInt32 = 0
    do throws(SystemCallError) {
      try listener.receiveNotification(&number, &architecture)
    } catch  where error.isMissingFile {
      return nil
    }
    let native = seccomp_arch_native()
    guard architecture == native else { return "\(number) of architecture \(architecture)" }
    return SeccompCompiler.systemCallName(number) ?? "\(number)"
  }
}
