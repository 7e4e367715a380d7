import Linux
import TestSupport
import Testing

@testable import Daemon

/// Who is let in to a guarded file, by words of the test's own for descriptors and openings.
struct GuardTableTests {
  private typealias Table = GuardTable<String, Int>

  private let place: TemporaryDirectory
  private let keys: [Table.Key]

  init() throws {
    let place = try TemporaryDirectory()
    self.place = place
    keys = try (0..<40).map { number in
      let file = try place.write("\(number)", [])
      return Table.Key(try FileIdentity(path: file, followingLinks: false))
    }
  }

  private static let refusal = Table.Refusal(verdict: "deny", rule: "pickle.dangerous-call", reason: "bad")

  @Test func `openings of one file join one examination, and later ones have its answer`() {
    var table = Table(limit: 10)
    #expect(table.read(keys[0], "a", 1, now: 0, mayWait: true) == .examine(1))
    #expect(table.read(keys[0], "b", 2, now: 0, mayWait: true) == .wait)
    #expect(table.read(keys[1], "c", 3, now: 0, mayWait: true) == .examine(2))
    #expect(table.waiting == 3 && table.file(of: keys[0]) == "a")
    #expect(table.finish(keys[0], 1, .allowed(until: nil), keeps: true) == [1, 2])
    #expect(table.finish(keys[1], 2, .refused(Self.refusal), keeps: true) == [3])
    #expect(table.waiting == 0)
    #expect(table.read(keys[0], "d", 4, now: 0, mayWait: false) == .allow)
    #expect(table.read(keys[1], "e", 5, now: 0, mayWait: false) == .refuse(Self.refusal))
  }

  @Test func `a verdict that could be another the next time is no answer to the next`() {
    var table = Table(limit: 10)
    #expect(table.read(keys[0], "a", 1, now: 0, mayWait: true) == .examine(1))
    #expect(table.finish(keys[0], 1, .refused(Self.refusal), keeps: false) == [1])
    #expect(table.read(keys[0], "b", 2, now: 0, mayWait: true) == .examine(2))
  }

  @Test func `a change takes the judgement away, and what was examined before it is of no use`() {
    var table = Table(limit: 10)
    #expect(table.read(keys[0], "a", 1, now: 0, mayWait: true) == .examine(1))
    #expect(table.change(keys[0]) == [1])
    #expect(table.read(keys[0], "b", 2, now: 0, mayWait: true) == .examine(2))
    #expect(table.finish(keys[0], 1, .allowed(until: nil), keeps: true) == [])
    #expect(table.finish(keys[0], 2, .allowed(until: nil), keeps: true) == [2])
    #expect(table.change(keys[0]) == [])
    #expect(table.read(keys[0], "c", 3, now: 0, mayWait: true) == .examine(3))
    #expect(table.waiting == 1)
  }

  @Test func `an empty file is opened for writing once at a time, and nobody else opens it meanwhile`() {
    var table = Table(limit: 10)
    #expect(table.write(keys[0], "a", isEmpty: true) == .allow)
    // Whether this one reads or writes cannot be told: somebody writes already.
    #expect(table.write(keys[0], "b", isEmpty: true).isRefusal)
    #expect(table.write(keys[0], "b", isEmpty: false).isRefusal)
    #expect(table.change(keys[0]) == [])
    #expect(table.write(keys[0], "b", isEmpty: true).isRefusal)
    table.endWriting(keys[0])
    #expect(table.write(keys[0], "c", isEmpty: true) == .allow)
    table.endWriting(keys[0])
    #expect(table.read(keys[0], "d", 1, now: 0, mayWait: true) == .examine(1))
  }

  @Test func `an empty file that nobody could read may still be written`() {
    var table = Table(limit: 10)
    #expect(table.read(keys[0], "a", 1, now: 0, mayWait: true) == .examine(1))
    #expect(table.write(keys[0], "b", isEmpty: true).isRefusal)
    #expect(table.finish(keys[0], 1, .refused(Self.refusal), keeps: true) == [1])
    #expect(table.write(keys[0], "b", isEmpty: true) == .allow)
    #expect(table.file(of: keys[0]) == "a")
    table.endWriting(keys[0])
    #expect(table.file(of: keys[0]) == nil)
  }

