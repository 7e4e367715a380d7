internal import Linux

/// Which files of a watched tree are whole, and when to look at the others again: a value without files or clock.
///
/// A file is whole when nobody has it open for writing, its name is not that of a download that goes on, and a later
/// change would show in its time stamps. It is to be judged once in each such state.
struct Arrivals {
  /// What was seen of a file.
  struct Sight {
    let identity: FileIdentity
    /// Whether somebody has it open for writing; nil where the kernel does not say.
    let isOpenForWriting: Bool?
    /// Milliseconds until a change of it cannot hide in the time stamp of an earlier one.
    let settlingMilliseconds: Int
  }

  enum Decision: Equatable {
    /// It is not whole, and will be due again.
    case wait
    case judge
    /// It is as it was when it was judged.
    case known
  }

  private struct Waiting {
    /// When to look; nil where only its name can change anything.
    var due: UInt64?
    /// As it was when it was last looked at.
    var last: FileIdentity?
  }

  /// How long a file stays as it is before it counts as whole, where the kernel does not say who writes it.
  static let quietNanoseconds: UInt64 = 2_000_000_000
  /// How long until a file that somebody writes is looked at again: its end is told, but for what a mapping wrote on
  /// a file system that does not tell.
  static let writtenNanoseconds: UInt64 = 1_000_000_000

  private var waiting: [[UInt8]: Waiting] = [:]
  /// As they were when they were judged.
  private var judged: [[UInt8]: FileIdentity] = [:]

  /// A file that was there before: only a change of it counts.
  mutating func know(_ path: [UInt8], _ identity: FileIdentity) { judged[path] = identity }

  /// Something happened to a file at `now`, in nanoseconds of a clock that never goes back.
  mutating func notice(_ path: [UInt8], at now: UInt64) {
    waiting[path, default: Waiting()].due = UnfinishedName.matches(path) ? nil : now
  }

  /// The name is gone.
  mutating func forget(_ path: [UInt8]) {
    waiting[path] = nil
    judged[path] = nil
  }

  /// The folder is gone, with all below it.
  mutating func forget(below folder: [UInt8]) {
    let prefix = folder + [UInt8(ascii: "/")]
    waiting = waiting.filter { !$0.key.starts(with: prefix) }
    judged = judged.filter { !$0.key.starts(with: prefix) }
  }

  /// Those to look at now, in byte order.
  func due(at now: UInt64) -> [[UInt8]] {
    waiting.filter { $0.value.due.map { $0 <= now } ?? false }.keys
      .sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// When there will be something to look at; nil where only an event can change anything.
  var nextDue: UInt64? { waiting.values.compactMap(\.due).min() }

  /// What is to be done about a file that is looked at.
  mutating func look(_ path: [UInt8], _ sight: Sight, at now: UInt64) -> Decision {
    guard let state = waiting[path] else { return .known }
    if judged[path] == sight.identity {
      waiting[path] = nil
      return .known
    }
    var delay: UInt64?
    if sight.isOpenForWriting == true {
      delay = Self.writtenNanoseconds
    } else if sight.settlingMilliseconds > 0 {
      delay = UInt64(sight.settlingMilliseconds) * 1_000_000
    } else if sight.isOpenForWriting == nil, state.last != sight.identity {
      delay = Self.quietNanoseconds
    }
    if let delay {
      waiting[path] = Waiting(due: now + delay, last: sight.identity)
      return .wait
    }
    waiting[path] = nil
    judged[path] = sight.identity
    return .judge
  }

  /// What was never whole, in byte order, and why.
  var unfinished: [(path: [UInt8], reason: String)] {
    waiting.keys.sorted { $0.lexicographicallyPrecedes($1) }.map { path in
      let isNamed = UnfinishedName.matches(path)
      return (path, isNamed ? "it has the name of an unfinished download" : "it is not whole yet")
    }
  }
}

/// Names that programs give what they have not written to its end, and take away by a rename.
enum UnfinishedName {
  /// `.incomplete` of huggingface_hub, `.part` of Firefox and yt-dlp, `.crdownload` of Chromium, `.opdownload` of
  /// Opera, `.download` of Safari, `.filepart` of WinSCP, `.aria2` the account of aria2, the others of many.
  private static let endings = [
    ".incomplete", ".part", ".partial", ".crdownload", ".opdownload", ".download", ".filepart", ".aria2",
    ".tmp",
    ".temp",
  ].map { Array($0.utf8) }

  /// Whether the last component of a path is such a name.
  static func matches(_ path: [UInt8]) -> Bool {
    let slash = path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    let name = path[slash...].map { byte in 0x41...0x5A ~= byte ? byte | 0x20 : byte }
    return endings.contains { name.count > $0.count && name.suffix($0.count) == $0[...] } || isOfRsync(name)
  }

  /// `.NAME.XXXXXX`, as rsync(1) makes them with mkstemp(3).
  private static func isOfRsync(_ name: [UInt8]) -> Bool {
    let dot = UInt8(ascii: ".")
    guard name.count > 8, name.first == dot, name[name.count - 7] == dot else { return false }
    return name.suffix(6).allSatisfy { 0x30...0x39 ~= $0 || 0x61...0x7A ~= $0 }
  }
}
