internal import CLinux
internal import Glibc

/// Read leases: the kernel grants one only while nobody has the file open for writing, or mapped so that it can be
/// written, and takes it away before anybody can again. fcntl(2), F_SETLEASE
extension FileDescriptor {
  /// Takes a read lease on this open file, opened for reading only.
  ///
  /// Whoever opens it for writing or truncates it then waits until the lease is given up, and this process gets
  /// `SIGIO`, which must not end it.
  ///
  /// - Returns: false where somebody has it open for writing.
  /// - Throws: where that cannot be known: the file is another user's, or its file system has no leases.
  package func takeReadLease() throws(SystemCallError) -> Bool {
    do {
      try systemCall("fcntl", "F_SETLEASE") { clinux_fcntl(number, clinux_set_lease, Int32(F_RDLCK)) }
      return true
    } catch let error where error.wouldBlock {
      return false
    }
  }

  /// Whether the lease holds, and nobody waits for its end: since it was taken, nobody could write.
  package func holdsReadLease() throws(SystemCallError) -> Bool {
    try systemCall("fcntl", "F_GETLEASE") { clinux_fcntl(number, clinux_get_lease, 0) } == Int32(F_RDLCK)
  }

  /// Gives the lease up, where there is one.
  package func endLease() throws(SystemCallError) {
    do {
      try systemCall("fcntl", "F_SETLEASE") { clinux_fcntl(number, clinux_set_lease, Int32(F_UNLCK)) }
    } catch let error where error.wouldBlock {
      return
    }
  }

  /// Whether somebody has the file open for writing at this moment; nil where that cannot be known.
  package func isOpenForWriting() -> Bool? {
    do throws(SystemCallError) {
      guard try takeReadLease() else { return true }
      try endLease()
      return false
    } catch {
      return nil
    }
  }
}

extension Signal {
  /// Somebody waits for the end of a lease.
  package static let leaseBreak = SIGIO
}
