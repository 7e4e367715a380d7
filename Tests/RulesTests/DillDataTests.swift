import Findings
import TestSupport
import Testing

/// Plain data as dill writes them.
@Suite struct DillDataTests {
  static func run(_ opcodes: [PickleOpcode]) -> Judged { judge(pickle([.proto(4)] + opcodes + [.stop])) }

  static func type(_ name: String) -> [PickleOpcode] {
    [.global("dill._dill", "_load_type"), .text(name), .tuple1, .reduce]
  }

  /// `_create_array(function, (ndarray, (0,), b'b'), (1, (2,), dtype('i1'), False, data), None)`.
  static func array(_ function: PickleOpcode, data: [UInt8]) -> [PickleOpcode] {
    [
      .global("dill._dill", "_create_array"), .mark, function, .global("numpy", "ndarray"), .integer(0),
      .tuple1,
      .bytes([0x62]), .tuple3, .mark, .integer(1), .integer(2), .tuple1, .global("numpy", "dtype"),
      .text("i1"),
      .newFalse, .newTrue, .tuple3, .reduce, .mark, .integer(3), .text("|"), .none, .none, .none,
      .integer(-1),
      .integer(-1), .integer(0), .tuple, .build, .newFalse, .bytes(data), .tuple, .none, .tuple, .reduce,
    ]
  }

  static let reconstruct = PickleOpcode.global("numpy.core.multiarray", "_reconstruct")

  @Test func `an array in one call is as safe as in two`() {
    let judged = Self.run(Self.array(Self.reconstruct, data: [1, 2]))
    #expect(judged.verdict == .allow, judged.account)
  }

  @Test func `an array of the wrong size, or by another function, is not`() {
    #expect(Self.run(Self.array(Self.reconstruct, data: [1])).verdict == .deny)
    #expect(Self.run(Self.array(.global("os", "system"), data: [1, 2])).verdict == .deny)
    #expect(Self.run(Self.array(.global("lab.unknown", "f"), data: [1, 2])).verdict != .allow)
  }

  @Test func `a plain type by its name is as safe as by an import`() {
    let slice = Self.run(Self.type("slice") + [.integer(0), .integer(2), .none, .tuple3, .reduce])
    #expect(slice.verdict == .allow, slice.account)
  }

  @Test(arguments: ["FunctionType", "CodeType", "type", "property"])
  func `a type that code is made of is for a person`(_ name: String) {
    #expect(Self.run(Self.type(name)).verdict == .review)
  }

  @Test func `a type that is looked up is not changed`() {
    #expect(Self.run(Self.type("slice") + [.emptyDict, .build]).verdict == .deny)
    #expect(
      Self.run(Self.type("FunctionType") + [.emptyTuple, .reduce, .emptyTuple, .reduce]).verdict == .deny)
  }
}
