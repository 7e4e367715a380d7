import Findings
import Pickle
import TestSupport
import Testing

/// Some classes are reviewed for being created and given their state alone: what iterates them was not read. No
/// function may be handed an object of theirs.
@Suite struct HandedObjectTests {
  /// `torch.nn.ModuleList()` with a state; it iterates what its state holds under `_modules`.
  static let modules: [PickleOpcode] = [
    .global("torch.nn.modules.container", "ModuleList"), .emptyTuple, .newobj, .emptyDict, .build,
  ]

  @Test func `an object that is kept is allowed`() {
    #expect(judge(pickle([.proto(3)] + Self.modules + [.stop])).verdict == .allow)
  }

  @Test func `a container constructor that would iterate it needs a person`() {
    let bytes = pickle(
      [.proto(3), .global("collections", "OrderedDict")] + Self.modules + [.tuple1, .reduce, .stop])
    #expect(judge(bytes).verdict == .review)
  }

  @Test func `as an element of a constructor's argument it needs a person`() {
    let bytes = pickle(
      [.proto(3), .global("collections", "OrderedDict"), .emptyList] + Self.modules
        + [.append, .tuple1, .reduce, .stop])
    #expect(judge(bytes).verdict == .review)
  }

  @Test func `as a value of an ordered dict's pairs it is only passed on`() {
    let bytes = pickle(
      [.proto(3), .global("collections", "OrderedDict"), .emptyList, .emptyList, .text("0"), .append]
        + Self.modules + [.append, .append, .tuple1, .reduce, .stop])
    #expect(judge(bytes).verdict == .allow)
  }

  @Test func `an estimator's version is a text`() {
    let estimator: [PickleOpcode] = [
      .proto(3), .global("sklearn.linear_model._logistic", "LogisticRegression"), .emptyTuple, .newobj,
      .emptyDict, .text("_sklearn_version"),
    ]
    #expect(judge(pickle(estimator + [.text("1.5.2"), .setitem, .build, .stop])).verdict == .allow)
    let object = judge(pickle(estimator + Self.modules + [.setitem, .build, .stop]))
    #expect(object.verdict == .review)
  }

  @Test func `a module's tables are dictionaries`() {
    let linear: [PickleOpcode] = [
      .proto(3), .global("torch.nn.modules.linear", "Linear"), .emptyTuple, .newobj, .emptyDict,
      .text("_parameters"),
    ]
    let ordered: [PickleOpcode] = [.global("collections", "OrderedDict"), .emptyTuple, .reduce]
    #expect(judge(pickle(linear + ordered + [.setitem, .build, .stop])).verdict == .allow)
    #expect(judge(pickle(linear + [.emptyDict, .setitem, .build, .stop])).verdict == .allow)
    #expect(judge(pickle(linear + Self.modules + [.setitem, .build, .stop])).verdict == .review)
  }

  @Test func `an optimiser's groups are dictionaries`() {
    let optimizer: [PickleOpcode] = [
      .proto(3), .global("torch.optim.sgd", "SGD"), .emptyTuple, .newobj, .emptyDict, .text("param_groups"),
      .emptyList,
    ]
    let end: [PickleOpcode] = [.append, .setitem, .build, .stop]
    #expect(judge(pickle(optimizer + [.emptyDict] + end)).verdict == .allow)
    #expect(judge(pickle(optimizer + Self.modules + end)).verdict == .review)
  }

  @Test func `a fraction's text has no exponent`() {
    let fraction: [PickleOpcode] = [.proto(3), .global("fractions", "Fraction")]
    #expect(judge(pickle(fraction + [.text("-3/4"), .tuple1, .reduce, .stop])).verdict == .allow)
    #expect(judge(pickle(fraction + [.text("1e999999999"), .tuple1, .reduce, .stop])).verdict == .review)
  }
}
