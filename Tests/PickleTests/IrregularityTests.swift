import ByteParsing
import Pickle
import TestSupport
import Testing

/// Each irregularity that has no suite of its own, with a near miss that is none.
@Suite struct IrregularityTests {
  @Test(
    arguments: [
      ("010", "10"), ("0x10", "16"), ("0o10", "8"), ("+1", "1"), (" 1", "1"), ("1_0", "10"), ("-0", "0"),
      ("1 ", "1"), ("007", "7"),
    ])
  func `an integer that unpicklers read differently is reported`(_ odd: String, _ canonical: String) {
    let bad = run(pickle(.lines(.int, odd), .stop))
    #expect(bad.irregularities == [.numberNotCanonical])
    #expect(bad.result.end == .stop)
    #expect(run(pickle(.lines(.int, canonical), .stop)).irregularities == [])
    #expect(run(pickle(.lines(.long, odd + "L"), .stop)).irregularities == [.numberNotCanonical])
    #expect(run(pickle(.lines(.long, canonical + "L"), .stop)).irregularities == [])
  }

  @Test(arguments: [
    " 1.0", "1_0.0", "1.0 ", "+1.0", "Infinity", "0x1p3", ".5", "1E5", "1.", "1e400", "-1e400",
  ])
  func `a float that no pickler writes is reported`(_ odd: String) {
    #expect(run(pickle(.lines(.float, odd), .stop)).irregularities == [.numberNotCanonical])
  }

  @Test(arguments: ["1.0", "-1.5", "1e-05", "1e+300", "inf", "-inf", "nan", "12", "0.1", "1e-400"])
  func `a float as repr writes it is none`(_ text: String) {
    #expect(run(pickle(.lines(.float, text), .stop)).irregularities == [])
  }

  @Test(arguments: [" 7", "+7", "07", "1_0"])
  func `a memo index that is not plain decimal is reported`(_ odd: String) {
    #expect(run(pickle(.none, .lines(.put, odd), .stop)).irregularities == [.numberNotCanonical])
    let number = odd == "1_0" ? 10 : 7
    let get = run(pickle(.none, .put(number), .lines(.get, odd), .stop))
    #expect(get.irregularities == [.numberNotCanonical])
    #expect(get.result.end == .stop)
    #expect(run(pickle(.none, .put(7), .get(7), .stop)).irregularities == [])
  }

  @Test func `NUL or CR in a line is reported`() {
    #expect(run(pickle(.global("o\0s", "n"), .stop)).irregularities == [.lineControl])
    #expect(run(pickle(.global("os", "n\r"), .stop)).irregularities == [.lineControl])
    #expect(run(pickle(.lines(.string, "'a\rb'"), .stop)).irregularities == [.lineControl])
    let number = run(pickle(.lines(.int, "1\0zz"), .stop))
    #expect(number.irregularities == [.lineControl, .numberNotCanonical])
    #expect(number.result.end == .stop)
    // C's strtol is content with no digits at all, as long as a NUL ends them.
    let empty = run(pickle(.lines(.int, "\0zz"), .stop))
    #expect(empty.irregularities == [.lineControl, .numberNotCanonical])
    #expect(empty.result.end == .stop)
  }

  @Test func `CR in UNICODE is what older picklers write`() {
    #expect(run(pickle(.lines(.unicode, "a\rb"), .stop)).irregularities == [])
  }

  @Test func `every reader takes NUL and CR in a persistent id`() {
    #expect(run(pickle(.lines(.persid, "a\0\rb"), .stop)).irregularities == [])
  }

  @Test func `an import that the end of the input cuts off is reported, and runs as one reader runs it`() {
    let imported = run(Array("cos\nsystemX".utf8))
    #expect(imported.effects == ["importGlobal os.system None"])
    #expect(imported.irregularities == [.lineUnterminated])
    #expect(imported.breakKind == .truncated)
    let called = run(Array("(S'id'\nios\nsystemX".utf8))
    #expect(called.effects == ["importGlobal os.system None", "instantiate os.system ('id',)"])
    #expect(called.irregularities == [.lineUnterminated])
    #expect(called.breakKind == .truncated)
  }

