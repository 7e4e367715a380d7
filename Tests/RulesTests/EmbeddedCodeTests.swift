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

  @Test func `an object of a carried class is for a person`() {
    let judged = Self.run([
      .global("lab.code", "_make_skeleton_class"), .text("Scaler"), .tuple1, .reduce, .emptyTuple, .newobj,
      .emptyDict, .build,
    ])
    #expect(judged.rules == ["pickle.embedded-code"], judged.account)
  }
}
