internal import Linux
internal import Supervisor

/// The files that appear below a directory, each when it is whole.
///
/// One thread at a time may use it.
final class TreeWatch {
  /// How often to look whether the directory still has its path: the kernel does not say while it is open.
  private static let presenceMilliseconds = 1_000

  private let root: WalkRoot
  private let end: WatchEnd
  private let inotify: Inotify
  private let signals: SignalReader
  /// By the watch: the folder, below the root.
  private var folders: [Int32: [UInt8]] = [:]
  private var arrivals = Arrivals()
  /// What is to be judged, the last first.
  private var ready: [WalkEntry] = []
  private var isOver = false

  /// Watches a directory and all below it; what is in them counts from then on.
  ///
  /// - Parameters:
  ///   - end: is told of the end, and can tell of it.
  ///   - signals: that end it.
  ///   - judgesExisting: whether what is there already is to be judged, too.
  /// - Throws: `Failure` where the tree cannot be watched.
  init(
    _ root: WalkRoot, _ end: WatchEnd, signals: consuming SignalReader, judgesExisting: Bool
  ) throws {
    self.root = root
    self.end = end
    self.signals = signals
    do throws(SystemCallError) {
      inotify = try Inotify()
    } catch {
      throw Failure(Self.account(of: error, root.path))
    }
    try enter([], isNew: judgesExisting)
  }

  /// The next file that is whole; waits for one. nil after the end, when what was not judged has been given, too.
  func next() -> WalkEntry? {
    while true {
      if let entry = ready.popLast() { return entry }
      if isOver { return nil }
      do {
        if try !turn() { conclude() }
      } catch {
        end.fail((error as? Failure)?.message ?? Self.account(of: error, root.path))
        conclude()
      }
    }
  }

  /// Waits for something and does what is to be done about it; false where that is the end.
  private func turn() throws -> Bool {
    var entries = [
      PollEntry(inotify.descriptor.number), PollEntry(signals.descriptor.number),
      PollEntry(end.wake.number),
    ]
    try poll(&entries, milliseconds: waitMilliseconds)
    for event in try inotify.events() { try handle(event) }
    if try !entries[2].found.isEmpty || signals.next() != nil { return false }
    guard try isPresent() else {
      throw Failure("\(Escaping.visible(root.path)): the watched folder is gone")
    }
    for path in arrivals.due(at: MonotonicClock.nanoseconds) { look(path) }
    ready.reverse()
    return true
  }

  private var waitMilliseconds: Int {
    let now = MonotonicClock.nanoseconds
    let due = arrivals.nextDue.map { Int(clamping: (max($0, now) - now + 999_999) / 1_000_000) }
    return min(due ?? .max, Self.presenceMilliseconds)
  }

  /// Whether the path still leads to the directory.
  private func isPresent() throws(SystemCallError) -> Bool {
    do {
      let now = try FileDescriptor.open(path: root.path, .pathOnly).identity()
      let own = try root.directory.identity()
      return (now.device, now.inode) == (own.device, own.inode)
    } catch let error where error.isMissingFile {
      return false
    }
  }

  /// Says what stays unjudged.
  private func conclude() {
    isOver = true
    ready += arrivals.unfinished.map {
      .unexamined(path: place($0.path), reason: $0.reason + ", and the watch has ended", isFailure: false)
    }
    ready.reverse()
  }

  private func place(_ path: [UInt8]) -> [UInt8] { FileWalk.join(root.path, path) }

  private static func account(of error: any Error, _ path: [UInt8]) -> String {
    let visible = Escaping.visible(path)
    guard let error = error as? SystemCallError else {
      return "\(visible): \(Escaping.visible("\(error)"))"
    }
    if error.isWatchLimit {
      return
        "\(visible): there are more folders than fs.inotify.max_user_watches allows to watch; raise it: "
        + "sysctl fs.inotify.max_user_watches=1048576"
    }
    if error.isWatcherLimit {
      return "\(visible): as many programs watch as fs.inotify.max_user_instances allows; raise it"
    }
    return "\(visible): cannot be watched: \(error.message)"
  }
}

extension TreeWatch {
  private func handle(_ event: InotifyEvent) throws {
    let kinds = event.kinds
    // What is known is recognised when it is looked at.
    if kinds.contains(.overflow) { return try enter([], isNew: true) }
    guard let folder = folders[event.watch] else { return }
    if kinds.contains(.ended) {
      folders[event.watch] = nil
      return
    }
    guard !event.name.isEmpty else { return }
    let path = FileWalk.join(folder, event.name)
    let isGone = !kinds.isDisjoint(with: [.movedAway, .removed])
    switch (kinds.contains(.ofDirectory), isGone) {
    case (true, true): try leave(path)
    case (true, false): try enter(path, isNew: true)
    case (false, true): arrivals.forget(path)
    case (false, false): arrivals.notice(path, at: MonotonicClock.nanoseconds)
    }
  }

