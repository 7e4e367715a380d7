/// Makes TensorFlow's graphs and models.
package struct TensorFlowBuilder {
  package var nodes: [[UInt8]] = [
    TensorFlowBuilder.node("x", "Placeholder"), TensorFlowBuilder.node("y", "Relu", inputs: ["x"]),
  ]
  package var functions: [[UInt8]] = []
  /// Fields of the MetaGraphDef behind the graph.
  package var more: [UInt8] = []

  package init() {}

  package static func node(
    _ name: String, _ operation: String, inputs: [String] = [], attributes: [[UInt8]] = []
  ) -> [UInt8] {
    Protobuf.text(1, name) + Protobuf.text(2, operation) + inputs.flatMap { Protobuf.text(3, $0) }
      + attributes.flatMap { Protobuf.bytes(5, $0) }
  }

  /// An entry of a node's attributes.
  package static func attribute(_ name: String, _ value: [UInt8]) -> [UInt8] {
    Protobuf.text(1, name) + Protobuf.bytes(2, value)
  }

  package static func attribute(_ name: String, text: String) -> [UInt8] {
    attribute(name, Protobuf.text(2, text))
  }

  package static func attribute(_ name: String, function: String) -> [UInt8] {
    attribute(name, Protobuf.bytes(10, Protobuf.text(1, function)))
  }

  /// A constant of strings.
  package static func constant(_ name: String, _ strings: [[UInt8]], packed: Bool = false) -> [UInt8] {
    let content =
      packed
      ? Protobuf.bytes(4, strings.flatMap { Protobuf.varint(UInt64($0.count)) } + strings.flatMap { $0 })
      : strings.flatMap { Protobuf.bytes(8, $0) }
    let tensor = Protobuf.number(1, 7) + Protobuf.bytes(2, []) + content
    return node(name, "Const", attributes: [attribute("value", Protobuf.bytes(8, tensor))])
  }

  package static func constant(_ name: String, _ text: String) -> [UInt8] {
    constant(name, [Array(text.utf8)])
  }

  package static func function(_ name: String, arguments: [String], _ nodes: [[UInt8]]) -> [UInt8] {
    Protobuf.bytes(
      1, Protobuf.text(1, name) + arguments.flatMap { Protobuf.bytes(2, Protobuf.text(1, $0)) })
      + nodes.flatMap { Protobuf.bytes(3, $0) }
  }

  package static func asset(_ tensor: String, _ filename: String) -> [UInt8] {
    Protobuf.bytes(6, Protobuf.bytes(1, Protobuf.text(1, tensor)) + Protobuf.text(2, filename))
  }

  package static func saver(_ tensor: String) -> [UInt8] { Protobuf.bytes(3, Protobuf.text(1, tensor)) }

  package func graph() -> [UInt8] {
    nodes.flatMap { Protobuf.bytes(1, $0) }
      + (functions.isEmpty ? [] : Protobuf.bytes(2, functions.flatMap { Protobuf.bytes(1, $0) }))
      + Protobuf.bytes(4, Protobuf.number(1, 1882))
  }

  package func metaGraph() -> [UInt8] {
    Protobuf.bytes(1, Protobuf.text(4, "serve") + Protobuf.text(5, "2.18.0")) + Protobuf.bytes(2, graph())
      + more
  }

  package func build() -> [UInt8] { Protobuf.number(1, 1) + Protobuf.bytes(2, metaGraph()) }
}

/// Checksums as LevelDB and TensorFlow keep them.
package enum MaskedChecksum {
  package static func bytes(_ data: some Sequence<UInt8>) -> [UInt8] {
    let value = crc(data)
    return little((value >> 15 | value << 17) &+ 0xA282_EAD8)
  }

  package static func crc(_ data: some Sequence<UInt8>) -> UInt32 {
    var register: UInt32 = 0xFFFF_FFFF
    for byte in data {
      register ^= UInt32(byte)
      for _ in 0..<8 { register = register & 1 == 0 ? register >> 1 : 0x82F6_3B78 ^ (register >> 1) }
    }
    return ~register
  }

  package static func little(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
  }
}

