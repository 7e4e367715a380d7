/// A value of a FlatBuffer.
package indirect enum FlatValue: Sendable {
  case byte(UInt8)
  case integer(UInt32)
  case long(UInt64)
  case text(String)
  case bytes([UInt8])
  case integers([Int32])
  case tables([FlatValue])
  /// Fields by their slot: 4 for the first.
  case table([Int: FlatValue])

  var width: Int {
    switch self {
    case .byte: 1
    case .long: 8
    default: 4
    }
  }
}

/// Writes FlatBuffers from the front: each table is followed by what it points at.
package struct FlatBufferBuilder {
  private var bytes: [UInt8]

  /// A buffer with an identifier of four characters.
  package static func build(_ root: FlatValue, identifier: String) -> [UInt8] {
    var builder = FlatBufferBuilder(bytes: [0, 0, 0, 0] + Array(identifier.utf8))
    builder.point(0, at: root)
    return builder.bytes
  }

  private mutating func align(_ width: Int) {
    while bytes.count % width != 0 { bytes.append(0) }
  }

  private mutating func store(_ value: UInt32, at position: Int) {
    for index in 0..<4 { bytes[position + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt32(index))) }
  }

  /// Writes a value behind everything else, and its offset at `position`.
  private mutating func point(_ position: Int, at value: FlatValue) {
    align(4)
    switch value {
    case .text(let text):
      store(UInt32(bytes.count - position), at: position)
      bytes += littleEndian(UInt32(text.utf8.count)) + Array(text.utf8) + [0]
    case .bytes(let data):
      store(UInt32(bytes.count - position), at: position)
      bytes += littleEndian(UInt32(data.count)) + data
    case .integers(let numbers):
      store(UInt32(bytes.count - position), at: position)
      bytes += littleEndian(UInt32(numbers.count)) + numbers.flatMap { littleEndian($0) }
    case .tables(let tables):
      store(UInt32(bytes.count - position), at: position)
      bytes += littleEndian(UInt32(tables.count))
      let start = bytes.count
      bytes += Array(repeating: 0, count: 4 * tables.count)
      for (index, table) in tables.enumerated() { point(start + 4 * index, at: table) }
    case .table(let fields): writeTable(fields, from: position)
    case .byte, .integer, .long: break
    }
  }

  private mutating func writeTable(_ fields: [Int: FlatValue], from position: Int) {
    let last = fields.keys.max() ?? 2
    var offsets: [Int: Int] = [:]
    var size = 4
    for (slot, value) in fields.sorted(by: { $0.key < $1.key }) {
      size += (value.width - size % value.width) % value.width
      offsets[slot] = size
      size += value.width
    }
    align(8)
    let start = bytes.count
    bytes += littleEndian(UInt16(last + 2)) + littleEndian(UInt16(size))
    for slot in stride(from: 4, through: last, by: 2) { bytes += littleEndian(UInt16(offsets[slot] ?? 0)) }
    align(8)
    let table = bytes.count
    store(UInt32(table - position), at: position)
    bytes += littleEndian(Int32(table - start)) + Array(repeating: 0, count: size - 4)
    for (slot, value) in fields.sorted(by: { $0.key < $1.key }) {
      let field = table + (offsets[slot] ?? 0)
      switch value {
      case .byte(let number): bytes[field] = number
      case .integer(let number): store(number, at: field)
      case .long(let number):
        store(UInt32(truncatingIfNeeded: number), at: field)
        store(UInt32(truncatingIfNeeded: number >> 32), at: field + 4)
      default: point(field, at: value)
      }
    }
  }
}

/// Makes TensorFlow Lite models: one graph, one operator, two tensors.
package struct TFLiteBuilder {
  package var version: UInt32 = 3
  package var operatorCode: [Int: FlatValue] = [4: .byte(9), 10: .integer(9)]
  package var operatorFields: [Int: FlatValue] = [4: .integer(0), 6: .integers([0, 1]), 8: .integers([1])]
  package var shape: [Int32] = [2]
  package var bufferIndex: UInt32 = 1
  package var buffer: [Int: FlatValue] = [4: .bytes([0, 0, 0, 0, 1, 0, 0, 0])]

  package init() {}

  package func build() -> [UInt8] {
    let weights = FlatValue.table([
      4: .integers(shape), 6: .byte(0), 8: .integer(bufferIndex), 10: .text("w"),
      12: .table([8: .integers([0])]),
    ])
    let output = FlatValue.table([4: .integers([2]), 6: .byte(0), 8: .integer(0), 10: .text("y")])
    let graph = FlatValue.table([
      4: .tables([weights, output]), 6: .integers([0]), 8: .integers([1]),
      10: .tables([.table(operatorFields)]),
      12: .text("main"),
    ])
    return FlatBufferBuilder.build(
      .table([
        4: .integer(version), 6: .tables([.table(operatorCode)]), 8: .tables([graph]), 10: .text("a test"),
        12: .tables([.table([:]), .table(buffer)]),
      ]), identifier: "TFL3")
  }
}

/// Options of an operator that TensorFlow computes: a FlexBuffer of a name and a node.
package enum FlexOptions {
  package static func build(_ name: String, node: [UInt8]) -> [UInt8] {
    var bytes = littleEndian(UInt32(name.utf8.count)) + Array(name.utf8) + [0]
    let first = 4
    while bytes.count % 4 != 0 { bytes.append(0) }
    bytes += littleEndian(UInt32(node.count))
    let second = bytes.count
    bytes += node + [0]
    while bytes.count % 4 != 0 { bytes.append(0) }
    bytes += littleEndian(UInt32(2))
    let vector = bytes.count
    bytes += littleEndian(UInt32(vector - first)) + littleEndian(UInt32(vector + 4 - second))
    let text = UInt8(5 << 2 | 2)
    bytes += [text, text]
    // The root: one byte back to the vector.
    return bytes + [UInt8(bytes.count - vector), 10 << 2 | 2, 1]
  }
}
