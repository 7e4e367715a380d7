internal import Linux

/// Keeps others from writing a file while it is examined, where the kernel can.
///
/// What changes a file by `write` leaves a time stamp. What changes it through a mapping need not: a page that is already
/// dirty takes further writes in silence, and a memory file system stamps none at all. Then a worker could read one content
/// and the digest be made of another. So a lease is held: it is granted only while nobody has the file open or mapped for
/// writing, and it is gone as soon as somebody tries. Those wait until the examination has ended, at most the seconds of
/// `/proc/sys/fs/lease-break-time`.
struct WriteHold: ~Copyable {
  private enum State {
    /// Nobody can write it ever again.
    case sealed
    case lease
    /// Whoever asks for the examination holds it.
    case foreignLease
    /// The kernel gives no lease. Whether only those could write who need not deceive this program.
    case none(isPrivate: Bool)
    /// Somebody can write.
    case writers
  }

  private let state: State

  /// - Parameter file: opened for reading only.
  init(_ file: borrowing FileDescriptor) {
    if Self.isSealed(file) {
      state = .sealed
      return
    }
    do throws(SystemCallError) {
      if try file.holdsReadLease() {
        state = .foreignLease
      } else {
        state = try file.takeReadLease() ? .lease : .writers
      }
    } catch {
      state = .none(isPrivate: Self.isPrivate(file))
    }
  }

  /// Gives the lease up.
  ///
  /// - Returns: whether nobody else can have written the file since the hold began.
  consuming func end(_ file: borrowing FileDescriptor) -> Bool {
    do throws(SystemCallError) {
      switch state {
      case .sealed: return true
      case .foreignLease: return try file.holdsReadLease()
      case .lease:
        let held = try file.holdsReadLease()
        try file.endLease()
        return held
      case .none(let isPrivate): return isPrivate
      case .writers: return false
      }
    } catch {
      return false
    }
  }

  private static func isSealed(_ file: borrowing FileDescriptor) -> Bool {
    do throws(SystemCallError) {
      return try file.isSealed()
    } catch {
      // It is no memory file.
      return false
    }
  }

  private static func isPrivate(_ file: borrowing FileDescriptor) -> Bool {
    do throws(SystemCallError) {
      return try file.ownership().isPrivateToWriter
    } catch {
      return false
    }
  }
}
