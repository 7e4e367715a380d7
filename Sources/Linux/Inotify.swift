internal import Glibc

/// What became of a name in a watched directory, or of the directory. inotify(7)
package struct InotifyEvent: Equatable, Sendable {
  package struct Kinds: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    private init(_ number: Int32) { self.init(rawValue: UInt32(bitPattern: number)) }

    /// A name was made: of a new file, a link, a directory.
    package static let created = Kinds(IN_CREATE)
    /// The last descriptor or mapping of one opening for writing is gone.
    package static let written = Kinds(IN_CLOSE_WRITE)
    /// The content was changed, by truncate(2) too, which opens nothing.
    package static let modified = Kinds(IN_MODIFY)
    package static let movedHere = Kinds(IN_MOVED_TO)
    package static let movedAway = Kinds(IN_MOVED_FROM)
    package static let removed = Kinds(IN_DELETE)

    /// Comes beside another: the name is that of a directory.
    package static let ofDirectory = Kinds(IN_ISDIR)
    /// There were more events than the kernel keeps; some are lost.
    package static let overflow = Kinds(IN_Q_OVERFLOW)
    /// The watch is gone.
    package static let ended = Kinds(IN_IGNORED)
  }

  /// Which watch; -1 of an overflow.
  package let watch: Int32
  package let kinds: Kinds
  /// In the watched directory; empty where it is the directory itself.
  package let name: [UInt8]

  package init(watch: Int32, kinds: Kinds, name: [UInt8]) {
    self.watch = watch
    self.kinds = kinds
    self.name = name
  }

  /// Bytes before the name: `wd`, `mask`, `cookie` and `len`, of four bytes each.
  private static let headSize = 16

  /// The events of one read.
  ///
  /// - Throws: `isBadMessage` where they do not fill the bytes to the last.
  package static func parse(_ bytes: [UInt8]) throws(SystemCallError) -> [InotifyEvent] {
    var events: [InotifyEvent] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      guard rest.count >= headSize else { throw .badMessage("read", "half an event of inotify") }
      let length = Int(word(rest, 12))
      guard length <= rest.count - headSize else {
        throw .badMessage("read", "a name of inotify beyond its end")
      }
      let name = rest.dropFirst(headSize).prefix(length).prefix { $0 != 0 }
      events.append(
        InotifyEvent(
          watch: Int32(bitPattern: word(rest, 0)), kinds: Kinds(rawValue: word(rest, 4)), name: Array(name))
      )
      rest = rest.dropFirst(headSize + length)
    }
    return events
  }

  /// Four bytes as the machines that this runs on order them, the lowest first.
  private static func word(_ bytes: ArraySlice<UInt8>, _ offset: Int) -> UInt32 {
    bytes.dropFirst(offset).prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }
}

/// Watches directories, each by itself: not what is in the directories below it. inotify(7)
package struct Inotify: ~Copyable, Sendable {
  package let descriptor: FileDescriptor

  /// Enough for hundreds of events with long names.
  private static let readLimit = 1 << 16
  private static let mask =
    UInt32(
      IN_CREATE | IN_CLOSE_WRITE | IN_MODIFY | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ONLYDIR
        | IN_EXCL_UNLINK)

  package init() throws(SystemCallError) {
    let flags = Int32(IN_CLOEXEC | IN_NONBLOCK)
    descriptor = FileDescriptor(owning: try systemCall("inotify_init1") { inotify_init1(flags) })
  }

  /// Watches an open directory; gives the number that its events have. A directory that is watched already keeps its
  /// number. inotify_add_watch(2)
  ///
  /// - Throws: `isWatchLimit` where this user may watch no more.
  package func watch(_ directory: borrowing FileDescriptor) throws(SystemCallError) -> Int32 {
    // By the open directory, whatever has its name by now.
    let path = "/proc/self/fd/\(directory.number)"
    return try systemCall("inotify_add_watch") {
      // SAFETY: the path ends in a zero and outlives the call.
      unsafe inotify_add_watch(descriptor.number, path, Self.mask)
    }
  }

  /// Ends a watch; one that has ended already is no error. inotify_rm_watch(2)
  package func end(_ watch: Int32) throws(SystemCallError) {
    do {
      try systemCall("inotify_rm_watch") { inotify_rm_watch(descriptor.number, watch) }
    } catch let error where error.errno == EINVAL {
      return
    }
  }

  /// What has come since the last call; empty where nothing has.
  package func events() throws(SystemCallError) -> [InotifyEvent] {
    do throws(SystemCallError) {
      return try InotifyEvent.parse(try descriptor.read(limit: Self.readLimit))
    } catch  where error.wouldBlock {
      return []
    }
  }
}

extension SystemCallError {
  /// This user watches as many directories as `fs.inotify.max_user_watches` allows.
  package var isWatchLimit: Bool { call == "inotify_add_watch" && errno == ENOSPC }

  /// This user has as many watching programs as `fs.inotify.max_user_instances` allows.
  package var isWatcherLimit: Bool { call == "inotify_init1" && errno == EMFILE }
}
