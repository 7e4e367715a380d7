import Pickle

/// Makes files as `torch.save` does: a state dict of one tensor of float32.
package struct TorchBuilder {
  package var root = "archive"
  /// Elements that the pickle says.
  package var elementCount: Int32 = 4
  package var storageType = "FloatStorage"
  package var storageBytes: [UInt8] = (0..<16).map { UInt8($0) }
  /// More members, in the root.
  package var extra: [ZIPBuilder.Member] = []
  /// Opcodes before the state dict, whose value is dropped.
  package var prelude: [PickleOpcode] = []

  package init() {}

  /// The archive, ready to be made to lie: zip64 records, padding, descriptors, no local sizes.
  package func archive() -> ZIPBuilder {
    var members = [
      ZIPBuilder.Member("\(root)/data.pkl", stateDict(key: "0", isLegacy: false)),
      ZIPBuilder.Member("\(root)/byteorder", Array("little".utf8)),
      ZIPBuilder.Member("\(root)/data/0", storageBytes),
      ZIPBuilder.Member("\(root)/version", Array("3\n".utf8)),
      ZIPBuilder.Member("\(root)/.data/serialization_id", Array("0123456789".utf8)),
    ]
    members += extra
    for index in members.indices {
      members[index].setBoth { $0.flags = 0x800 }
      members[index].local.extra = [0x46, 0x42, 9, 0] + Array(repeating: 0x5A, count: 9)
      members[index].madeBy = 0
      members[index].stream()
    }
    var builder = ZIPBuilder(members)
    builder.wide = true
    return builder
  }

  /// The stream of before 1.6.
  package func legacy() -> [UInt8] {
    legacyHeader() + stateDict(key: "94035", isLegacy: true) + legacyKeys(["94035"]) + legacyStorage()
  }

  /// Magic number, protocol number and system facts.
  package func legacyHeader() -> [UInt8] {
    let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
    return pickle(.proto(2), .counted(.long1, magic), .stop) + pickle(.proto(2), .integer(1001), .stop)
      + pickle(
        .proto(2), .emptyDict, .mark, Self.word("protocol_version"), .integer(1001),
        Self.word("little_endian"), .newTrue, .setitems, .stop)
  }

  package func legacyKeys(_ keys: [String]) -> [UInt8] {
    pickle([.proto(2), .emptyList, .mark] + keys.map { Self.word($0) } + [.appends, .stop])
  }

  package func legacyStorage() -> [UInt8] {
    littleEndian(UInt64(elementCount)) + storageBytes
  }

  package func stateDict(key: String, isLegacy: Bool) -> [UInt8] {
    var opcodes: [PickleOpcode] = [.proto(2)]
    if !prelude.isEmpty { opcodes += prelude + [.pop] }
    opcodes += [
      .global("collections", "OrderedDict"), .binput(0), .emptyTuple, .reduce, Self.word("weight"),
      .global("torch._utils", "_rebuild_tensor_v2"), .mark, .mark, Self.word("storage"),
      .global("torch", storageType), Self.word(key), Self.word("cpu"), .integer(elementCount),
    ]
    if isLegacy { opcodes.append(.none) }
    opcodes += [
      .tuple, .binpersid, .integer(0), .integer(4), .tuple1, .integer(1), .tuple1, .newFalse,
      .binget(0), .emptyTuple, .reduce, .tuple, .reduce, .setitem, .stop,
    ]
    return pickle(opcodes)
  }

  /// Text as protocol 2 writes it.
  private static func word(_ text: String) -> PickleOpcode { .counted(.binunicode, Array(text.utf8)) }

  /// A call that no scanner may let pass, leaving its result on the stack.
  package static let hostileCall: [PickleOpcode] = [
    .global("os", "system"), word("echo canary"), .tuple1, .reduce,
  ]
}
