import Findings
import Pickle
import TestSupport
import Testing

/// States of `numpy.dtype`, arrays and scalars that NumPy never writes and would believe.
@Suite struct NumpyForgeryTests {
  /// A dtype's constructor call and, where there are parts, its BUILD.
  static func dtype(_ code: String, state: [PickleOpcode]? = nil) -> [PickleOpcode] {
    let made: [PickleOpcode] = [
      .global("numpy", "dtype"), .text(code), .newFalse, .newTrue, .tuple3, .reduce,
    ]
    guard let state else { return made }
    return made + [.mark] + state + [.tuple, .build]
  }

  /// The state of a builtin type.
  static func plain(
    version: Int32 = 3, order: String = "<", size: Int32 = -1, alignment: Int32 = -1, flags: Int32 = 0
  ) -> [PickleOpcode] {
    [
      .integer(version), .text(order), .none, .none, .none, .integer(size), .integer(alignment),
      .integer(flags),
    ]
  }

  /// An array over a type: `_reconstruct`, then BUILD with that shape and those data.
  static func array(shape: [Int32], dtype: [PickleOpcode], data: [PickleOpcode]) -> [PickleOpcode] {
    let empty: [PickleOpcode] = [
      .global("numpy.core.multiarray", "_reconstruct"), .global("numpy", "ndarray"), .integer(0), .tuple1,
      .bytes([0x62]), .tuple3, .reduce,
    ]
    return empty + [.mark, .integer(1), .mark] + shape.map { .integer($0) } + [.tuple] + dtype + [.newFalse]
      + data
      + [.tuple, .build]
  }

  static func stream(_ opcodes: [PickleOpcode]) -> [UInt8] { pickle([.proto(4)] + opcodes + [.stop]) }

  struct Forgery: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let opcodes: [PickleOpcode]

