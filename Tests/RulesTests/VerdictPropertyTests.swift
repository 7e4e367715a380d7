import Findings
import Pickle
import Rules
import TestSupport
import Testing

/// What must hold for every pickle.
@Suite struct VerdictPropertyTests {
  /// Parts that leave one value on the stack.
  static let benign: [[PickleOpcode]] = [
    [.integer(1)], [.text("weights")], [.emptyDict, .text("a"), .integer(1), .setitem],
    [.global("collections", "OrderedDict"), .emptyTuple, .reduce],
    NumpyForgeryTests.array(shape: [0], dtype: NumpyForgeryTests.f8, data: [.bytes([])]),
    [.global("torch", "float32")], [.mark, .integer(1), .integer(2), .list],
  ]

  static let hostile: [[PickleOpcode]] = [
    [.global("os", "system"), .text("id"), .tuple1, .reduce],
    [.mark, .text("1"), .inst("builtins", "eval")],
    [.global("pathlib", "os.system")],
    [.global("collections", "OrderedDict"), .emptyDict, .text("a"), .none, .setitem, .build],
    NumpyForgeryTests.dtype("O8", state: NumpyForgeryTests.plain(order: "|", flags: 0)),
    [.global("builtins", "bytearray"), .integer(2_000_000_000), .tuple1, .reduce],
    [.emptyList, .emptyTuple, .reduce],
    [.number(.ext1, UInt8(7))],
  ]

  @Test func `a hostile part is denied wherever it stands and however much follows`() {
    var random = SeededRandom(seed: 0x1A2A)
    for round in 0..<300 {
      var parts = (0..<Int.random(in: 0...6, using: &random)).map { _ in
        Self.benign.randomElement(using: &random) ?? []
      }
      let before = judge(pickle([.proto(4), .mark] + parts.flatMap { $0 } + [.tuple, .stop]))
      #expect(before.verdict == .allow, before.account)
      let part = Self.hostile.randomElement(using: &random) ?? []
      // Half of the time the result is thrown away at once.
      parts.insert(
        Bool.random(using: &random) ? part : part + [.pop, .none],
        at: Int.random(in: 0...parts.count, using: &random))
      let after = judge(pickle([.proto(4), .mark] + parts.flatMap { $0 } + [.tuple, .stop]))
      #expect(after.verdict == .deny, "round \(round) of seed \(random.seed): \(after.account)")
    }
  }

  @Test func `no truncation of a hostile pickle is allowed, and none behind the call loses it`() {
    let head = pickle([.proto(4), .mark] + Self.benign.flatMap { $0 })
    let call = pickle([.global("os", "system"), .text("id"), .tuple1, .reduce])
    let whole = head + call + pickle(.tuple, .stop)
    for mutation in Mutations.truncations(of: whole) {
      let judged = judge(mutation.bytes)
      #expect(judged.verdict > .allow, "\(mutation.what)")
      if mutation.bytes.count >= head.count + call.count {
        #expect(judged.verdict == .deny, "\(mutation.what)")
      }
    }
  }

  @Test func `damaged pickles never make the judge fail, and are judged alike twice`() {
    let sample = pickle(
      [.proto(4), .mark] + Self.benign.flatMap { $0 }
        + TorchRuleTests.tensor(TorchRuleTests.storage(), size: [2, 3], stride: [3, 1]) + [.tuple, .stop])
    for mutation in Mutations.byteFlips(of: sample) {
      for profile in [PickleProfile.plain, .torch, .torchScript] {
        let judged = judge(mutation.bytes, profile)
        #expect(judged.report == judge(mutation.bytes, profile).report, "\(mutation.what)")
      }
    }
  }

  @Test(arguments: NumpyTypes.samples)
  func `damaged types of real NumPy never make the judge fail`(_ sample: Sample) {
    for mutation in Mutations.byteFlips(of: sample.bytes) { _ = judge(mutation.bytes) }
  }
}
