import Findings
import TestSupport
import Testing

/// Dangerous names that are kept by functions which the file carries, and by others.
@Suite struct CarriedPlaceTests {
  static func run(_ opcodes: [PickleOpcode]) -> Judged { judge(pickle([.proto(4)] + opcodes + [.stop])) }

  /// A function of the file with one global.
  static func function(_ name: String, _ value: [PickleOpcode]) -> [PickleOpcode] {
    [.global("cloudpickle.cloudpickle", "_make_function"), .none, .emptyDict, .text(name)] + value
      + [.setitem, .none, .tuple3, .reduce]
  }

  static let open = PickleOpcode.global("io", "open")
  static let loader = PickleOpcode.global("torch.storage", "_load_from_bytes")

  @Test(arguments: [open, .global("builtins", "eval"), .global("_io", "open"), loader])
  func `what a function of the file has among its globals is for a person`(_ name: PickleOpcode) {
    let judged = Self.run(Self.function("f", [name]))
    #expect(judged.verdict == .review, judged.account)
    let nested = Self.run(Self.function("TABLE", [.emptyDict, .text("f"), name, .setitem]))
    #expect(nested.verdict == .review, nested.account)
    let cell = Self.run([.global("dill._dill", "_create_cell"), name, .tuple1, .reduce])
    #expect(cell.verdict == .review, cell.account)
  }

  @Test(arguments: [open, .global("builtins", "eval"), loader])
  func `the same name elsewhere in the file is denied`(_ name: PickleOpcode) {
    let honest = Self.function("f", [name])
    #expect(Self.run(honest + [name, .tuple2]).verdict == .deny)
    #expect(Self.run(honest + [.emptyList, name, .append, .tuple2]).verdict == .deny)
    let attribute: [PickleOpcode] = [
      .global("argparse", "Namespace"), .emptyTuple, .newobj, .emptyDict, .text("hook"), name, .setitem,
      .build,
    ]
    #expect(Self.run(honest + attribute + [.tuple2]).verdict == .deny)
    let partial: [PickleOpcode] = [.global("functools", "partial"), name, .tuple1, .reduce]
    #expect(Self.run(Self.function("f", partial)).verdict == .deny)
    #expect(Self.run(honest + [.pop, name]).verdict == .deny)
  }

  @Test(arguments: [open, .global("builtins", "eval")])
  func `the same name is denied where it is called`(_ name: PickleOpcode) {
    let called = Self.function("f", [name]) + [name, .text("x"), .tuple1, .reduce]
    #expect(Self.run(called).verdict == .deny)
  }

  @Test func `a name that is imported for nothing, or without code, is denied`() {
    #expect(Self.run(Self.function("f", [.none]) + [Self.open, .pop]).verdict == .deny)
    #expect(Self.run([Self.open]).verdict == .deny)
  }

  @Test(arguments: ["__import__", "globals", "vars"])
  func `a builtin that code is denied for stands under its own name`(_ name: String) {
    #expect(Self.run(Self.function(name, [.global("builtins", name)])).verdict == .review)
    #expect(Self.run(Self.function("helper", [.global("builtins", name)])).verdict == .deny)
  }

  @Test(arguments: ["exec", "compile"])
  func `what runs text is denied as a global too`(_ name: String) {
    #expect(Self.run(Self.function(name, [.global("builtins", name)])).verdict == .deny)
  }

  static let setter: [PickleOpcode] = [
    .global("builtins", "getattr"), .global("dill", "_dill"), .text("_setattr"),
    .global("builtins", "setattr"), .tuple3, .reduce,
  ]
  static let cell: [PickleOpcode] = [.global("dill._dill", "_create_cell"), .none, .tuple1, .reduce]

  @Test func `dill finds its own functions by name, and fills its own cells`() {
    let filled = Self.run(Self.setter + Self.cell + [.text("cell_contents"), Self.open, .tuple3, .reduce])
    #expect(filled.verdict == .review, filled.account)
    let other = Self.setter + [.global("argparse", "Namespace"), .text("x"), .none, .tuple3, .reduce]
    #expect(Self.run(other).verdict == .deny)
  }

  @Test func `bytes that dill encodes by a function it finds are bytes`() {
    let encode: [PickleOpcode] = [
      .global("dill._dill", "_get_attr"), .global("dill._dill", "_import_module"), .text("_codecs"),
      .tuple1,
      .reduce, .text("encode"), .tuple2, .reduce,
    ]
    #expect(Self.run(encode + [.text("abc"), .text("latin1"), .tuple2, .reduce]).verdict == .review)
    #expect(Self.run(encode + [.text("abc"), .text("bz2"), .tuple2, .reduce]).verdict == .deny)
  }

  @Test func `wrappers of methods and a class's description are parts of code`() {
    let function = Self.function("f", [.none])
    for name in ["staticmethod", "classmethod", "property"] {
      #expect(Self.run([.global("builtins", name)] + function + [.tuple1, .reduce]).verdict == .review)
    }
    let cache: [PickleOpcode] = [.global("functools", "lru_cache"), .none, .newFalse, .tuple2, .reduce]
    #expect(Self.run(cache + function + [.tuple1, .reduce]).verdict == .review)
    #expect(Self.run(cache + [.global("builtins", "print"), .tuple1, .reduce]).verdict == .deny)
    let named: [PickleOpcode] = [
      .global("builtins", "setattr"), .global("lab.models", "Color"), .text("__qualname__"), .text("Color"),
      .tuple3, .reduce,
    ]
    #expect(Self.run(named).verdict == .review)
    #expect(
      Self.run([
        .global("builtins", "getattr"), .global("builtins", "object"), .text("__new__"), .tuple2, .reduce,
      ])
      .verdict == .review)
    #expect(
      Self.run([
        .global("builtins", "getattr"), .global("builtins", "object"), .text("__new__"), .tuple2, .reduce,
        .global("lab.models", "Color"), .tuple1, .reduce,
      ]).verdict == .deny)
  }
}
