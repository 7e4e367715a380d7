import ByteParsing
import Pickle
import TestSupport
import Testing

@Suite struct StackTests {
  @Test func `POP drops a value, or the mark where the mark is on top`() {
    #expect(run(pickle(.none, .none, .pop, .stop)).result.end == .stop)
    #expect(run(pickle(.none, .mark, .pop, .stop)).result.end == .stop)
    // After the mark is gone there is none left to take.
    #expect(run(pickle(.none, .mark, .pop, .tuple, .stop)).breakKind == .malformed)
  }

  @Test func `POP_MARK drops the values and the mark`() {
    #expect(run(pickle(.none, .mark, .none, .none, .popMark, .stop)).result.end == .stop)
    #expect(run(pickle(.none, .mark, .none, .popMark, .pop, .stop)).breakKind == .malformed)
  }

  @Test func `DUP pushes the same value`() {
    #expect(described(.integer(1), .plain(.dup), .tuple2) == "(1, 1)")
  }

  @Test func `marks nest`() {
    #expect(described(.mark, .integer(1), .mark, .integer(2), .tuple, .tuple) == "(1, (2,))")
  }

  @Test(
    arguments: [
      [PickleOpcode.dup], [.tuple1], [.memoize], [.binput(0)], [.put(0)], [.reduce], [.build], [.append],
      [.stop], [.binpersid], [.stackGlobal], [.readonlyBuffer], [.none, .setitem], [.none, .tuple2],
      [.obj],
    ])
  func `an opcode that reaches below the mark breaks and is reported`(_ opcodes: [PickleOpcode]) {
    let run = run(pickle([.none, .none, .none, .mark] + opcodes))
    #expect(run.breakKind == .malformed)
    #expect(run.irregularities == [.belowMark])
  }

  @Test func `a container below two marks is not reached`() {
    let below = run(pickle(.emptyList, .mark, .mark, .integer(1), .appends, .stop))
    #expect(below.irregularities == [.belowMark])
    let inside = run(pickle(.mark, .emptyList, .mark, .integer(1), .appends, .stop))
    #expect(inside.result.end == .stop)
  }

  @Test func `an underflow without a mark breaks and is no irregularity`() {
    let run = run(pickle(.none, .tuple2, .stop))
    #expect(run.breakKind == .malformed)
    #expect(run.irregularities == [])
  }

  @Test func `an odd number of keys and values breaks`() {
    #expect(run(pickle(.emptyDict, .mark, .integer(1), .setitems, .stop)).breakKind == .malformed)
    #expect(run(pickle(.mark, .integer(1), .dict, .stop)).breakKind == .malformed)
  }

  @Test func `nothing above the mark adds nothing`() {
    #expect(described(.emptyList, .mark, .appends) == "[]")
    #expect(described(.emptyDict, .mark, .setitems) == "{}")
    #expect(described(.emptySet, .mark, .additems) == "set()")
    #expect(run(pickle(.none, .mark, .appends, .stop)).result.end == .stop)
  }
}
