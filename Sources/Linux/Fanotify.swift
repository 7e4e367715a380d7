internal import CLinux
internal import Glibc

/// Something that happened to a file on a guarded file system. fanotify(7)
package struct FanotifyEvent: Equatable, Sendable {
  package enum Kind: Equatable, Sendable {
    /// Somebody opens it, and waits for the answer.
    case opening
    /// The last descriptor or mapping of one opening for writing is gone.
    case written
    /// Events were lost, or are of a kind that nobody asked for.
    case other
  }

  package let kind: Kind
  /// The file, open for reading; whoever takes the event closes it. Negative where there is none.
  package let descriptor: Int32
  /// Who did it: a thread group, which waits if it opens.
  package let process: Int32

  package init(kind: Kind, descriptor: Int32, process: Int32) {
    self.kind = kind
    self.descriptor = descriptor
    self.process = process
  }

  /// Bytes of `struct fanotify_event_metadata`, all numbers lowest byte first.
  private static let size = 24

  /// The events of one read.
  ///
  /// - Throws: `isBadMessage` where they do not fill the bytes to the last, or are of another version.
  package static func parse(_ bytes: [UInt8]) throws(SystemCallError) -> [FanotifyEvent] {
    var events: [FanotifyEvent] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      guard rest.count >= size else { throw .badMessage("read", "half an event of fanotify") }
      guard rest[rest.startIndex + 4] == UInt8(CLINUX_FANOTIFY_VERSION.rawValue) else {
        throw .badMessage("read", "events of fanotify of version \(rest[rest.startIndex + 4])")
      }
      let length = Int(number(rest, 0, 4))
      guard number(rest, 6, 2) == size, size...rest.count ~= length else {
        throw .badMessage("read", "an event of fanotify of \(length) bytes")
      }
      events.append(
        FanotifyEvent(
          kind: kind(number(rest, 8, 8)),
          descriptor: Int32(truncatingIfNeeded: number(rest, 16, 4)),
          process: Int32(truncatingIfNeeded: number(rest, 20, 4))))
      rest = rest.dropFirst(length)
    }
    return events
  }

  private static func kind(_ mask: UInt64) -> Kind {
    if mask & UInt64(CLINUX_FANOTIFY_OPEN.rawValue) != 0 { return .opening }
    return mask & UInt64(CLINUX_FANOTIFY_WRITTEN.rawValue) != 0 ? .written : .other
  }

  private static func number(_ bytes: ArraySlice<UInt8>, _ offset: Int, _ count: Int) -> UInt64 {
    bytes.dropFirst(offset).prefix(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}

/// Those who open a file on the marked file systems wait for this program's word. fanotify(7), FAN_CLASS_CONTENT
///
/// When the last descriptor of it is closed, the kernel lets all through who wait, and all who come.
package struct Fanotify: ~Copyable, Sendable {
  package let descriptor: FileDescriptor

  /// Each event of a read has a descriptor of its own: no more than this many at once.
  private static let eventsPerRead = 64

  /// - Throws: `isForbidden` without the right to it: CAP_SYS_ADMIN.
  package init() throws(SystemCallError) {
    descriptor = FileDescriptor(owning: try systemCall("fanotify_init") { clinux_fanotify() })
  }

  /// Goes on with what another process began.
  ///
  /// - Throws: `isBadMessage` where the descriptor is of something else.
  package init(inherited: consuming FileDescriptor) throws(SystemCallError) {
    guard try inherited.currentPath() == Array("anon_inode:[fanotify]".utf8) else {
      throw .badMessage("readlinkat", "the descriptor that was handed over is none of fanotify")
    }
    try inherited.makeOwn()
    descriptor = inherited
  }

  /// Takes the whole file system that this directory is on under guard, whatever mount, link or handle its files are
  /// reached by. fanotify_mark(2), FAN_MARK_FILESYSTEM
  package func mark(_ directory: borrowing FileDescriptor) throws(SystemCallError) {
    try systemCall("fanotify_mark") { clinux_fanotify_mark(descriptor.number, directory.number) }
  }

  /// What has come; empty where nothing has.
  ///
  /// Where the kernel cannot give a descriptor for somebody's open it refuses that open, and this throws.
  package func events() throws(SystemCallError) -> [FanotifyEvent] {
    do throws(SystemCallError) {
      return try FanotifyEvent.parse(try descriptor.read(limit: Self.eventsPerRead * 24))
    } catch  where error.wouldBlock {
      return []
    }
  }

  /// Lets an open through, or has it fail with EPERM.
  ///
  /// - Parameter event: the descriptor that came with the event, which is still open.
  /// - Throws: `isMissingFile` where nobody waits for that answer.
  package func answer(_ event: Int32, allows: Bool) throws(SystemCallError) {
    try systemCall("write", "fanotify") {
      clinux_fanotify_answer(descriptor.number, event, allows ? 1 : 0)
    }
  }

  /// Refuses the opens that a process took which has died before it answered: they are known by numbers of
  /// descriptors that are gone with it.
  ///
  /// To be called before the first event is read.
  /// - Returns: how many there were.
  package func refuseAbandoned(below limit: Int) throws(SystemCallError) -> Int {
    var count = 0
    for number in 0..<Int32(clamping: limit) {
      do throws(SystemCallError) {
        try answer(number, allows: false)
        count += 1
      } catch  where error.isMissingFile {}
    }
    return count
  }
}

extension SystemCallError {
  /// This process lacks the right to it.
  package var isForbidden: Bool { errno == EPERM }
}

extension FileDescriptor {
  /// Whether the file has a name left. fstat(2), st_nlink
  package func hasName() throws(SystemCallError) -> Bool {
    var status = stat()
    // SAFETY: the kernel writes one `stat`.
    try systemCall("fstat") { unsafe fstat(number, &status) }
    return status.st_nlink > 0
  }
}
