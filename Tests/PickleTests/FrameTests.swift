import ByteParsing
import Pickle
import TestSupport
import Testing

@Suite struct FrameTests {
  @Test func `opcodes inside, between and outside frames are one stream`() {
    let run = run(
      pickle(.proto(4), .framed(.none, .pop), .text("between"), .pop, .framed(.none), .stop))
    #expect(run.result.end == .stop)
    #expect(run.irregularities == [])
  }

  @Test func `an argument that crosses the end of its frame is reported`() {
    let sample = pickle(.proto(4), .frame(4), .text("abcd"), .stop)
    #expect(run(sample).irregularities == [.frameCrossed])
    #expect(run(sample).result.end == .stop)
  }

  @Test func `an argument that ends with its frame is not`() {
    #expect(run(pickle(.proto(4), .framed(.text("abcd")), .stop)).irregularities == [])
    #expect(run(pickle(.proto(4), .framed(.global("a", "b")), .stop)).irregularities == [])
  }

  @Test(
    arguments: [
      PickleOpcode.global("mod", "name"), .inst("mod", "name"), .lines(.int, "1"), .lines(.unicode, "abc"),
      .float(1),
      .integer(70000), .bytes([1, 2]), .counted(.binbytes8, [1]), .lines(.persid, "abc"),
    ])
  func `every kind of argument that crosses is reported once`(_ opcode: PickleOpcode) {
    let before: PickleOpcode = .mark
    let sample = pickle(
      .proto(4), .frame(UInt64(opcode.bytes.count)), before, opcode, .stop)
    let run = run(sample)
    #expect(run.irregularities == [.frameCrossed])
    #expect(run.result.end == .stop)
  }

  @Test func `a large object outside of frames is what CPython writes`() {
    let large = PickleOpcode.counted(.binbytes, [UInt8](repeating: 7, count: 100_000))
    let sample = pickle(.proto(4), .framed(.mark, .none), large, .framed(.memoize, .tuple), .stop)
    let result = run(sample)
    #expect(result.irregularities == [])
    #expect(result.result.end == .stop)
  }

  @Test func `STOP before the end of its frame is reported, for a file's reader goes on behind the frame`()
  {
    let run = run(pickle(.proto(4), .framed(.none, .stop, .text("hidden")), .none, .stop))
    #expect(run.irregularities == [.frameMalformed])
    #expect(run.result.end == .stop)
    #expect(PickleTests.run(pickle(.proto(4), .framed(.none, .stop), .none, .stop)).irregularities == [])
    #expect(PickleTests.run(pickle(.proto(4), .framed(.none), .stop, .none, .stop)).irregularities == [])
  }

  @Test func `a frame inside a frame is reported`() {
    let run = run(pickle(.proto(4), .framed(.framed(.none), .pop), .none, .stop))
    #expect(run.irregularities == [.frameMalformed])
    #expect(run.result.end == .stop)
  }

  @Test func `a frame longer than the input is reported when the pickle goes on to its end`() {
    let run = run(pickle(.proto(4), .frame(100), .none, .stop))
    #expect(run.irregularities == [.frameMalformed])
    #expect(run.result.end == .stop)
  }

  @Test func `a pickle that is cut off has a frame longer than the input`() {
    let whole = pickle(.proto(4), .framed(.text("abcdefgh"), .memoize, .stop))
    let cut = run(Array(whole.dropLast(4)))
    #expect(cut.irregularities == [])
    #expect(cut.breakKind == .truncated)
  }

  @Test(arguments: [UInt64.max, 1 << 63])
  func `a frame of more bytes than can be counted breaks`(_ length: UInt64) {
    let run = run(pickle(.proto(4), .frame(length), .none, .stop))
    #expect(run.irregularities == [.frameMalformed])
    #expect(run.breakKind == .malformed)
  }

  @Test func `raw bytes are taken between frames, and inside one they are reported`() {
    let raw = PickleOpcode.raw([0xFF, 0xFF])
    let between = pickle(.proto(4), .framed(.global("a", "b"), .none, .build), raw, .framed(.none), .stop)
    let good = run(between, reactions: [.proceed, .skip(2)])
    #expect(good.irregularities == [])
    #expect(good.result.end == .stop)
    let inside = pickle(.proto(4), .framed(.global("a", "b"), .none, .build, raw, .none), .stop)
    #expect(run(inside, reactions: [.proceed, .skip(2)]).irregularities == [.frameMalformed])
  }

  @Test func `PROTO is expected first and once`() {
    #expect(run(pickle(.proto(4), .none, .stop)).irregularities == [])
    #expect(run(pickle(.none, .proto(4), .stop)).irregularities == [.protocolRepeated])
    #expect(run(pickle(.proto(4), .proto(4), .none, .stop)).irregularities == [.protocolRepeated])
  }

  @Test func `a protocol above 5 breaks`() {
    let run = run(pickle(.proto(6), .none, .stop))
    #expect(run.irregularities == [.protocolUnknown])
    #expect(run.breakKind == .malformed)
    #expect(PickleTests.run(pickle(.proto(5), .none, .stop)).irregularities == [])
  }
}
