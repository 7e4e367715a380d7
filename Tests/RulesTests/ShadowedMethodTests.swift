import Findings
import Pickle
import TestSupport
import Testing

/// A state goes into an object's attributes, and an attribute stands before a method of the same name. So a state can
/// make the unpickler call a name that is safe only as its own library calls it.
@Suite struct ShadowedMethodTests {
  /// A pickle of its own that calls `posix.system`; harmless as data, not as an argument of a loader.
  static let inner = pickle(.proto(2), .global("posix", "system"), .text("true"), .tuple1, .reduce, .stop)

  static let linear: [PickleOpcode] = [
    .proto(3), .global("torch.nn.modules.linear", "Linear"), .emptyTuple, .newobj,
  ]

  static func state(_ name: String) -> [PickleOpcode] {
    [.emptyDict, .text(name), .global("torch.storage", "_load_from_bytes"), .setitem, .build]
  }

  @Test func `a loader as __setstate__ with a second state is denied`() {
    let bytes = pickle(Self.linear + Self.state("__setstate__") + [.bytes(Self.inner), .build, .stop])
    #expect(judge(bytes).verdict == .deny)
  }

  @Test func `a second state alone is denied, however the first was made`() {
    let bytes = pickle(Self.linear + [.emptyDict, .build, .bytes(Self.inner), .build, .stop])
    #expect(judge(bytes).verdict == .deny)
  }

  @Test(arguments: ["append", "extend", "add", "__setstate__", "__call__"])
  func `a callable under a name that the unpickler calls is denied`(_ name: String) {
    #expect(judge(pickle(Self.linear + Self.state(name) + [.stop])).verdict == .deny)
  }

  @Test func `items after the state are denied`() {
    let bytes = pickle(
      .proto(3), .global("collections", "deque"), .emptyTuple, .reduce, .emptyDict, .build,
      .bytes(Self.inner), .append, .stop)
    #expect(judge(bytes).verdict == .deny)
  }

  @Test func `a dict that gives its items out as attributes takes no callable under such a name`() {
    let bytes = pickle(
      .proto(3), .global("lightning.pytorch.utilities.parsing", "AttributeDict"), .emptyTuple, .newobj,
      .mark, .text("__setstate__"), .global("torch.storage", "_load_from_bytes"), .setitems,
      .bytes(Self.inner), .build, .stop)
    #expect(judge(bytes).verdict == .deny)
  }

  @Test func `a state among the arguments of a Cython constructor is the one state`() {
    let bytes = pickle(
      .proto(3), .global("pandas._libs.arrays", "__pyx_unpickle_NDArrayBacked"), .mark,
      .global("pandas.core.arrays.datetimes", "DatetimeArray"), .integer(1),
      .none, .none, .emptyDict, .tuple3, .tuple, .reduce, .bytes(Self.inner), .build, .stop)
    #expect(judge(bytes).verdict == .deny)
  }

  @Test func `a partial holds no callable under such a name among its keywords`() {
    let bytes = pickle(
      .proto(3), .global("functools", "partial"), .global("argparse", "Namespace"), .tuple1, .reduce,
      .mark, .global("argparse", "Namespace"), .emptyTuple, .emptyDict, .text("__setstate__"),
      .global("torch.storage", "_load_from_bytes"), .setitem, .none, .tuple, .build, .stop)
    #expect(judge(bytes).verdict == .deny)
  }

  @Test func `one state with plain attributes is allowed`() {
    let bytes = pickle(
      Self.linear + [.emptyDict, .text("add"), .integer(1), .setitem, .build, .stop])
    #expect(judge(bytes).verdict == .allow)
  }
}
