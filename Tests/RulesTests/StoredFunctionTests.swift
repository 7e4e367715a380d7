import Findings
import Pickle
import TestSupport
import Testing

/// A function that is safe with reviewed arguments only must not wait in the object for somebody who calls it on others.
@Suite struct StoredFunctionTests {
  private static let loader = PickleOpcode.global("torch.storage", "_load_from_bytes")

  @Test(arguments: [
    [PickleOpcode.emptyDict, .text("hook"), loader, .setitem],
    [.emptyList, loader, .append],
    [loader, .tuple1],
    [.emptyDict, .text("a"), loader, .tuple1, .setitem],
    [.emptyDict, loader, .integer(1), .setitem],
    [.emptySet, .mark, loader, .additems],
    [loader],
  ])
  func `a loader that is only stored is denied`(_ body: [PickleOpcode]) {
    let judged = judge(pickle([.proto(4)] + body + [.stop]))
    #expect(judged.rules.contains("pickle.stored-function"))
    #expect(judged.verdict == .deny)
  }

  @Test func `a loader as the factory of a defaultdict is denied`() {
    let bytes = pickle(
      .proto(2), .global("collections", "defaultdict"), Self.loader, .tuple1, .reduce, .stop)
    #expect(judge(bytes).verdict == .deny)
  }

  @Test func `a loader in a dictionary too large to be kept is denied`() {
    var body: [PickleOpcode] = [.proto(4), .emptyDict, .mark]
    for key in Int32(0)..<2000 { body += [.integer(key), .none] }
    body += [.text("hook"), Self.loader, .setitems, .stop]
    #expect(judge(pickle(body)).verdict == .deny)
  }

  @Test func `an argument tuple that serves two calls accounts for one place only`() {
    let maker = PickleOpcode.global("numpy.random._pickle", "__bit_generator_ctor")
    let honest: [PickleOpcode] = [
      .proto(4), .global("numpy.random._pickle", "__randomstate_ctor"), .text("MT19937"), maker, .tuple2,
      .memoize, .reduce,
    ]
    #expect(judge(pickle(honest + [.stop])).verdict == .allow)
    let twice: [PickleOpcode] = [
      .global("numpy.random._pickle", "__randomstate_ctor"), .number(.binget, UInt8(0)), .reduce,
      .emptyList, maker,
      .append, .tuple3, .stop,
    ]
    #expect(judge(pickle(honest + twice)).verdict == .deny)
  }

  @Test func `both spellings of a name count together`() {
    let bytes = pickle(
      .proto(2), .global("copy_reg", "_reconstructor"), .proto(4),
      .global("copyreg", "_reconstructor"), .tuple2, .stop)
    #expect(judge(bytes).rules.contains("pickle.stored-function"))
  }

  @Test func `a class and a function that is safe with anything may be stored`() {
    let bytes = pickle(
      .proto(4), .global("collections", "OrderedDict"), .global("torch", "float32"), .tuple2, .stop)
    #expect(judge(bytes).verdict == .allow)
  }
}
