internal import Linux

/// Keeps others from writing a file while it is examined, where the kernel can.
///
/// What changes a file by `write` leaves a time stamp. What changes it through a mapping need not: a page that is already
/// dirty takes further writes in silence, and a memory file system stamps none at all. Then a worker could read one content
/// and the digest be made of another. So a lease is held: it is granted only while nobody has the file open or mapped for
/// writing, and it is gone as soon as somebody tries. Those wait until the examination has ended, at most the seconds of
/// `/proc/sys/fs/lease-break-time`.
///
/// The lease is on an open file of this program's own: who shares the one that was handed in could end the lease and take
/// another.
struct WriteHold: ~Copyable {
  /// The open file with the lease; nil where there is none.
  private let leased: FileDescriptor?
  /// Whether the lease, or what stands in its place, is enough.
  private let isEnough: Bool
  /// Whether the lease is the caller's.
  private var isCallers = false

  private init(leased: consuming FileDescriptor?, isEnough: Bool) {
    self.leased = leased
    self.isEnough = isEnough
  }

  /// - Parameters:
  ///   - file: opened for reading only.
  ///   - isHeld: whether the caller has a lease on it, and shares it with nobody.
  static func begin(_ file: borrowing FileDescriptor, isHeld: Bool) -> WriteHold {
    if isHeld || isSealed(file) {
      var hold = WriteHold(leased: nil, isEnough: true)
      hold.isCallers = isHeld
      return hold
    }
    guard let isReliable = isReliable(file) else { return WriteHold(leased: nil, isEnough: false) }
    do throws(SystemCallError) {
      let own = try file.reopenedReadOnly()
      guard try own.takeReadLease() else { return WriteHold(leased: nil, isEnough: false) }
      return WriteHold(leased: own, isEnough: isReliable)
    } catch {
      // It is another user's, or the file system has no leases: then it depends on whose it is.
      return WriteHold(leased: nil, isEnough: isReliable && isPrivate(file))
    }
  }

  /// Gives the lease up.
  ///
  /// - Returns: whether nobody else can have written the file since the hold began.
  consuming func end(_ file: borrowing FileDescriptor) -> Bool {
    do throws(SystemCallError) {
      if isCallers { return try file.holdsReadLease() }
      let isEnough = isEnough
      guard let leased else { return isEnough }
      let isHeld = try leased.holdsReadLease()
      return isHeld && isEnough
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

  /// Whether a lease says all; nil where it says nothing, and the file is not to be opened again: its server may never
  /// answer.
  private static func isReliable(_ file: borrowing FileDescriptor) -> Bool? {
    do throws(SystemCallError) {
      switch try file.fileSystem() {
      case .disk, .memory: return true
      // A mapping holds the file below, and who mounted the layers can have put anything there.
      case .layered:
        let isVisible = try Mount.isVisible(device: file.identity().device)
        return isVisible && isPrivate(file)
      case .foreign: return nil
      }
    } catch {
      return nil
    }
  }

  /// Whether only those can write it who need not deceive this program.
  private static func isPrivate(_ file: borrowing FileDescriptor) -> Bool {
    do throws(SystemCallError) {
      return try file.ownership().isPrivateToWriter
    } catch {
      return false
    }
  }
}
