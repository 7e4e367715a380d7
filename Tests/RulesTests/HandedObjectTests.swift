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

  /// `pandas.Index(data=…, dtype='float64')`, as pandas pickles it.
  private func index(_ data: [PickleOpcode]) -> Verdict {
    judge(
      pickle(
        [
          .proto(3), .global("pandas.core.indexes.base", "_new_Index"),
          .global("pandas.core.indexes.base", "Index"), .emptyDict, .text("data"),
        ] + data
          + [.setitem, .text("dtype"), .text("float64"), .setitem, .tuple2, .reduce, .stop])
    ).verdict
  }

  @Test func `as deep as pandas makes numbers of what it is given, it needs a person`() {
    #expect(index([.emptyList, .float(1), .append]) == .allow)
    #expect(index([.emptyList] + Self.modules + [.append]) == .review)
    #expect(
      index([.emptyList, .emptyList, .emptyList] + Self.modules + [.append, .append, .append]) == .review)
  }

  @Test func `inside an object that a function is handed it needs a person`() {
    let ordered: [PickleOpcode] = [.global("collections", "OrderedDict"), .emptyTuple, .reduce, .text("0")]
    #expect(index(ordered + [.integer(1), .setitem]) == .allow)
    #expect(index(ordered + Self.modules + [.setitem]) == .review)
    let paired: [PickleOpcode] =
      [.global("collections", "OrderedDict"), .emptyList, .emptyList, .text("0"), .append] + Self.modules
      + [.append, .append, .tuple1, .reduce]
    #expect(index(paired) == .review)
    let namespace: [PickleOpcode] = [
      .global("argparse", "Namespace"), .emptyTuple, .newobj, .emptyDict, .text("a"),
    ]
    #expect(index(namespace + [.integer(1), .setitem, .build]) == .allow)
    #expect(index(namespace + Self.modules + [.setitem, .build]) == .review)
    #expect(index(namespace + ordered + Self.modules + [.setitem, .setitem, .build]) == .review)
    func partial(_ argument: [PickleOpcode]) -> [PickleOpcode] {
      [
        .global("functools", "partial"), .global("collections", "OrderedDict"), .emptyList, .emptyList,
        .text("0"),
        .append,
      ] + argument + [.append, .append, .tuple2, .reduce]
    }
    #expect(index(partial([.integer(1)])) == .allow)
    #expect(index(partial(Self.modules)) == .review)
  }

  @Test func `it is found where it was put in after the object had its state`() {
    func late(_ element: [PickleOpcode]) -> Verdict {
      let list: [PickleOpcode] = [.emptyList, .put(0)]
      let namespace: [PickleOpcode] = [
        .global("argparse", "Namespace"), .emptyTuple, .newobj, .put(1), .emptyDict, .text("a"), .get(0),
        .setitem, .build, .pop,
      ]
      return index(list + namespace + element + [.append, .pop, .get(1)])
    }
    #expect(late([.integer(1)]) == .allow)
    #expect(late(Self.modules) == .review)
  }

  @Test func `in a state that pandas takes apart it needs a person`() {
    func frame(_ data: [PickleOpcode]) -> Verdict {
      judge(
        pickle(
          [
            .proto(3), .global("pandas.core.frame", "DataFrame"), .emptyTuple, .newobj, .emptyDict,
            .text("attrs"),
          ]
            + data + [.setitem, .build, .stop])
      ).verdict
    }
    #expect(frame([.emptyList, .float(1), .append]) == .allow)
    #expect(frame([.emptyList] + Self.modules + [.append]) == .review)
  }

  @Test func `a range of pandas' is as long as anybody counts`() {
    func range(_ stop: PickleOpcode) -> [PickleOpcode] {
      [
        .global("pandas.core.indexes.base", "_new_Index"),
        .global("pandas.core.indexes.range", "RangeIndex"), .emptyDict, .text("start"), .integer(0),
        .setitem,
        .text("stop"), stop, .setitem, .text("step"), .integer(1), .setitem, .tuple2, .reduce,
      ]
    }
    #expect(index(range(.integer(1000))) == .allow)
    #expect(index(range(.integer(.max))) == .review)
  }

  @Test func `an attribute's name is a text of the pickle`() {
    func optimizer(_ key: [PickleOpcode]) -> Verdict {
      judge(
        pickle(
          [.proto(3), .global("torch.optim.sgd", "SGD"), .emptyTuple, .newobj, .emptyDict] + key
            + [.emptyList, .setitem, .build, .stop])
      ).verdict
    }
    #expect(optimizer([.text("defaults")]) == .allow)
    #expect(optimizer([.global("builtins", "str"), .text("defaults"), .tuple1, .reduce]) == .review)
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
