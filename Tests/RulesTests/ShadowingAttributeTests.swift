import Findings
import Pickle
import TestSupport
import Testing

/// Objects whose attributes stand before the methods that library code calls on them.
@Suite struct ShadowingAttributeTests {
  static func run(_ opcodes: [PickleOpcode]) -> Judged { judge(pickle([.proto(4)] + opcodes + [.stop])) }

  /// An object with one attribute: a function that the stream chooses.
  static func namespace(_ name: String) -> [PickleOpcode] {
    [
      .global("types", "SimpleNamespace"), .emptyTuple, .reduce, .emptyDict, .text(name),
      .global("builtins", "print"), .setitem, .build,
    ]
  }

  static func dtype(_ state: [PickleOpcode]) -> [PickleOpcode] {
    [.global("pandas.core.arrays.string_", "StringDtype"), .emptyTuple, .newobj] + state + [.build]
  }

  @Test(arguments: ["pop", "get", "keys", "items", "utcoffset"])
  func `a function under the name of a common method is for a person`(_ name: String) {
    let judged = Self.run(Self.namespace(name))
    #expect(judged.verdict == .review, judged.account)
  }

  @Test func `a function under any other name is a setting`() {
    #expect(Self.run(Self.namespace("metric")).verdict == .allow)
  }

  @Test func `an object is no state of a class that takes it for a dict`() {
    let empty: [PickleOpcode] = [.global("types", "SimpleNamespace"), .emptyTuple, .reduce]
    #expect(Self.run(Self.dtype(empty)).verdict == .review)
    let ordered: [PickleOpcode] = [
      .global("collections", "OrderedDict"), .emptyTuple, .reduce, .text("storage"), .text("python"),
      .setitem,
    ]
    #expect(Self.run(Self.dtype(ordered)).verdict == .allow)
    // Pairs among the arguments are seen by no other rule.
    let pairs: [PickleOpcode] = [
      .global("collections", "OrderedDict"), .emptyList, .text("__setstate__"),
      .global("builtins", "print"),
      .tuple2, .append, .tuple1, .reduce,
    ]
    #expect(Self.run(Self.dtype(pairs)).verdict == .review)
  }

  @Test(arguments: [
    ("torch.optim.adam", "Adam", "profile_hook_step"), ("torch.optim.sgd", "SGD", "_hook_for_profile"),
    ("sklearn.isotonic", "IsotonicRegression", "_build_f"),
    ("transformers.generation.configuration_utils", "GenerationConfig", "to_json_string"),
  ])
  func `a function under the name of a method that the class calls while loading is denied`(
    module: String, name: String, method: String
  ) {
    let judged = Self.run([
      .global(module, name), .emptyTuple, .newobj, .emptyDict, .text(method), .global("builtins", "print"),
      .setitem, .build,
    ])
    #expect(judged.verdict == .deny, judged.account)
  }

  static func adagrad(_ state: [PickleOpcode]) -> Judged {
    run(
      [
        .global("torch.optim.adagrad", "Adagrad"), .emptyTuple, .newobj, .emptyDict, .text("param_groups"),
        .emptyList, .setitem, .text("state"),
      ] + state + [.setitem, .build])
  }

  static let steps: [PickleOpcode] = [.emptyDict, .text("step"), .integer(3), .setitem]
  static let map: [PickleOpcode] = [
    .global("collections", "defaultdict"), .global("builtins", "dict"), .tuple1, .reduce,
  ]

  @Test func `an optimiser with plain states of its parameters is allowed`() {
    #expect(Self.adagrad([.emptyDict, .integer(0)] + Self.steps + [.setitem]).verdict == .allow)
    #expect(Self.adagrad(Self.map + [.integer(0)] + Self.steps + [.setitem]).verdict == .allow)
    #expect(Self.adagrad(Self.map).verdict == .allow)
  }

  @Test func `an optimiser whose states answer with code of their own is for a person`() {
    #expect(Self.adagrad([.emptyDict, .integer(0)] + Self.map + [.setitem]).verdict == .review)
    #expect(Self.adagrad(Self.map + [.integer(0)] + Self.map + [.setitem]).verdict == .review)
    let object: [PickleOpcode] = [.global("argparse", "Namespace"), .emptyTuple, .newobj]
    #expect(Self.adagrad(object).verdict == .review)
    #expect(
      Self.adagrad([.emptyDict, .integer(0), .emptyDict, .text("step")] + object + [.setitem, .setitem])
        .verdict
        == .review)
  }

  @Test func `a booster is loaded from bytes, never from the path of a file`() {
    func model(_ booster: PickleOpcode) -> Verdict {
      Self.run([
        .global("xgboost.sklearn", "XGBClassifier"), .emptyTuple, .newobj, .emptyDict, .text("_Booster"),
        booster, .setitem, .build,
      ]).verdict
    }
    #expect(model(.none) == .allow)
    #expect(model(.text("/dev/zero")) == .review)
  }

  @Test func `an object with functions for attributes is handed to no function`() {
    let calendar = Self.namespace("holidays")
    let step = PickleOpcode.global("pandas._libs.tslibs.offsets", "BDay")
    let judged = Self.run([step, .integer(1), .newFalse] + calendar + [.tuple3, .reduce])
    #expect(judged.verdict == .review, judged.account)
    // The function comes after the object was handed on.
    let late: [PickleOpcode] = [
      .global("collections", "OrderedDict"), .global("argparse", "Namespace"), .emptyTuple, .newobj,
      .memoize,
      .tuple1, .reduce, .number(.binget, UInt8(0)), .emptyDict, .text("holidays"),
      .global("builtins", "print"),
      .setitem, .build, .tuple2,
    ]
    #expect(Self.run(late).verdict == .review)
  }
}
