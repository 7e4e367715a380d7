import Findings
import Testing

@testable import VerdictStore

struct VerificationTests {
  /// Ways to change a store by hand, each of which must be seen by `verify`.
  static let tamperings: [(name: String, sql: String)] = [
    ("a better verdict", "UPDATE scan SET verdict = 'allow' WHERE id = 2"),
    ("a worse verdict", "UPDATE scan SET verdict = 'deny' WHERE id = 1"),
    ("another digest", "UPDATE scan SET sha256 = (SELECT sha256 FROM scan WHERE id = 3) WHERE id = 1"),
    (
      "another size",
      "UPDATE artifact SET size = size + 1 WHERE sha256 = (SELECT sha256 FROM scan WHERE id = 1)"
    ),
    ("another policy", "UPDATE scan SET policy = 'sha256:x' WHERE id = 1"),
    ("another engine", "UPDATE scan SET engine = '9' WHERE id = 1"),
    ("another time", "UPDATE scan SET time = time + 1 WHERE id = 1"),
    ("made servable", "UPDATE scan SET repeatable = 1 - repeatable WHERE id = 1"),
    ("another outcome", "UPDATE scan SET outcome = 'out-of-memory' WHERE id = 1"),
    ("an outcome nobody writes", "UPDATE scan SET outcome = 'fine' WHERE id = 1"),
    ("more coverage", "UPDATE scan SET bytes = bytes + 1 WHERE id = 1"),
    ("finished", "UPDATE scan SET finished = 0 WHERE id = 1"),
    ("another filter", "UPDATE scan SET filter = '' WHERE id = 1"),
    ("a layer more", "UPDATE scan SET layers = '[\"seccomp\",\"userns\"]' WHERE id = 1"),
    ("a list nobody writes", "UPDATE scan SET formats = '[' WHERE id = 1"),
    ("a finding gone", "DELETE FROM finding WHERE scan = 2 AND position = 0"),
    ("a finding changed", "UPDATE finding SET evidence = 'x' WHERE scan = 2 AND position = 0"),
    ("findings in another order", "UPDATE finding SET position = 9 WHERE scan = 2 AND position = 0"),
    ("a finding moved", "UPDATE finding SET scan = 1 WHERE scan = 2 AND position = 0"),
    ("a gap gone", "DELETE FROM gap WHERE scan = 2 AND position = 1"),
    ("a scan gone", "DELETE FROM scan WHERE id = 1"),
    ("an artifact gone", "DELETE FROM artifact WHERE sha256 = (SELECT sha256 FROM scan WHERE id = 1)"),
    (
      "a scan added",
      "INSERT INTO scan SELECT 99, sha256, time, policy, engine, verdict, repeatable, outcome, "
        + "outcome_detail, formats, bytes, members, opcodes, finished, role, filter, layers, missing, kernel, "
        + "milliseconds FROM scan WHERE id = 1"
    ),
    ("an audit row gone", "DELETE FROM audit WHERE sequence = 2"),
    ("the last audit row gone", "DELETE FROM audit WHERE sequence = 3"),
    ("the tail gone", "DELETE FROM audit WHERE sequence = 3; DELETE FROM scan WHERE id = 3"),
    ("an audit record changed", "UPDATE audit SET record = zeroblob(32) WHERE sequence = 1"),
    ("an audit hash changed", "UPDATE audit SET hash = zeroblob(32) WHERE sequence = 3"),
    (
      "audit rows swapped",
      "UPDATE audit SET subject = -1 WHERE sequence = 1; "
        + "UPDATE audit SET subject = 1 WHERE sequence = 2; UPDATE audit SET subject = 2 WHERE sequence = 1"
    ),
    ("the head changed", "UPDATE chain SET head = zeroblob(32)"),
    ("the count changed", "UPDATE chain SET length = 2"),
    ("the head gone", "DELETE FROM chain"),
    ("everything gone", "DELETE FROM audit; DELETE FROM finding; DELETE FROM gap; DELETE FROM scan"),
  ]

  private static func filled() throws -> (TemporaryStore, VerdictStore) {
    let place = try TemporaryStore()
    let store = try place.open()
    try store.record(Sample.allowed(1))
    try store.record(Sample.denied(2))
    try store.record(Sample.allowed(3, size: 5))
    return (place, store)
  }

  @Test func `an untouched store is sound, and says its head`() throws {
    let (_, store) = try Self.filled()
    let verification = try store.verify()
    #expect(verification.problems == [])
    #expect(verification.scans == 3)
    #expect(verification.head.count == 64)
    #expect(try VerificationTests.filled().1.verify().head == verification.head)
  }

  @Test func `an empty store is sound`() throws {
    let place = try TemporaryStore()
    #expect(
      try place.open().verify() == Verification(scans: 0, entries: 0, head: hexadecimal(AuditChain.origin)))
  }

  @Test(arguments: tamperings.indices)
  func `each change by hand is found`(index: Int) throws {
    let (name, sql) = Self.tamperings[index]
    let (place, store) = try Self.filled()
    try place.tamper(sql)
    #expect(try !store.verify().isSound, "\(name)")
  }

  @Test func `a changed page of the file is found`() throws {
    let place = try TemporaryStore()
    try place.open().record(Sample.denied(2))
    try place.tamper("PRAGMA wal_checkpoint(TRUNCATE)")
    let before = try place.open().verify()
    #expect(before.isSound)
    try place.tamper(
      "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = "
        + "(SELECT rootpage FROM sqlite_schema WHERE name = 'gap') WHERE name = 'finding'")
    do {
      #expect(try !place.open().verify().isSound)
    } catch let error as StoreError {
      // SQLite may refuse the file outright.
      #expect(error.code != 0)
    }
  }

  @Test(arguments: [
    ("UPDATE scan SET verdict = 'allow'", [1, 2]), ("UPDATE artifact SET size = 7", [1, 2]),
    ("DELETE FROM finding", [2]), ("UPDATE scan SET repeatable = 1", [1]),
    ("DELETE FROM audit WHERE sequence = 1", [1, 2]),
    ("UPDATE audit SET hash = zeroblob(32) WHERE sequence = 1", [1, 2]),
    ("UPDATE audit SET hash = zeroblob(32) WHERE sequence = 2", [2]),
  ])
  func `a changed record is never served`(sql: String, numbers: [Int]) throws {
    let place = try TemporaryStore()
    let store = try place.open()
    var first = Sample.allowed(1)
    first.outcome = .outOfMemory
    first.verdict = .incomplete
    try store.record(first)
    try store.record(Sample.denied(2))
    try place.tamper(sql)
    for number in numbers {
      let answer = try store.lookup(
        sha256: Sample.digest(number), policy: Sample.policy, engine: Sample.engine)
      if case .hit(let served) = answer {
        Issue.record("served \(served.examination.verdict) for \(number)")
      }
    }
  }
}
