import Findings
import Linux
import TestSupport
import Testing

@testable import VerdictStore

/// The store's files put back, cut short, or beside the wrong log. Who keeps a copy of the head sees all of it.
struct RollbackTests {
  /// What a store's files hold, and what it answers.
  private struct Moment {
    let database: [UInt8]
    let log: [UInt8]?
    let head: String
  }

  private static let names = (database: "verdicts.db", log: "verdicts.db-wal")

  /// What each day's store holds: odd numbers are denied.
  private static func sample(_ number: Int) -> Examination {
    number % 2 == 0 ? Sample.allowed(number) : Sample.denied(number)
  }

  /// The files as they are now.
  private static func moment(_ place: TemporaryStore, head: String) throws -> Moment {
    let found = try Directory(.open(place.directory, [.readOnly, .directory])).names()
    let hasLog = found.contains(Array(Self.names.log.utf8))
    return Moment(
      database: try FileDescriptor.open(place.path).readAll(limit: 64 << 20),
      log: hasLog ? try FileDescriptor.open(place.path + "-wal").readAll(limit: 64 << 20) : nil, head: head)
  }

  /// A store somewhere else with these files.
  private static func restored(_ database: [UInt8], log: [UInt8]? = nil) throws -> TemporaryStore {
    let place = try TemporaryStore()
    for (name, bytes) in [(names.database, database), (names.log, log)] {
      guard let bytes else { continue }
      try place.place.write(name, bytes)
      #expect(place.place.setMode(name, 0o600))
    }
    return place
  }

  /// The days of a store that is closed after each, so that its database holds everything.
  private static func days(_ count: Int, of place: TemporaryStore) throws -> [Moment] {
    try (0..<count).map { day in
      var head = ""
      do {
        let store = try place.open()
        for number in 0..<4 {
          try store.record(
            sample(day * 4 + number))
        }
        head = try store.verify().head
      }
      return try moment(place, head: head)
    }
  }

  /// A third day, early and late, of a store that stays open: closing it would copy its log into the database.
  private static func evening(of place: TemporaryStore) throws -> (early: Moment, late: Moment) {
    let store = try place.open()
    try store.record(Sample.allowed(8))
    let early = try moment(place, head: try store.verify().head)
    for number in 9..<20 {
      try store.record(sample(number))
    }
    return (early, try moment(place, head: try store.verify().head))
  }

  /// How a store is seen not to be the one whose head was kept; nil where it is not seen.
  ///
  /// What it serves meanwhile must be what was recorded.
  private static func complaint(_ place: TemporaryStore, head: String, digests: Int) throws -> String? {
    do {
      let store = try place.open(create: false)
      let verification = try store.verify()
      for number in 0..<digests {
        let answer = try store.lookup(
          sha256: Sample.digest(number), policy: Sample.policy, engine: Sample.engine)
        guard case .hit(let scan) = answer else { continue }
        #expect(scan.examination.verdict == sample(number).verdict, "\(number)")
      }
      if let problem = verification.problems.first { return problem }
      return verification.head == head ? nil : "another head"
    } catch let error as StoreError {
      return error.message
    }
  }

  @Test func `a database put back to an earlier day is whole, and has another head`() throws {
    let place = try TemporaryStore()
    let days = try Self.days(4, of: place)
    #expect(Set(days.map(\.head)).count == days.count)
    for day in days.dropLast() {
      let complaint = try Self.complaint(
        try Self.restored(day.database), head: days[3].head, digests: 16)
      #expect(complaint == "another head")
    }
    #expect(try Self.complaint(try Self.restored(days[3].database), head: days[3].head, digests: 16) == nil)
  }

  @Test func `a database cut short is never taken for whole`() throws {
    let place = try TemporaryStore()
    let day = try #require(try Self.days(Proof.extent(2, whole: 12), of: place).last)
    let page = Int(day.database[16]) << 8 | Int(day.database[17])
    #expect(day.database.count % page == 0)
    var random = SeededRandom(seed: 5)
    let pages = Array(stride(from: 0, to: day.database.count, by: page))
    let odd = [1, 15, 16, 99, 100, 101, page - 1, page + 1, day.database.count - 1]
    let more = (0..<Proof.extent(20, whole: 500)).map { _ in
      Int.random(in: 0..<day.database.count, using: &random)
    }
    var noticed = 0
    for length in pages + odd + more {
      // What is missing of the last page reads as zeros: where it was nothing else, nothing is lost.
      if length % page > 0, day.database[length...].allSatisfy({ $0 == 0 }) { continue }
      let cut = try Self.restored(Array(day.database[..<length]))
      #expect(
        try Self.complaint(cut, head: day.head, digests: 48) != nil, "\(length) bytes, seed \(random.seed)")
      noticed += 1
    }
    try Proof.record(
      "cut at \(pages.count) page boundaries and \(noticed - pages.count) other lengths, all noticed")
  }

  @Test func `a log that is missing, cut short or another's is never taken for the right one`() throws {
    let place = try TemporaryStore()
    _ = try Self.days(2, of: place)
    let (early, late) = try Self.evening(of: place)
    let closed = try Self.moment(place, head: late.head)
    #expect(closed.log == nil)
    let log = try #require(late.log)
    #expect(
      try Self.complaint(try Self.restored(late.database, log: log), head: late.head, digests: 20) == nil)
    #expect(try Self.complaint(try Self.restored(closed.database), head: late.head, digests: 20) == nil)

    var random = SeededRandom(seed: 6)
    let cuts = (0..<Proof.extent(20, whole: 1_000)).map { _ in
      Int.random(in: 0..<log.count - 24, using: &random)
    }
    var logs: [(String, [UInt8], [UInt8]?)] = [
      ("none", late.database, nil), ("early", late.database, early.log),
      ("early, beside what came of a later one", closed.database, early.log),
    ]
    logs += cuts.map { ("cut to \($0)", late.database, Array(log[..<$0])) }
    let other = try TemporaryStore()
    let stranger = try other.open()
    for number in (0..<12).reversed() { try stranger.record(Self.sample(number)) }
    logs.append(("another store's", late.database, try Self.moment(other, head: "").log))
    for (name, database, log) in logs {
      let complaint = try Self.complaint(
        try Self.restored(database, log: log), head: late.head, digests: 20)
      #expect(complaint != nil, "\(name), seed \(random.seed)")
    }
    withExtendedLifetime(stranger) {}
    try Proof.record("\(logs.count) wrong logs, all noticed")
  }
}