  @Test func `what has bytes, or was read, is not opened for writing any more`() {
    var table = Table(limit: 10)
    #expect(table.write(keys[0], "a", isEmpty: false).isRefusal)
    #expect(table.read(keys[1], "b", 1, now: 0, mayWait: true) == .examine(1))
    #expect(table.write(keys[1], "c", isEmpty: true).isRefusal)
    #expect(table.finish(keys[1], 1, .allowed(until: nil), keeps: true) == [1])
    #expect(table.write(keys[1], "c", isEmpty: true).isRefusal)
    // Cut to nothing after it was read: its reader may still have it open.
    #expect(table.change(keys[1]) == [])
    #expect(table.write(keys[1], "c", isEmpty: true).isRefusal)
  }

  @Test func `a waiver lets a file be opened until it ends`() {
    var table = Table(limit: 10)
    #expect(table.read(keys[0], "a", 1, now: 99, mayWait: true) == .examine(1))
    #expect(table.finish(keys[0], 1, .allowed(until: 100), keeps: true) == [1])
    #expect(table.read(keys[0], "b", 2, now: 99, mayWait: true) == .allow)
    #expect(table.read(keys[0], "c", 3, now: 100, mayWait: true) == .examine(2))
  }

  @Test func `beyond what may wait, and what may be known, openings are refused`() {
    var table = Table(limit: 2)
    #expect(table.read(keys[0], "a", 1, now: 0, mayWait: false).isRefusal)
    #expect(table.file(of: keys[0]) == nil && table.waiting == 0)
    #expect(table.read(keys[0], "a", 1, now: 0, mayWait: true) == .examine(1))
    #expect(table.read(keys[0], "a", 2, now: 0, mayWait: false).isRefusal)
    #expect(table.write(keys[1], "b", isEmpty: true) == .allow)
    // Both are needed.
    #expect(table.read(keys[2], "c", 3, now: 0, mayWait: true).isRefusal)
    #expect(table.write(keys[2], "c", isEmpty: true).isRefusal)
    #expect(table.finish(keys[0], 1, .allowed(until: nil), keeps: true) == [1])
    #expect(table.read(keys[2], "c", 4, now: 0, mayWait: true) == .examine(2))
    #expect(table.file(of: keys[0]) == nil)
  }

  @Test func `those that were not asked for longest are forgotten first`() {
    var table = Table(limit: 16)
    for number in 0..<16 {
      guard case .examine(let task) = table.read(keys[number], "", number, now: 0, mayWait: true) else {
        Issue.record("\(number)")
        return
      }
      #expect(table.finish(keys[number], task, .allowed(until: nil), keeps: true) == [number])
    }
    #expect(table.read(keys[0], "", 0, now: 0, mayWait: false) == .allow)
    #expect(table.read(keys[20], "", 20, now: 0, mayWait: true) == .examine(17))
    #expect(table.file(of: keys[0]) != nil)
    #expect(table.file(of: keys[1]) == nil && table.file(of: keys[2]) == nil)
    #expect(table.file(of: keys[3]) != nil)
  }

  @Test func `who waits too long is taken out, and a new policy judges everything again`() {
    var table = Table(limit: 10)
    #expect(table.read(keys[0], "a", 1, now: 0, mayWait: true) == .examine(1))
    #expect(table.read(keys[0], "b", 5, now: 0, mayWait: true) == .wait)
    #expect(table.expire { $0 < 3 } == [1])
    #expect(table.waiting == 1)
    table.forget(keys[0])
    #expect(table.finish(keys[0], 1, .allowed(until: nil), keeps: true) == [5])
    table.forgetJudgements()
    #expect(table.read(keys[0], "c", 6, now: 0, mayWait: true) == .examine(2))
    #expect(table.finish(keys[0], 2, .allowed(until: nil), keeps: true) == [6])
    table.forget(keys[0])
    #expect(table.file(of: keys[0]) == nil)
  }
}

extension GuardTable.Answer {
  fileprivate var isRefusal: Bool {
    if case .refuse = self { true } else { false }
  }
}
