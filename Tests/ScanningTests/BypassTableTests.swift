import Findings
import Pickle
import TestSupport
import Testing

/// The published bypasses of scanners: each is denied, whatever it does to reach its call.
@Suite struct BypassTableTests {
  @Test(arguments: Bypass.all) func `a published bypass is denied`(_ bypass: Bypass) {
    let report = Examination.report(bypass.bytes)
    #expect(report.verdict == .deny, "\(bypass): \(report.summary)")
  }

  @Test func `no two bypasses are the same file`() {
    #expect(Set(Bypass.all.map(\.bytes)).count == Bypass.all.count)
  }

  /// What the bypasses are made of, without what makes them harmful.
  static let twins: [(String, [UInt8])] = [
    (
      "MEMOIZE after POP",
      pickle(.proto(4), .text("a"), .text("x"), .pop, .memoize, .pop, .binget(0), .stop)
    ),
    (
      "MEMOIZE after BINGET",
      pickle(.proto(4), .text("a"), .memoize, .pop, .binget(0), .memoize, .pop, .binget(1), .stop)
    ),
    ("decimal INT and LONG", pickle(.lines(.int, "16"), .lines(.long, "16L"), .tuple2, .stop)),
    (
      "STACK_GLOBAL without PROTO",
      pickle(.text("collections"), .text("OrderedDict"), .stackGlobal, .emptyTuple, .reduce, .stop)
    ),
    (
      "a memo entry that is put twice",
      pickle(
        .proto(4), .text("math"), .binput(0), .pop, .text("collections"), .put(0), .pop, .get(0),
        .text("OrderedDict"), .stackGlobal, .emptyTuple, .reduce, .stop)
    ),
    ("INST of a known class", pickle(.mark, .inst("collections", "OrderedDict"), .stop)),
    (
      "OBJ whose result is thrown away",
      pickle(.mark, .global("collections", "OrderedDict"), .obj, .pop, .none, .stop)
    ),
    (
      "NEWOBJ of a known class",
      pickle(.proto(2), .global("collections", "OrderedDict"), .emptyTuple, .newobj, .stop)
    ),
    (
      "NEWOBJ_EX of a known class",
      pickle(.proto(4), .global("collections", "OrderedDict"), .emptyTuple, .emptyDict, .newobjEx, .stop)
    ),
    (
      "a float as text and a bytearray",
      pickle(.proto(5), .lines(.float, "1.5"), .counted(.bytearray8, [1]), .tuple2, .stop)
    ),
    (
      "escapes in a known name",
      pickle(
        .lines(.string, "'c\\x6fllections'"), .lines(.unicode, "Orde\\u0072edDict"), .stackGlobal,
        .emptyTuple, .reduce, .stop)
    ),
    ("a frame that ends where an opcode does", pickle(.proto(4), .framed(.text("x"), .pop, .none), .stop)),
    (
      "a frame that ends with STOP, and another pickle",
      pickle(.proto(4), .framed(.none, .stop)) + pickle(.proto(4), .framed(.none, .stop))
    ),
    (
      "six harmless pickles after each other",
      Array(repeating: pickle(.proto(2), .emptyDict, .stop), count: 6).flatMap { $0 }
    ),
    (
      "a known class whose state names no method",
      pickle(
        .proto(4), .global("collections", "OrderedDict"), .emptyTuple, .reduce, .text("k"),
        .text("posix.system"), .setitem, .stop)
    ),
  ]

  @Test(arguments: twins) func `what a bypass is made of is allowed where it is harmless`(
    _ name: String, _ bytes: [UInt8]
  ) {
    let report = Examination.report(bytes)
    #expect(report.verdict == .allow, "\(name): \(report.summary)")
  }
}
