import Digest
import Findings
import Linux
import TestSupport
import Testing

@testable import VerdictStore

/// Stores of earlier schemas, brought to the schema of today.
struct UpgradeTests {
  /// What was released never changes.
  private static let released = [
    "d58df7632c216490288a53cd893b183c00e00d1a84996a3f77c7d49234d3fe0f",
    "ff3449ac9de2a392b5e3b759cc1aa074c64e8d4a8f9578447bf8c6e97c7355ad",
  ]

  /// What is written into a store of the first schema: its table of waivers never was, they are in the policies.
  private static let tables = ["artifact", "scan", "finding", "gap", "alias", "audit", "chain"]

  /// A closed store of an earlier schema, with verdicts and places.
  private static func earlier(_ version: Int) throws -> TemporaryStore {
    let today = try TemporaryStore()
    do {
      let store = try today.open()
      for number in 0..<12 {
        try store.record(
          number % 3 == 0 ? Sample.denied(number) : Sample.allowed(number), path: Array("/m/\(number)".utf8)
        )
      }
    }
    let place = try TemporaryStore()
    try place.place.write("verdicts.db", [])
    #expect(place.place.setMode("verdicts.db", 0o600))
    let database = try Database(path: place.path)
    for step in Migrations.steps.prefix(version) { try database.execute(step.sql) }
    try database.execute("ATTACH '\(today.path)' AS today; DELETE FROM chain")
    for table in tables { try database.execute("INSERT INTO \(table) SELECT * FROM today.\(table)") }
    try database.execute("DETACH today; PRAGMA user_version = \(version)")
    try database.execute("PRAGMA application_id = \(Migrations.applicationID)")
    return place
  }

  private static func copy(_ place: TemporaryStore) throws -> TemporaryStore {
    let copy = try TemporaryStore()
    try copy.place.write("verdicts.db", try FileDescriptor.open(place.path).readAll(limit: 64 << 20))
    #expect(copy.place.setMode("verdicts.db", 0o600))
    return copy
  }

  /// Whether two stores hold the same rows, in every table of the first schema.
  private static func expectSameRows(_ place: TemporaryStore, _ original: TemporaryStore, _ name: String)
    throws
  {
    let database = try Database(path: place.path)
    try database.execute("ATTACH '\(original.path)' AS original")
    for table in tables {
      let count = try database.integer("SELECT count(*) FROM main.\(table)")
      #expect(count > 0, "\(table), \(name)")
      for (one, other) in [("main", "original"), ("original", "main")] {
        let missing = try database.integer(
          "SELECT count(*) FROM (SELECT * FROM \(one).\(table) EXCEPT SELECT * FROM \(other).\(table))")
        #expect(missing == 0, "\(table), \(name)")
      }
    }
  }

  @Test func `a step that was released is what it was`() throws {
    let digests = try Migrations.steps.map { try SHA256.hexadecimal(of: Array($0.sql.utf8)) }
    #expect(Array(digests.prefix(Self.released.count)) == Self.released)
  }

  @Test(arguments: 1..<Migrations.steps.count)
  func `every verdict, place and link of the chain is kept`(version: Int) throws {
    let original = try Self.earlier(version)
    let place = try Self.copy(original)
    let store = try place.open()
    #expect(try place.integer("PRAGMA user_version") == Int64(Migrations.steps.count))
    let verification = try store.verify()
    #expect(verification.problems == [])
    #expect(verification.scans == 12)
    try Self.expectSameRows(place, original, "schema \(version)")
    try store.record(Sample.allowed(99))
    #expect(try store.verify().isSound)
  }

  @Test(.enabled(if: TracedCalls.isPossible), arguments: 1..<Migrations.steps.count)
  func `an upgrade that is killed at any call has happened or has not`(version: Int) throws {
    let original = try Self.earlier(version)
    let calls = try TracedCalls()
    func upgrade(_ place: TemporaryStore, killedAt number: Int) throws {
      try calls.choose(number)
      let null = try FileDescriptor.open("/dev/null", .readWrite)
      let words =
        calls.words(.kill) + [Repository.program("lazaret"), "store", "verify", "--store", place.path]
      let child = try Process.spawn(
        words[0], arguments: words, environment: ["SWIFT_BACKTRACE=enable=no"],
        descriptors: [null.number, null.number, null.number])
      let end = try Child.awaitEnd(child, "lazaret store verify")
      #expect(end == .exited(status: try calls.hits == 0 ? 0 : 128 + Signal.kill), "\(number)")
    }
    try upgrade(try Self.copy(original), killedAt: 1_000_000)
    let count = try calls.counted
    let numbers = Array(stride(from: 1, through: count, by: Proof.extent(max(1, count / 12), whole: 1)))
    var outcomes: [Int64: Int] = [:]
    for number in numbers {
      let place = try Self.copy(original)
      try upgrade(place, killedAt: number)
      let found = try place.integer("PRAGMA user_version")
      outcomes[found, default: 0] += 1
      try Self.expectSameRows(place, original, "killed at \(number)")
      #expect(try place.open(create: false).verify().problems == [])
      try Self.expectSameRows(place, original, "killed at \(number), then opened")
    }
    #expect(Set(outcomes.keys).isSubset(of: [Int64(version), Int64(Migrations.steps.count)]))
    #expect(outcomes.count == 2, "\(outcomes)")
    let kept = outcomes[Int64(version)] ?? 0
    try Proof.record(
      "\(numbers.count) kills, \(kept) before and \(numbers.count - kept) after it, nothing lost")
  }
}
