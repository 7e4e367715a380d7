import ByteParsing
import Findings
import Pickle
import Rules
import TestSupport
import Testing

/// Tensors and storages as a torch pickle describes them.
@Suite struct TorchRuleTests {
  static func storage(
    _ type: String = "FloatStorage", key: String = "0", location: String = "cpu", count: Int32 = 6
  ) -> [PickleOpcode] {
    [
      .mark, .text("storage"), .global("torch", type), .text(key), .text(location), .integer(count), .tuple,
      .binpersid,
    ]
  }

  static func tensor(
    _ storage: [PickleOpcode], offset: Int32 = 0, size: [Int32], stride: [Int32]
  ) -> [PickleOpcode] {
    [.global("torch._utils", "_rebuild_tensor_v2"), .mark] + storage + [.integer(offset), .mark]
      + size.map { .integer($0) } + [.tuple, .mark] + stride.map { .integer($0) }
      + [.tuple, .newFalse, .global("collections", "OrderedDict"), .emptyTuple, .reduce, .tuple, .reduce]
  }

  static func run(_ opcodes: [PickleOpcode], _ profile: PickleProfile = .torch) -> Judged {
    judge(pickle([.proto(2)] + opcodes + [.stop]), profile)
  }

  struct Bounds: Sendable {
    let offset: Int32
    let size: [Int32]
    let stride: [Int32]
    let fits: Bool
  }

  /// Against a storage of six elements.
  static let bounds: [Bounds] = [
    .init(offset: 0, size: [2, 3], stride: [3, 1], fits: true),
    .init(offset: 0, size: [3, 2], stride: [1, 3], fits: true),
    .init(offset: 5, size: [1], stride: [1], fits: true),
    .init(offset: 5, size: [], stride: [], fits: true),
    .init(offset: 0, size: [1000, 1000], stride: [0, 0], fits: true),
    .init(offset: 6, size: [0], stride: [1], fits: true),
    .init(offset: 6, size: [], stride: [], fits: false),
    .init(offset: 5, size: [2], stride: [1], fits: false),
    .init(offset: 0, size: [2, 3], stride: [4, 1], fits: false),
    .init(offset: -1, size: [1], stride: [1], fits: false),
    .init(offset: 0, size: [-1], stride: [1], fits: false),
    .init(offset: 5, size: [2], stride: [-1], fits: false),
    .init(offset: 0, size: [2], stride: [1, 1], fits: false),
    .init(offset: 0, size: [.max, .max], stride: [1, 1], fits: false),
    .init(offset: 0, size: [.max, .max, .max], stride: [.max, .max, .max], fits: false),
  ]

  @Test(arguments: bounds) func `a tensor must lie inside its storage`(_ bounds: Bounds) {
    let judged = Self.run(
      Self.tensor(Self.storage(), offset: bounds.offset, size: bounds.size, stride: bounds.stride))
    #expect(judged.rules == (bounds.fits ? [] : ["torch.tensor-out-of-bounds"]), judged.account)
  }

  @Test func `storages are handed on for their bytes to be compared`() {
    let judged = Self.run(
      Self.tensor(Self.storage(), size: [6], stride: [1]) + [.pop]
        + Self.tensor(
          Self.storage("HalfStorage", key: "1", location: "cuda:0", count: 2), size: [2], stride: [1]))
    #expect(judged.verdict == .allow, judged.account)
    #expect(judged.storages.map(\.key) == ["0", "1"])
    #expect(judged.storages.map(\.elementSize) == [4, 2])
    #expect(judged.storages.map(\.elementCount) == [6, 2])
    #expect(judged.storages.map(\.location) == ["cpu", "cuda:0"])
  }

  @Test func `a second description of a storage must be the first one's`() {
    let twice = Self.storage() + [.pop] + Self.storage()
    #expect(Self.run(twice).verdict == .allow)
    #expect(
      Self.run(Self.storage() + [.pop] + Self.storage(count: 600)).rules == ["torch.storage-contradiction"])
    #expect(
      Self.run(Self.storage() + [.pop] + Self.storage("DoubleStorage")).rules == [
        "torch.storage-contradiction"
      ])
    #expect(Self.run(Self.storage(count: -1)).rules == ["torch.storage-contradiction"])
  }

  @Test func `the first description bounds the tensors, as it does in PyTorch`() {
    let judged = Self.run(
      Self.storage(count: 6) + [.pop] + Self.tensor(Self.storage(count: 600), size: [600], stride: [1]))
    #expect(judged.rules == ["torch.storage-contradiction", "torch.tensor-out-of-bounds"], judged.account)
  }

  @Test func `unknown types and devices of storages are for a person`() {
    #expect(Self.run(Self.storage(location: "toaster")).rules == ["torch.unknown-location"])
    #expect(
      Self.run(Self.storage("ToastStorage")).rules == [
        "pickle.unknown-global", "torch.unknown-storage-type",
      ])
  }

  @Test func `an id that is no storage is for a person`() {
    #expect(Self.run([.text("x"), .binpersid]).rules == ["torch.unknown-persistent-id"])
    #expect(
      Self.run([
        .mark, .text("module"), .global("lab.models", "Net"), .text("net.py"), .text("class"), .tuple,
        .binpersid,
      ])
      .rules == ["pickle.unknown-global", "torch.source-patch"])
  }

  @Test func `items and state on a storage are denied`() {
    #expect(
      Self.run(Self.storage() + [.integer(0), .integer(1), .setitem]).rules == ["pickle.items-on-computed"])
    #expect(Self.run(Self.storage() + [.emptyDict, .build]).rules == ["pickle.build-on-class"])
  }

  @Test func `a storage inside the pickle is handed on to be examined as a torch file`() {
    let judged = Self.run(
      [.global("torch.storage", "_load_from_bytes"), .bytes([0x80, 2, 0x4e, 0x2e]), .tuple1, .reduce],
      .plain)
    #expect(judged.verdict == .allow, judged.account)
    #expect(judged.nested.contains { $0.reach == .loaded && $0.format == .torch && $0.input.count == 4 })
    let computed = Self.run(
      [.global("torch.storage", "_load_from_bytes"), .emptyList, .tuple1, .reduce], .plain)
    #expect(computed.rules == ["pickle.unsafe-arguments"], computed.account)
  }

  @Test func `types of a TorchScript file are its own, and those of extensions are not`() {
    let own: [PickleOpcode] = [.global("__torch__.lab", "Net"), .emptyTuple, .newobj, .emptyDict, .build]
    #expect(Self.run(own, .torchScript).verdict == .allow)
    #expect(Self.run(own, .torch).verdict == .review)
    #expect(
      Self.run([.global("__torch__.torch.classes.tensorrt", "Engine")], .torchScript).rules
        == ["torch.custom-script-class"])
    #expect(Self.run([.global("os", "system")], .torchScript).verdict == .deny)
  }
}
