internal import CLinux

extension FileDescriptor {
  /// Takes the call that waits at this seccomp listener. ioctl(2), SECCOMP_IOCTL_NOTIF_RECV
  ///
  /// - Parameters:
  ///   - number: the call's number.
  ///   - architecture: what it was made in, an `AUDIT_ARCH_*` value.
  /// - Throws: `isMissingFile` where the process died while it waited.
  package func receiveNotification(_ number: inout Int32, _ architecture: inout UInt32)
    throws(SystemCallError)
  {
    try systemCall("ioctl", "SECCOMP_IOCTL_NOTIF_RECV") {
      unsafe clinux_seccomp_receive(self.number, &number, &architecture)
    }
  }
}