    init(_ name: String, _ opcodes: [PickleOpcode]) {
      testDescription = name
      self.opcodes = opcodes
    }
  }

  static let o8 = dtype("O8", state: plain(order: "|", flags: 63))
  static let f8 = dtype("f8", state: plain())

  /// The state of a structure with fields given as (name, type, offset).
  static func structure(
    size: Int32, flags: Int32, _ fields: [(String, [PickleOpcode], Int32)], names: [String]? = nil
  ) -> [PickleOpcode] {
    let entries = fields.flatMap { name, type, offset in
      [.text(name)] + type + [.integer(offset), .tuple2, .setitem]
    }
    return [.integer(3), .text("|"), .none, .mark] + (names ?? fields.map(\.0)).map { .text($0) } + [
      .tuple, .emptyDict,
    ]
      + entries + [.integer(size), .integer(1), .integer(flags)]
  }

  static let types: [Forgery] = [
    .init("an object type that denies its objects", dtype("O8", state: plain(order: "|", flags: 0))),
    .init("numbers that claim to be objects", dtype("f8", state: plain(flags: 63))),
    .init(
      "void that claims to be objects",
      dtype("V8", state: plain(order: "|", size: 8, alignment: 1, flags: 63))),
    .init("text with the flag of objects", dtype("U4", state: plain(size: 16, alignment: 4, flags: 9))),
    .init("flags beyond a byte", dtype("f8", state: plain(flags: 256))),
    .init("an item size that is not the code's", dtype("f8", state: plain(size: 4))),
    .init("text larger than its code", dtype("U4", state: plain(size: 400, alignment: 4, flags: 8))),
    .init("an unknown version", dtype("f8", state: plain(version: 5))),
    .init("no byte order", dtype("f8", state: plain(order: "x"))),
    .init("a state set twice", dtype("f8", state: plain()) + [.mark] + plain() + [.tuple, .build]),
    .init(
      "a structure that denies an object",
      dtype("V16", state: structure(size: 16, flags: 16, [("a", o8, 0)]))),
    .init(
      "a structure that claims an object", dtype("V8", state: structure(size: 8, flags: 27, [("a", f8, 0)]))
    ),
    .init(
      "a field outside the element", dtype("V8", state: structure(size: 8, flags: 16, [("a", f8, 4)]))),
    .init("a field before the element", dtype("V8", state: structure(size: 8, flags: 16, [("a", f8, -8)]))),
    .init(
      "an object that shares its bytes",
      dtype("V8", state: structure(size: 8, flags: 27, [("a", f8, 0), ("o", o8, 0)]))),
    .init(
      "a field that no name lists",
      dtype("V16", state: structure(size: 16, flags: 27, [("a", f8, 0), ("o", o8, 8)], names: ["a"]))),
    .init("fields on a number", dtype("f8", state: structure(size: 8, flags: 16, [("a", f8, 0)]))),
    .init(
      "a sub-array larger than its element",
      dtype(
        "V8",
        state: [.integer(3), .text("|")] + f8 + [
          .integer(4), .tuple1, .tuple2, .none, .none, .integer(8), .integer(8), .integer(0),
        ])),
  ]

  @Test(arguments: types) func `a forged type is denied`(_ forgery: Forgery) {
    let judged = judge(Self.stream(forgery.opcodes))
    #expect(judged.rules == ["pickle.forged-dtype"], judged.account)
    #expect(judged.verdict == .deny)
  }

  static let arrays: [Forgery] = [
    .init(
      "bytes in place of objects",
      array(shape: [1], dtype: o8, data: [.bytes(.init(repeating: 0x41, count: 8))])),
    .init("fewer objects than places", array(shape: [2], dtype: o8, data: [.emptyList, .none, .append])),
    .init(
      "fewer bytes than the shape needs",
      array(shape: [3], dtype: f8, data: [.bytes(.init(repeating: 0, count: 16))])),
    .init(
      "more bytes than the shape needs",
      array(shape: [1], dtype: f8, data: [.bytes(.init(repeating: 0, count: 16))])),
    .init("a negative length", array(shape: [-1], dtype: f8, data: [.bytes([])])),
    .init(
      "lengths whose product overflows",
      array(shape: .init(repeating: .max, count: 5), dtype: f8, data: [.bytes([])])),
    .init("data that are a list", array(shape: [1], dtype: f8, data: [.emptyList])),
    .init(
      "data given twice",
      array(shape: [0], dtype: f8, data: [.bytes([])])
        + [.mark, .integer(1), .integer(0), .tuple1] + f8 + [.newFalse, .bytes([]), .tuple, .build]),
    .init(
      "a scalar of an object",
      [.global("numpy.core.multiarray", "scalar")] + o8 + [
        .bytes(.init(repeating: 0, count: 8)), .tuple2, .reduce,
      ]),
    .init(
      "a scalar of too few bytes",
      [.global("numpy.core.multiarray", "scalar")] + f8 + [.bytes([0]), .tuple2, .reduce]),
    .init(
      "objects over a buffer",
      [.global("numpy.core.numeric", "_frombuffer"), .mark, .bytes(.init(repeating: 0, count: 8))] + o8
        + [.integer(1), .tuple1, .text("C"), .tuple, .reduce]),
    .init(
      "a buffer shorter than its shape",
      [.global("numpy.core.numeric", "_frombuffer"), .mark, .bytes([0])] + f8
        + [.integer(1), .tuple1, .text("C"), .tuple, .reduce]),
  ]

  @Test(arguments: arrays) func `a forged array is denied`(_ forgery: Forgery) {
    let judged = judge(Self.stream(forgery.opcodes))
    #expect(judged.rules == ["pickle.forged-array"], judged.account)
    #expect(judged.verdict == .deny)
  }

  @Test func `a type that is used before its state is set may not change any more`() {
    let changed: [PickleOpcode] =
      Self.dtype("V8") + [.memoize]
      + Self.array(shape: [1], dtype: [.binget(0)], data: [.bytes(.init(repeating: 0x41, count: 8))]) + [
        .pop
      ]
      + [.mark] + Self.structure(size: 8, flags: 27, [("a", Self.o8, 0)]) + [.tuple, .build]
    let judged = judge(Self.stream(changed))
    #expect(judged.rules == ["pickle.forged-dtype"], judged.account)
  }

  @Test func `fields that are added behind the type's back are found`() {
    // The dictionary of the fields is kept in the memo and changed when the type has been checked.
    let type: [PickleOpcode] =
      [.emptyDict, .memoize, .text("a")] + Self.f8 + [.integer(0), .tuple2, .setitem, .pop]
      + Self.dtype("V8")
      + [
        .mark, .integer(3), .text("|"), .none, .text("a"), .tuple1, .binget(0), .integer(8), .integer(1),
        .integer(16),
      ]
      + [.tuple, .build]
    #expect(judge(Self.stream(type)).verdict == .allow, judge(Self.stream(type)).account)
    let changed = type + [.binget(0), .text("a")] + Self.o8 + [.integer(0), .tuple2, .setitem, .pop]
    let judged = judge(Self.stream(changed))
    #expect(judged.rules == ["pickle.forged-dtype"], judged.account)
  }

  @Test func `an array is only made empty`() {
    let judged = judge(
      .proto(4), .global("numpy.core.multiarray", "_reconstruct"), .global("numpy", "ndarray"), .integer(9),
      .tuple1,
      .bytes([0x62]), .tuple3, .reduce, .stop)
    #expect(judged.rules == ["pickle.unsafe-arguments"], judged.account)
  }
}
