internal import Linux

/// Which file of a guarded file system may be opened: a value without descriptors, leases or clock.
///
/// A file is known while nobody could write it since it was judged; whoever uses this value knows that, and says so.
/// What was read once, or has bytes, is not opened for writing any more: so nobody who was let in to read finds other
/// bytes than those that were judged.
struct GuardTable<File: Sendable, Opening: Sendable> {
  /// Why a file is not opened.
  struct Refusal: Equatable, Sendable {
    /// `deny`, or another verdict that does not allow.
    var verdict = "incomplete"
    /// The id of the rule that decided; empty where none did.
    var rule = ""
    let reason: String
  }

  enum Judgement: Equatable, Sendable {
    /// - Parameter until: seconds since 1970 at which a waiver ends that it needs; nil where it needs none.
    case allowed(until: Int?)
    case refused(Refusal)
  }

  enum Answer: Equatable, Sendable {
    case allow
    case refuse(Refusal)
    /// It waits for its judgement.
    case wait
    /// It waits for its judgement, which is to be made now.
    case examine(UInt64)
  }

  struct Key: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64

    init(_ identity: FileIdentity) {
      device = identity.device
      inode = identity.inode
    }
  }

  private enum State {
    /// Empty when it was opened for writing, and since then nobody else was let in.
    case written
    /// It was known, and then changed.
    case changed
    case examining(UInt64, [Opening])
    case judged(Judgement)
  }

  private struct Entry {
    /// The open file that keeps the inode and holds its lease.
    let file: File
    var state: State
    var lastUse: UInt64
    /// Whether somebody was let in to read it, and may still have it open.
    var wasRead = false
  }

  /// Files that may be known at once.
  private let limit: Int
  private var entries: [Key: Entry] = [:]
  private var uses: UInt64 = 0
  private var nextNumber: UInt64 = 0

  init(limit: Int) { self.limit = limit }

  /// Opens that wait for a judgement.
  private(set) var waiting = 0

  /// The open file of an entry; nil where there is none.
  func file(of key: Key) -> File? { entries[key]?.file }

  /// Every file, with whether it is being written.
  var files: [(key: Key, file: File, isWritten: Bool)] {
    entries.map { key, entry in
      var isWritten = false
      if case .written = entry.state { isWritten = true }
      return (key: key, file: entry.file, isWritten: isWritten)
    }
  }

  /// Somebody opens a file for reading, which nobody has open for writing; from here on its lease tells.
  ///
  /// - Parameters:
  ///   - file: as it was opened, which is kept where the file is not known.
  ///   - now: seconds since 1970.
  ///   - mayWait: whether there is room for one more that waits.
  mutating func read(_ key: Key, _ file: File, _ opening: Opening, now: Int, mayWait: Bool) -> Answer {
    uses += 1
    entries[key]?.lastUse = uses
    switch entries[key]?.state {
    case .judged(.allowed(let until)) where until.map({ now < $0 }) ?? true:
      entries[key]?.wasRead = true
      return .allow
    case .judged(.refused(let refusal)): return .refuse(refusal)
    case .examining(let number, let others):
      guard mayWait else { return .refuse(overload) }
      waiting += 1
      entries[key]?.state = .examining(number, others + [opening])
      return .wait
    case .judged(.allowed), .written, .changed, nil:
      guard mayWait else { return .refuse(overload) }
      guard makeRoom(for: key) else { return .refuse(Self.noRoom) }
      waiting += 1
      nextNumber += 1
      let state = State.examining(nextNumber, [opening])
      if entries[key] == nil { entries[key] = Entry(file: file, state: state, lastUse: uses) }
      entries[key]?.state = state
      return .examine(nextNumber)
    }
  }

  /// Somebody opens a file that is open for writing, by them or by others.
  mutating func write(_ key: Key, _ file: File, isEmpty: Bool) -> Answer {
    switch entries[key]?.state {
    case .written: return .refuse(Refusal(reason: "it is being written"))
    case .judged, .changed, nil:
      guard isEmpty, entries[key]?.wasRead != true else { break }
      guard makeRoom(for: key) else { return .refuse(Self.noRoom) }
      if entries[key] == nil { entries[key] = Entry(file: file, state: .written, lastUse: uses) }
      entries[key]?.state = .written
      return .allow
    case .examining: break
    }
    return .refuse(
      Refusal(reason: "it is open for writing, or was to be: guarded files are written once, then replaced")
    )
  }

  private var overload: Refusal { Refusal(reason: "\(waiting) opens wait already") }

  private static var noRoom: Refusal {
    Refusal(reason: "more files are open for writing than can be guarded")
  }

  /// Whoever wrote a file is done.
  mutating func endWriting(_ key: Key) {
    if case .written = entries[key]?.state { entries[key] = nil }
  }

  /// A file was, or may have been, changed. Gives those who waited for its judgement.
  mutating func change(_ key: Key) -> [Opening] {
    guard let entry = entries[key] else { return [] }
    if case .written = entry.state { return [] }
    entries[key]?.state = .changed
    guard case .examining(_, let openings) = entry.state else { return [] }
    waiting -= openings.count
    return openings
  }

  /// A file has no name any more, and nothing of it need be known.
  mutating func forget(_ key: Key) {
    if case .examining = entries[key]?.state { return }
    entries[key] = nil
  }

  /// The end of an examination. Gives those who waited for it; nobody where it is of no use any more.
  ///
  /// - Parameter keeps: whether the judgement holds for those to come, too.
  mutating func finish(_ key: Key, _ number: UInt64, _ judgement: Judgement, keeps: Bool) -> [Opening] {
    guard case .examining(number, let openings) = entries[key]?.state else { return [] }
    entries[key]?.state = keeps ? .judged(judgement) : .changed
    if case .allowed = judgement, !openings.isEmpty { entries[key]?.wasRead = true }
    waiting -= openings.count
    return openings
  }

  /// Everything that was judged is to be judged again.
  mutating func forgetJudgements() {
    for (key, entry) in entries {
      if case .judged = entry.state { entries[key]?.state = .changed }
    }
  }

  /// Takes those out that have waited too long.
  mutating func expire(where isOver: (Opening) -> Bool) -> [Opening] {
    guard waiting > 0 else { return [] }
    var expired: [Opening] = []
    for (key, entry) in entries {
      guard case .examining(let number, let openings) = entry.state, openings.contains(where: isOver) else {
        continue
      }
      expired += openings.filter(isOver)
      entries[key]?.state = .examining(number, openings.filter { !isOver($0) })
    }
    waiting -= expired.count
    return expired
  }

  /// Makes room for one more by forgetting an eighth of those that were not asked for longest.
  private mutating func makeRoom(for key: Key) -> Bool {
    guard entries[key] == nil, entries.count >= limit else { return true }
    let idle = entries.filter { entry in
      switch entry.value.state {
      case .judged, .changed: true
      case .written, .examining: false
      }
    }
    for (key, _) in idle.sorted(by: { $0.value.lastUse < $1.value.lastUse }).prefix(max(1, limit / 8)) {
      entries[key] = nil
    }
    return entries.count < limit
  }
}
