import Linux
import TestSupport
import Testing

@testable import CommandLine

/// When a file that appears is whole, by a clock of the test's own.
struct ArrivalsTests {
  private static let path = Array("a/model.bin".utf8)
  private static let perSecond: UInt64 = 1_000_000_000

  private let place: TemporaryDirectory
  /// Two states of one file.
  private let first: FileIdentity
  private let second: FileIdentity

  init() throws {
    place = try TemporaryDirectory()
    let file = try place.write("file", [1])
    first = try FileIdentity(path: file, followingLinks: false)
    try place.write("file", [1, 2])
    second = try FileIdentity(path: file, followingLinks: false)
  }

  private func sight(
    _ identity: FileIdentity, isOpenForWriting: Bool? = false, settling: Int = 0
  ) -> Arrivals.Sight {
    Arrivals.Sight(
      identity: identity, isOpenForWriting: isOpenForWriting, settlingMilliseconds: settling)
  }

  @Test func `a file that is whole is judged at once, and once`() {
    var arrivals = Arrivals()
    arrivals.notice(Self.path, at: 5)
    #expect(arrivals.due(at: 4) == [] && arrivals.due(at: 5) == [Self.path])
    #expect(arrivals.look(Self.path, sight(first), at: 5) == .judge)
    #expect(arrivals.nextDue == nil && arrivals.due(at: .max) == [])
    arrivals.notice(Self.path, at: 6)
    #expect(arrivals.look(Self.path, sight(first), at: 6) == .known)
    arrivals.notice(Self.path, at: 7)
    #expect(arrivals.look(Self.path, sight(second), at: 7) == .judge)
  }

  @Test func `a file that somebody writes waits, however long that takes`() {
    var arrivals = Arrivals()
    arrivals.notice(Self.path, at: 0)
    var now: UInt64 = 0
    for _ in 0..<100 {
      #expect(arrivals.look(Self.path, sight(first, isOpenForWriting: true), at: now) == .wait)
      #expect(arrivals.due(at: now) == [])
      now = arrivals.nextDue ?? .max
      #expect(arrivals.due(at: now) == [Self.path])
    }
    // Its end is told, and nobody waits for the clock.
    arrivals.notice(Self.path, at: 1)
    #expect(arrivals.look(Self.path, sight(second), at: 1) == .judge)
  }

  @Test func `a fresh time stamp is waited for`() {
    var arrivals = Arrivals()
    arrivals.notice(Self.path, at: 0)
    #expect(arrivals.look(Self.path, sight(first, settling: 4), at: 0) == .wait)
    #expect(arrivals.nextDue == 4_000_000)
    #expect(arrivals.look(Self.path, sight(first), at: 4_000_000) == .judge)
  }

  @Test func `where nobody can say who writes, a file must stay as it is for a while`() {
    var arrivals = Arrivals()
    arrivals.notice(Self.path, at: 0)
    #expect(arrivals.look(Self.path, sight(first, isOpenForWriting: nil), at: 0) == .wait)
    #expect(arrivals.nextDue == Arrivals.quietNanoseconds)
    #expect(
      arrivals.look(Self.path, sight(second, isOpenForWriting: nil), at: 2 * Self.perSecond) == .wait)
    #expect(
      arrivals.look(Self.path, sight(second, isOpenForWriting: nil), at: 4 * Self.perSecond) == .judge)
  }

  @Test func `what was there before is only judged after a change`() {
    var arrivals = Arrivals()
    arrivals.know(Self.path, first)
    #expect(arrivals.due(at: .max) == [])
    arrivals.notice(Self.path, at: 0)
    #expect(arrivals.look(Self.path, sight(first), at: 0) == .known)
    arrivals.notice(Self.path, at: 0)
    #expect(arrivals.look(Self.path, sight(second), at: 0) == .judge)
  }

  @Test func `a name of an unfinished download is never due, and is told of at the end`() {
    var arrivals = Arrivals()
    let part = Array("a/model.bin.part".utf8)
    arrivals.notice(part, at: 0)
    arrivals.notice(Self.path, at: 0)
    #expect(arrivals.due(at: .max) == [Self.path])
    #expect(arrivals.unfinished.map(\.path) == [Self.path, part])
    #expect(arrivals.unfinished.last?.reason == "it has the name of an unfinished download")
    arrivals.forget(part)
    arrivals.forget(below: Array("a".utf8))
    #expect(arrivals.unfinished.isEmpty)
  }

  @Test func `what goes with its folder is forgotten, what only begins like it is not`() {
    var arrivals = Arrivals()
    arrivals.know(Self.path, first)
    let other = Array("ab".utf8)
    arrivals.know(other, first)
    arrivals.forget(below: [UInt8(ascii: "a")])
    arrivals.notice(Self.path, at: 0)
    arrivals.notice(other, at: 0)
    #expect(arrivals.look(Self.path, sight(first), at: 0) == .judge)
    #expect(arrivals.look(other, sight(first), at: 0) == .known)
  }

  @Test(arguments: [
    ("model.bin.incomplete", true), ("d/x.PART", true), ("x.crdownload", true), (".model.bin.Ab3dEf", true),
    ("x.tmp", true), ("model.bin", false), (".part", false), ("part", false), ("x.part/model.bin", false),
    (".config.json", false), (".gitattributes", false), ("a.incomplete.bin", false), (".a.b", false),
  ]) func `unfinished names are told from others`(name: String, isUnfinished: Bool) {
    #expect(UnfinishedName.matches(Array(name.utf8)) == isUnfinished)
  }
}
