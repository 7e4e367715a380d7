import ByteParsing
import Pickle
import TestSupport
import Testing

/// Streams whose meaning readers of pickles have disagreed about. The machine sees what CPython runs.
@Suite struct DifferentialTests {
  private func targets(_ opcodes: PickleOpcode...) -> [String] {
    run(pickle(opcodes)).trace.globals.map { $0.resolvedModule + "." + $0.resolvedName }
  }

  @Test func `MEMOIZE after POP keeps the top of the stack and not the last argument`() {
    #expect(
      targets(
        .text("posix"), .text("x"), .pop, .memoize, .text("system"), .text("x"), .pop, .memoize, .pop, .pop,
        .binget(0), .binget(1), .stackGlobal, .text("id"), .tuple1, .reduce, .stop) == ["posix.system"])
  }

  @Test func `MEMOIZE after BINGET keeps the value and not the index`() {
    #expect(
      targets(
        .text("posix"), .memoize, .pop, .binget(0), .memoize, .pop, .binget(1), .text("system"),
        .stackGlobal,
        .stop) == ["posix.system"])
  }

  @Test func `numbers in another base are read on`() {
    for number in [PickleOpcode.lines(.int, "0x10"), .lines(.long, "0x10L"), .lines(.int, "0b1")] {
      let run = run(pickle(number, .pop, .global("os", "system"), .emptyTuple, .reduce, .stop))
      #expect(run.effects.last == "reduce os.system ()")
      #expect(run.irregularities == [.numberNotCanonical])
    }
  }

  @Test func `STACK_GLOBAL needs no PROTO before it`() {
    #expect(targets(.text("os"), .text("system"), .stackGlobal, .stop) == ["os.system"])
  }

  @Test func `operands that are no strings after the payload do not lose it`() {
    for operand in [PickleOpcode.integer(1), .counted(.bytearray8, [1])] {
      let run = run(
        pickle(
          .global("os", "system"), .text("id"), .tuple1, .reduce, .pop, operand, operand, .stackGlobal,
          .stop))
      #expect(run.effects.contains("reduce os.system ('id',)"))
    }
  }

  @Test func `a missing memo key after the payload does not lose it`() {
    let run = run(pickle(.global("os", "system"), .emptyTuple, .reduce, .binget(99), .stop))
    #expect(run.effects.last == "reduce os.system ()")
    #expect(run.breakKind == .malformed)
  }

  @Test func `a memo slot has the value that was put there last`() {
    #expect(
      targets(
        .text("math"), .binput(0), .pop, .text("os"), .binput(0), .pop, .binget(0), .text("system"),
        .stackGlobal,
        .stop) == ["os.system"])
    #expect(
      targets(
        .text("math"), .binput(0), .pop, .text("os"), .lines(.put, "0"), .pop, .get(0), .text("system"),
        .stackGlobal, .stop) == ["os.system"])
  }

  @Test func `PUT and MEMOIZE may be mixed`() {
    // The PUT at 1 makes one entry, so MEMOIZE is 1 and replaces it.
    #expect(
      targets(
        .text("math"), .binput(1), .pop, .text("os"), .memoize, .pop, .binget(1), .text("system"),
        .stackGlobal,
        .stop) == ["os.system"])
  }

  @Test func `a pickle that fails after it ran keeps what ran`() {
    for tail: [PickleOpcode] in [[], [.raw([0xFF])], [.plain(.tuple3)]] {
      let run = run(pickle([.global("os", "system"), .text("id"), .tuple1, .reduce] + tail))
      #expect(run.effects.last == "reduce os.system ('id',)")
      #expect(run.breakKind != nil)
    }
  }

  @Test func `every way to call is a call, kept or dropped`() {
    let ways: [[PickleOpcode]] = [
      [.mark, .text("id"), .inst("os", "system")], [.mark, .global("os", "system"), .text("id"), .obj],
      [.global("os", "system"), .text("id"), .tuple1, .newobj],
      [.global("os", "system"), .text("id"), .tuple1, .emptyDict, .newobjEx],
      [.global("os", "system"), .text("id"), .tuple1, .reduce],
    ]
    for way in ways {
      #expect(run(pickle(way + [.stop])).effects.count == 2)
      #expect(run(pickle(way + [.pop, .none, .stop])).effects.count == 2)
    }
  }

  @Test func `an extension that the stream registers itself is looked up`() {
    let run = run(
      pickle(
        .global("copyreg", "add_extension"), .text("os"), .text("system"), .integer(7), .tuple3, .reduce,
        .pop,
        .number(.ext1, 7), .text("id"), .tuple1, .reduce, .stop))
    #expect(run.effects.suffix(2) == ["extensionLookup None 7", "reduce copyreg.extension(7) ('id',)"])
  }

  @Test func `a persistent id alone is an effect`() {
    #expect(run(pickle(.lines(.persid, "x"), .stop)).effects == ["persistentLoad None 'x'"])
  }

  @Test func `a dotted name is told apart`() {
    let globals = run(pickle(.proto(4), .text("pathlib"), .text("os.system"), .stackGlobal, .stop)).trace
      .globals
    #expect(globals.map(\.isDotted) == [true])
    #expect(globals.map(\.protocolVersion) == [4])
  }

  @Test func `floats, bytearrays and buffers do not stop the reader`() {
    #expect(
      targets(
        .lines(.float, "1.5"), .counted(.bytearray8, [1]), .nextBuffer, .readonlyBuffer,
        .global("os", "system"), .stop) == ["os.system"])
  }

  @Test func `escapes in names are decoded`() {
    #expect(
      targets(.lines(.string, "'\\x6f\\163'"), .lines(.unicode, "syste\\u006d"), .stackGlobal, .stop)
        == ["os.system"])
  }
}
