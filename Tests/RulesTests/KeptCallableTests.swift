import Findings
import TestSupport
import Testing

/// Callables that a file keeps and does not call.
@Suite struct KeptCallableTests {
  static func run(_ opcodes: [PickleOpcode]) -> Judged { judge(pickle([.proto(4)] + opcodes + [.stop])) }

  static func partial(_ function: [PickleOpcode]) -> [PickleOpcode] {
    [.global("functools", "partial")] + function + [.tuple1, .reduce]
  }

  static func method(_ object: [PickleOpcode], _ name: String) -> [PickleOpcode] {
    [.global("builtins", "getattr")] + object + [.text(name), .tuple2, .reduce]
  }

  @Test(arguments: [
    PickleOpcode.global("gensim.models.tfidfmodel", "smartirs_normalize"), .global("builtins", "pow"),
    .global("textwrap", "wrap"), .global("functools", "partial"), .global("builtins", "getattr"),
    .global("torch", "from_numpy"),
  ])
  func `a function that reaches only its arguments is for a person in a partial`(_ function: PickleOpcode) {
    let judged = Self.run(Self.partial([function]))
    #expect(judged.verdict == .review, judged.account)
  }

  @Test(arguments: [
    PickleOpcode.global("sklearn.datasets", "load_iris"), .global("statsmodels.datasets", "webuse"),
    .global("xgboost", "train"), .global("builtins", "eval"), .global("io", "open"),
    .global("torch.storage", "_load_from_bytes"), .global("copyreg", "_reconstructor"),
  ])
  func `a function that opens, connects, executes or builds is denied in a partial`(
    _ function: PickleOpcode
  ) {
    let judged = Self.run(Self.partial([function]))
    #expect(judged.verdict == .deny, judged.account)
  }

  @Test func `a method of a value is for a person, kept or in a partial`() {
    for object in [
      [PickleOpcode.text("abc")], [.emptyList], [.global("random", "Random"), .emptyTuple, .reduce],
    ] {
      #expect(Self.run(Self.method(object, "copy")).verdict == .review)
      #expect(Self.run(Self.partial(Self.method(object, "copy"))).verdict == .review)
    }
  }

  @Test func `a method that is called, private, or of something unknown is denied`() {
    #expect(Self.run(Self.method([.text("abc")], "upper") + [.emptyTuple, .reduce]).verdict == .deny)
    #expect(
      Self.run(Self.partial(Self.method([.text("a")], "upper")) + [.emptyTuple, .reduce]).verdict == .deny)
    #expect(Self.run(Self.method([.text("abc")], "__class__")).verdict == .deny)
    let found = Self.method(Self.method([.text("abc")], "upper"), "call")
    #expect(Self.run(found).verdict == .deny)
  }

  @Test(arguments: [
    ("builtins", "list", Verdict.allow), ("collections", "Counter", .allow), ("numpy", "float64", .allow),
    ("builtins", "print", .allow), ("sklearn.linear_model._logistic", "LogisticRegression", .review),
    ("torch.nn.modules.linear", "Linear", .review),
  ])
  func `the factory of a defaultdict makes a plain value, or a person decides`(
    module: String, name: String, verdict: Verdict
  ) {
    let judged = Self.run([.global("collections", "defaultdict"), .global(module, name), .tuple1, .reduce])
    #expect(judged.verdict == verdict, judged.account)
  }
}