/// Makes checkpoints and files of records.
package struct CheckpointBuilder {
  /// Entries of the index behind its header.
  package var entries: [(key: String, value: [UInt8])] = [
    ("w", CheckpointBuilder.entry(type: 1, lengths: [2], offset: 0, size: 8))
  ]
  /// What packs a block, and the number of the packing.
  package var packing: (number: UInt8, pack: ([UInt8]) -> [UInt8]) = (0, { $0 })

  package init() {}

  package static func entry(
    type: UInt64, lengths: [UInt64], shard: UInt64 = 0, offset: UInt64, size: UInt64
  ) -> [UInt8] {
    Protobuf.number(1, type)
      + Protobuf.bytes(2, lengths.flatMap { Protobuf.bytes(2, Protobuf.number(1, $0)) })
      + Protobuf.number(3, shard) + Protobuf.number(4, offset) + Protobuf.number(5, size)
  }

  private func block(_ entries: [(key: [UInt8], value: [UInt8])]) -> [UInt8] {
    let plain =
      entries.flatMap {
        [0] + Protobuf.varint(UInt64($0.key.count)) + Protobuf.varint(UInt64($0.value.count)) + $0.key
          + $0.value
      } + MaskedChecksum.little(0) + MaskedChecksum.little(1)
    let packed = packing.pack(plain) + [packing.number]
    return packed + MaskedChecksum.bytes(packed)
  }

  private func handle(_ offset: Int, _ block: [UInt8]) -> [UInt8] {
    Protobuf.varint(UInt64(offset)) + Protobuf.varint(UInt64(block.count - 5))
  }

  /// The index: one block of entries.
  package func index() -> [UInt8] {
    table(first: Protobuf.number(1, 1) + Protobuf.bytes(3, Protobuf.number(1, 1)))
  }

  /// A checkpoint of the first version: the slices of `tensors`, each a `TensorProto`.
  package static func slices(_ tensors: [(name: String, tensor: [UInt8])]) -> [UInt8] {
    let described = tensors.flatMap { name, _ in
      Protobuf.bytes(1, Protobuf.text(1, name) + Protobuf.number(3, 1) + Protobuf.bytes(4, []))
    }
    var builder = CheckpointBuilder()
    builder.entries = tensors.map { name, tensor in
      (name, Protobuf.bytes(2, Protobuf.text(1, name) + Protobuf.bytes(2, []) + Protobuf.bytes(3, tensor)))
    }
    return builder.table(first: Protobuf.bytes(1, described + Protobuf.bytes(2, Protobuf.number(1, 1))))
  }

  /// A tensor of two numbers for ``slices(_:)``.
  package static let numbers =
    Protobuf.number(1, 1) + Protobuf.bytes(2, Protobuf.bytes(2, Protobuf.number(1, 2)))
    + Protobuf.bytes(4, [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40])

  private func table(first: [UInt8]) -> [UInt8] {
    let data = block([([], first)] + entries.map { (Array($0.key.utf8), $0.value) })
    let meta = block([])
    let index = block([(Array("x".utf8), handle(0, data))])
    let footer = handle(data.count, meta) + handle(data.count + meta.count, index)
    return data + meta + index + footer + [UInt8](repeating: 0, count: 40 - footer.count)
      + [0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB]
  }

  /// Numbers, and behind them the graph of the objects.
  package static func shard(_ numbers: [UInt8], objects: [UInt8]) -> [UInt8] {
    let length = MaskedChecksum.little(UInt32(objects.count))
    return numbers + Protobuf.varint(UInt64(objects.count)) + MaskedChecksum.bytes(length) + objects
  }

  package static func records(_ records: [[UInt8]]) -> [UInt8] {
    records.flatMap { data in
      let length = MaskedChecksum.little(UInt32(data.count)) + MaskedChecksum.little(0)
      return length + MaskedChecksum.bytes(length) + data + MaskedChecksum.bytes(data)
    }
  }

  /// A node of OCDBT that is not packed.
  package static func node(_ content: [UInt8]) -> [UInt8] {
    let head: [UInt8] =
      [0x0C, 0xDB, 0x20, 0xDE] + MaskedChecksum.little(UInt32(content.count + 18))
      + MaskedChecksum.little(0) + [0, 0]
    return head + content + MaskedChecksum.little(MaskedChecksum.crc(head + content))
  }
}
