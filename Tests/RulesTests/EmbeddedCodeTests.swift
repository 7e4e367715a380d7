import Findings
import Pickle
import Rules
import TestSupport
import Testing

/// Pickles that carry code, as cloudpickle and dill write them.
@Suite struct EmbeddedCodeTests {
  /// `_make_function(_builtin_type('CodeType')(0, b'..', names, 'f'), {})`.
  static func function(names: [String]) -> [PickleOpcode] {
    [
      .global("lab.code", "_make_function"), .global("lab.code", "_builtin_type"), .text("CodeType"),
      .tuple1, .reduce, .mark,
    ]
      + [.integer(0), .bytes([0x97, 0]), .mark] + names.map { .text($0) } + [
        .tuple, .text("f"), .tuple, .reduce,
      ]
      + [.emptyDict, .tuple2, .reduce]
  }

  static func run(_ opcodes: [PickleOpcode]) -> Judged { judge(pickle([.proto(4)] + opcodes + [.stop])) }

  @Test func `a function that is carried is for a person`() {
    let judged = Self.run(Self.function(names: ["numpy", "mean", "eval", "compile", "platform", "system"]))
    #expect(judged.rules == ["pickle.embedded-code"], judged.account)
    #expect(judged.verdict == .review)
  }

  @Test(arguments: [["os", "system"], ["subprocess"], ["__import__"], ["socket", "connect"], ["exec"]])
  func `a carried function that names what runs commands is denied`(_ names: [String]) {
    let judged = Self.run(Self.function(names: names))
    #expect(judged.rules == ["pickle.dangerous-embedded-code", "pickle.embedded-code"], judged.account)
  }

  @Test func `a carried function that is called while loading is denied`() {
    let judged = Self.run(Self.function(names: ["mean"]) + [.emptyTuple, .reduce])
    #expect(judged.rules == ["pickle.computed-call", "pickle.embedded-code"], judged.account)
  }

  @Test func `state on a type that is found by its name is denied`() {
    let judged = Self.run([
      .global("lab.code", "_builtin_type"), .text("CodeType"), .tuple1, .reduce, .emptyDict, .build,
    ])
    #expect(judged.rules == ["pickle.build-on-class", "pickle.embedded-code"], judged.account)
  }

  @Test func `a copy of cloudpickle inside a library is one too`() {
    let judged = Self.run([.global("lab.vendor.cloudpickle.cloudpickle", "_make_function")])
    #expect(judged.rules == ["pickle.embedded-code"], judged.account)
  }

  @Test func `attributes are set on carried classes, and on nothing else`() {
    let type: [PickleOpcode] = [
      .global("lab.code", "_make_skeleton_class"), .text("Scaler"), .tuple1, .reduce,
    ]
    func setting(_ target: [PickleOpcode]) -> Judged {
      Self.run([.global("lab.code", "_setattr")] + target + [.text("__doc__"), .none, .tuple3, .reduce])
    }
    #expect(setting(type).rules == ["pickle.embedded-code"], setting(type).account)
    let other = setting([.global("collections", "OrderedDict")])
    #expect(other.rules == ["pickle.dangerous-call", "pickle.embedded-code"], other.account)
    #expect(Self.run([.global("lab.code", "_eval_repr"), .text("1"), .tuple1, .reduce]).verdict == .deny)
  }

  @Test func `an object of a carried class is for a person`() {
    let judged = Self.run([
      .global("lab.code", "_make_skeleton_class"), .text("Scaler"), .tuple1, .reduce, .emptyTuple, .newobj,
      .emptyDict, .build,
    ])
    #expect(judged.rules == ["pickle.embedded-code"], judged.account)
  }
}