  @Test(arguments: ["I12", "S'a'", "cos", "Vx", "Pid", "L5L", "F1.0", "p0"])
  func `any other line that the end of the input ends is truncated`(_ line: String) {
    let run = run(Array("N".utf8) + Array(line.utf8))
    #expect(run.irregularities == [])
    #expect(run.effects == [])
    #expect(run.breakKind == .truncated)
  }

  @Test(arguments: [Opcode.binbytes8, .bytearray8, .binunicode8])
  func `a length that no input can hold is a bomb`(_ opcode: Opcode) {
    for length: UInt64 in [1 << 40, .max, 1 << 63] {
      let run = run(pickle(.counted(opcode, [1], length: length), .stop))
      #expect(run.irregularities == [.allocationBomb])
      #expect(run.breakKind == .truncated)
    }
    let short = run(pickle(.counted(opcode, [1], length: 1000)))
    #expect(short.irregularities == [])
    #expect(short.breakKind == .truncated)
  }

  @Test func `a negative length breaks, and where one unpickler takes it as unsigned it is reported`() {
    let number = run(pickle(.counted(.long4, [1], length: 0xFFFF_FFFF), .stop))
    #expect(number.irregularities == [])
    #expect(number.breakKind == .malformed)
    let string = run(pickle(.counted(.binstring, [1], length: 0xFFFF_FFFF), .stop))
    #expect(string.irregularities.first == .numberNotCanonical)
    #expect(string.breakKind == .truncated)
  }

  @Test func `a tuple doubled forty times is an expansion`() {
    var opcodes: [PickleOpcode] = [.emptyTuple]
    for _ in 0..<42 { opcodes += [.dup, .tuple2] }
    #expect(run(pickle(opcodes + [.stop])).irregularities == [.expansion])
    #expect(run(pickle(opcodes.prefix(41) + [.stop])).irregularities == [])
  }

  @Test func `a list doubled through the memo is an expansion`() {
    var opcodes: [PickleOpcode] = [.emptyList, .binput(0)]
    for _ in 0..<42 { opcodes += [.emptyList, .mark, .binget(0), .binget(0), .appends, .binput(0)] }
    #expect(run(pickle(opcodes + [.stop])).irregularities == [.expansion])
  }

  @Test func `a key that is doubled thirty times is an expansion`() {
    var opcodes: [PickleOpcode] = [.emptyDict, .emptyTuple]
    for _ in 0..<32 { opcodes += [.dup, .tuple2] }
    #expect(run(pickle(opcodes + [.none, .setitem, .stop])).irregularities == [.expansion])
    #expect(
      run(pickle([.emptyDict, .none] + opcodes.dropFirst() + [.setitem, .stop])).irregularities == [])
  }

  @Test(arguments: [10_000, 1_000_000])
  func `deep nesting is an expansion, and the machine survives it`(_ depth: Int) {
    let nested = [UInt8](repeating: Opcode.tuple1.rawValue, count: depth)
    let sample = pickle(.global("m", "f"), .emptyTuple, .raw(nested), .tuple1, .reduce, .stop)
    let run = run(sample, opcodeLimit: 2_000_000)
    #expect(run.irregularities == [.expansion])
    #expect(run.result.end == .stop)
    #expect(run.effects.last?.contains("…") == true)
  }

  @Test func `nesting as deep as CPython's pickler goes is none`() {
    let nested = [UInt8](repeating: Opcode.tuple1.rawValue, count: 900)
    #expect(run(pickle(.emptyTuple, .raw(nested), .stop)).irregularities == [])
  }

  @Test func `a million open marks are no trouble`() {
    let marks = [UInt8](repeating: Opcode.mark.rawValue, count: 1_000_000)
    #expect(run(pickle(.raw(marks), .none, .stop), opcodeLimit: 2_000_000).result.end == .stop)
  }
}
