import Findings
import Pickle
import TestSupport
import Testing

/// Pickles that call `os.system` and that scanners are known to have read otherwise, or not at all.
@Suite struct BypassTests {
  struct Bypass: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]

    init(_ name: String, _ opcodes: PickleOpcode...) {
      testDescription = name
      bytes = pickle(opcodes)
    }
  }

  static let samples: [Bypass] = [
    .init(
      "the memo takes the top of the stack, not the last argument", .proto(4), .text("posix"), .text("x"),
      .pop, .memoize,
      .text("system"), .text("x"), .pop, .memoize, .pop, .pop, .binget(0), .binget(1), .stackGlobal,
      .text("id"), .tuple1,
      .reduce, .stop),
    .init(
      "a memo entry is put into the memo again", .proto(4), .text("posix"), .memoize, .text("system"),
      .memoize, .binget(0),
      .memoize, .binget(1), .memoize, .binget(2), .binget(3), .stackGlobal, .text("id"), .tuple1, .reduce,
      .stop),
    .init(
      "an integer of base 16 first", .lines(.int, "0x10"), .pop, .global("os", "system"), .text("id"),
      .tuple1, .reduce, .stop),
    .init(
      "a long of base 16 first", .lines(.long, "0x10L"), .pop, .global("os", "system"), .text("id"),
      .tuple1, .reduce, .stop),
    .init(
      "no protocol, names first", .text("os"), .text("system"), .stackGlobal, .text("id"), .tuple1, .reduce,
      .stop),
    .init(
      "a number for a name behind the call", .proto(4), .global("os", "system"), .text("id"), .tuple1,
      .reduce, .pop,
      .integer(1), .integer(2), .stackGlobal, .stop),
    .init(
      "an empty memo entry behind the call", .proto(4), .global("os", "system"), .text("id"), .tuple1,
      .reduce, .binget(99),
      .stop),
    .init(
      "a memo entry that is redefined", .proto(4), .text("print"), .put(1), .pop, .text("system"), .put(1),
      .pop,
      .text("os"), .get(1), .stackGlobal, .text("id"), .tuple1, .reduce, .stop),
    .init(
      "OBJ whose result is thrown away", .mark, .global("os", "system"), .text("id"), .obj, .pop, .none,
      .stop),
    .init(
      "NEWOBJ_EX with keywords", .proto(4), .global("subprocess", "Popen"), .emptyTuple, .emptyDict,
      .text("args"),
      .text("id"), .setitem, .newobjEx, .stop),
    .init(
      "a code of the extension registry that the pickle fills", .proto(4),
      .global("copyreg", "add_extension"),
      .text("os"), .text("system"), .integer(1), .tuple3, .reduce, .pop, .number(.ext1, UInt8(1)),
      .text("id"), .tuple1,
      .reduce, .stop),
    .init(
      "a dotted name", .proto(4), .text("pathlib"), .text("os.system"), .stackGlobal, .text("id"), .tuple1,
      .reduce, .stop),
    .init(
      "the dictionary of a NumPy function", .proto(4), .global("numpy", "size"), .emptyDict, .text("a"),
      .global("numpy", "__builtins__"), .setitem, .build, .pop, .global("numpy", "size.a"), .stop),
    .init(
      "the table of modules", .proto(4), .global("sys", "modules"), .text("colorsys"),
      .global("os", "path"), .setitem, .stop),
    .init(
      "a name made by calls", .proto(4), .global("builtins", "getattr"), .text(""), .text("join"), .tuple2,
      .reduce,
      .mark, .text("o"), .text("s"), .list, .tuple1, .reduce, .text("system"), .stackGlobal, .text("id"),
      .tuple1, .reduce, .stop),
    .init(
      "map over eval", .proto(4), .global("builtins", "list"), .global("builtins", "map"),
      .global("builtins", "eval"),
      .text("1"), .tuple1, .tuple2, .reduce, .tuple1, .reduce, .stop),
    .init(
      "getattr by way of operator", .proto(4), .global("operator", "attrgetter"), .text("system"), .tuple1,
      .reduce,
      .global("os", "path"), .tuple1, .reduce, .stop),
  ]

  @Test(arguments: samples) func `what other scanners passed is denied`(_ sample: Bypass) {
    let judged = judge(sample.bytes)
    #expect(judged.verdict == .deny, judged.account)
  }
}
