import Findings
import Pickle
import TestSupport
import Testing

/// pandas opens the file that a time zone of dateutil names, so no argument of its classes may name one.
@Suite struct TimeZoneTests {
  private static let index: [PickleOpcode] = [.proto(4), .global("pandas", "DatetimeIndex")]

  private func verdict(_ arguments: [PickleOpcode]) -> Verdict {
    judge(pickle(Self.index + arguments + [.reduce, .stop])).verdict
  }

  @Test(arguments: ["Europe/Berlin", "UTC", "tzlocal()"])
  func `a zone of the system's table is allowed`(zone: String) {
    #expect(verdict([.emptyList, .none, .text(zone), .tuple3]) == .allow)
  }

  @Test(arguments: ["dateutil//dev/zero", "datetime64[ns, dateutil//tmp/pipe]", "dateutil/../x"])
  func `a zone that names a path is denied`(zone: String) {
    #expect(verdict([.emptyList, .none, .text(zone), .tuple3]) == .deny)
    #expect(verdict([.emptyList, .none, .emptyList, .text(zone), .append, .tuple3]) == .deny)
  }

  @Test func `a zone whose text is computed is no allow`() {
    let made: [PickleOpcode] = [.global("numpy", "str_"), .text("x"), .tuple1, .reduce]
    #expect(verdict([.emptyList, .none] + made + [.tuple3]) != .allow)
  }

  @Test func `a partial brings its zone to the call`() {
    func partial(_ zone: String) -> Verdict {
      judge(
        .proto(4), .global("functools", "partial"), .mark, .global("pandas", "DatetimeIndex"), .emptyList,
        .none, .text(zone), .tuple, .reduce, .stop
      ).verdict
    }
    #expect(partial("UTC") == .allow)
    #expect(partial("dateutil//dev/zero") == .deny)
  }

  @Test func `what a partial over a block's constructor makes is no text`() {
    let block: [PickleOpcode] = [
      .global("functools", "partial"), .global("pandas.core.internals.blocks", "new_block"), .tuple1,
      .reduce,
      .emptyList, .tuple1, .reduce, .tuple1,
    ]
    let manager = pickle(
      [.proto(4), .global("pandas.core.internals.managers", "BlockManager")] + block
        + [.emptyList, .tuple2, .reduce, .stop])
    #expect(judge(manager).verdict == .allow, judge(manager).account)
  }
}
