import ByteParsing
import Pickle
import TestSupport
import Testing

@Suite struct MemoTests {
  @Test func `PUT keeps the top of the stack and GET pushes it`() {
    #expect(described(.integer(5), .put(3), .pop, .get(3)) == "5")
    #expect(described(.integer(5), .binput(3), .pop, .binget(3)) == "5")
    #expect(described(.integer(5), .longBinput(300), .pop, .longBinget(300)) == "5")
    #expect(described(.integer(5), .memoize, .pop, .binget(0)) == "5")
  }

  @Test func `MEMOIZE takes the number of entries as its index`() {
    // One entry at 5, so the next is 1, and not 6.
    #expect(described(.integer(7), .binput(5), .pop, .integer(8), .memoize, .pop, .binget(1)) == "8")
  }

  @Test func `MEMOIZE may replace an earlier PUT`() {
    let sample = [PickleOpcode.integer(7), .binput(1), .pop, .integer(8), .memoize]
    #expect(described(.raw(pickle(sample)), .pop, .binget(1)) == "8")
  }

  @Test func `a slot may be filled again`() {
    #expect(described(.integer(7), .binput(0), .pop, .integer(8), .binput(0), .pop, .binget(0)) == "8")
  }

  @Test func `filling a slot again is not another entry`() {
    #expect(
      described(
        .integer(7), .binput(0), .binput(0), .pop, .integer(9), .memoize, .pop, .binget(1)) == "9")
  }

  @Test(arguments: [PickleOpcode.get(1), .binget(1), .longBinget(1), .longBinget(.max), .lines(.get, "-1")])
  func `a key that is not there breaks`(_ opcode: PickleOpcode) {
    #expect(run(pickle(.none, .binput(0), .binput(2), opcode, .stop)).breakKind == .malformed)
  }

  @Test func `a negative index breaks`() {
    #expect(run(pickle(.none, .lines(.put, "-1"), .stop)).breakKind == .malformed)
  }

  @Test(arguments: [PickleOpcode.longBinput(1 << 26), .longBinput(.max), .lines(.put, "99999999")])
  func `an index far beyond the opcodes is a bomb`(_ opcode: PickleOpcode) {
    let run = run(pickle(.integer(1), opcode, .stop))
    #expect(run.breakKind == .malformed)
    #expect(run.irregularities == [.memoBomb])
  }

  @Test func `an index somewhat beyond the opcodes is none`() {
    let run = run(pickle(.integer(1), .longBinput(100_000), .longBinget(100_000), .stop))
    #expect(run.result.end == .stop)
    #expect(run.irregularities == [])
  }
}