  /// Watches a folder and those below it: first the watch, then the names, so that none appears between the two.
  private func enter(_ folder: [UInt8], isNew: Bool) throws {
    var rest = [folder]
    while let folder = rest.popLast() {
      do throws(SystemCallError) {
        let directory = try root.directory.open(
          beneath: folder.isEmpty ? [UInt8(ascii: ".")] : folder, [.readOnly, .directory, .noFollow])
        folders[try inotify.watch(directory)] = folder
        for name in try Directory(try directory.duplicate()).names() {
          rest += try add(name, of: directory, folder, isNew: isNew)
        }
      } catch {
        if folder.isEmpty || error.isWatchLimit { throw error }
        if error.isMissingFile || error.isLink { continue }
        ready.append(
          .unexamined(
            path: place(folder), reason: "cannot be watched: \(error.message)", isFailure: true))
      }
    }
  }

  /// Takes a name of a folder; gives it back where it is a folder to enter.
  private func add(
    _ name: [UInt8], of directory: borrowing FileDescriptor, _ folder: [UInt8], isNew: Bool
  ) throws(SystemCallError) -> [[UInt8]] {
    let path = FileWalk.join(folder, name)
    do throws(SystemCallError) {
      if try directory.identity(ofName: name).isDirectory { return [path] }
      if isNew {
        arrivals.notice(path, at: MonotonicClock.nanoseconds)
      } else if let entry = FileWalk.entry(path, below: root) {
        arrivals.know(path, try identity(of: entry, path))
      }
    } catch  where error.isMissingFile {}
    return []
  }

  private func leave(_ folder: [UInt8]) throws {
    let prefix = folder + [UInt8(ascii: "/")]
    for (watch, path) in folders where path == folder || path.starts(with: prefix) {
      folders[watch] = nil
      try inotify.end(watch)
    }
    arrivals.forget(below: folder)
  }

  private func look(_ path: [UInt8]) {
    do throws(SystemCallError) {
      guard let entry = FileWalk.entry(path, below: root) else { return arrivals.forget(path) }
      switch arrivals.look(path, try sight(of: entry, path), at: MonotonicClock.nanoseconds) {
      case .judge: ready.append(entry)
      case .known, .wait: return
      }
    } catch {
      arrivals.forget(path)
      // What has gone meanwhile is nobody's any more.
      if error.isMissingFile { return }
      ready.append(
        .unexamined(path: place(path), reason: "cannot be looked at: \(error.message)", isFailure: true))
    }
  }

  private func sight(of entry: WalkEntry, _ path: [UInt8]) throws(SystemCallError) -> Arrivals.Sight {
    let now = WallClock.tickNanoseconds
    let identity = try identity(of: entry, path)
    guard case .file(let reference) = entry else {
      // No file, so nobody writes to it.
      return Arrivals.Sight(identity: identity, isOpenForWriting: false, settlingMilliseconds: 0)
    }
    return Arrivals.Sight(
      identity: identity, isOpenForWriting: Self.isOpenForWriting(reference),
      settlingMilliseconds: identity.settlingMilliseconds(at: now))
  }

  /// What a name leads to: the file of a link, where it is let in.
  private func identity(of entry: WalkEntry, _ path: [UInt8]) throws(SystemCallError) -> FileIdentity {
    if case .file(let reference) = entry { return try reference.identity() }
    return try root.directory.open(beneath: path, [.pathOnly, .noFollow]).identity()
  }

  private static func isOpenForWriting(_ reference: FileReference) -> Bool? {
    do throws(SystemCallError) {
      return try reference.open().isOpenForWriting()
    } catch {
      return nil
    }
  }
}

/// The end of a watch, for whoever needs to know or to say.
final class WatchEnd: Sendable {
  /// Readable where nobody takes files any more.
  let wake: FileDescriptor
  private let reason = Monitor<String?>(nil)

  init() throws(SystemCallError) { wake = try .event() }

  /// Why it could not go on, in words for its user; nil where it was told to end.
  var failure: String? { reason.withLock { $0 } }

  func fail(_ message: String) { reason.withLock { $0 = message } }

  /// Ends the watch.
  func stop() {
    do throws(SystemCallError) {
      try wake.notify()
    } catch {
      fail(error.message)
    }
  }
}
