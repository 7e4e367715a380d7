/// Encodes fields of protobuf messages.
package enum Protobuf {
  package static func varint(_ value: UInt64) -> [UInt8] {
    var rest = value
    var bytes: [UInt8] = []
    repeat {
      bytes.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
      rest >>= 7
    } while rest > 0
    return bytes
  }

  package static func number(_ field: Int, _ value: UInt64) -> [UInt8] {
    varint(UInt64(field) << 3) + varint(value)
  }

  package static func bytes(_ field: Int, _ value: [UInt8]) -> [UInt8] {
    varint(UInt64(field) << 3 | 2) + varint(UInt64(value.count)) + value
  }

  package static func text(_ field: Int, _ value: String) -> [UInt8] { bytes(field, Array(value.utf8)) }
}

/// Makes ONNX models.
package struct OnnxBuilder {
  package var nodes: [[UInt8]] = [OnnxBuilder.node("MatMul")]
  package var tensors: [[UInt8]] = [OnnxBuilder.tensor(raw: [0, 0, 0, 0, 1, 0, 0, 0])]
  /// Fields of the model behind the graph.
  package var more: [UInt8] = []

  package init() {}

  package static func node(_ operation: String, domain: String = "", attributes: [[UInt8]] = []) -> [UInt8]
  {
    Protobuf.text(1, "X") + Protobuf.text(2, "Y") + Protobuf.text(4, operation)
      + attributes.flatMap { Protobuf.bytes(5, $0) } + (domain.isEmpty ? [] : Protobuf.text(7, domain))
  }

  private static func list(_ name: String, _ numbers: [Int]) -> [UInt8] {
    Protobuf.bytes(8, numbers.flatMap { Protobuf.varint(UInt64($0)) }) + Protobuf.text(1, name)
  }

  /// A tree in which every second node is a leaf.
  ///
  /// - Parameter isIndexed: whether nodes are named by their places and leaves stand apart, as version 5 of `ai.onnx.ml`
  ///   has it.
  package static func chain(levels: Int, isIndexed: Bool) -> [UInt8] {
    if isIndexed {
      return node(
        "TreeEnsemble", domain: "ai.onnx.ml",
        attributes: [
          list("nodes_truenodeids", Array(1...levels)),
          list("nodes_falsenodeids", Array(repeating: 0, count: levels)),
          list("nodes_trueleafs", Array(repeating: 0, count: levels - 1) + [1]),
          list("nodes_falseleafs", Array(repeating: 1, count: levels)),
        ])
    }
    let ids = Array(0..<2 * levels - 1)
    let isLeaf = ids.map { !$0.isMultiple(of: 2) || $0 == ids.count - 1 }
    return node(
      "TreeEnsembleRegressor", domain: "ai.onnx.ml",
      attributes: [
        list("nodes_treeids", ids.map { _ in 0 }), list("nodes_nodeids", ids),
        list("nodes_truenodeids", ids.map { isLeaf[$0] ? 0 : $0 + 1 }),
        list("nodes_falsenodeids", ids.map { isLeaf[$0] ? 0 : $0 + 2 }),
        Protobuf.text(1, "nodes_modes")
          + isLeaf.flatMap { Protobuf.text(9, $0 ? "LEAF" : "BRANCH_LEQ") },
      ])
  }

  /// A tensor of two numbers.
  package static func tensor(
    lengths: [UInt64] = [2], type: UInt64 = 1, raw: [UInt8]? = nil, external: [(String, String)] = []
  ) -> [UInt8] {
    lengths.flatMap { Protobuf.number(1, $0) } + Protobuf.number(2, type) + Protobuf.text(8, "W")
      + (raw.map { Protobuf.bytes(9, $0) } ?? [])
      + external.flatMap { Protobuf.bytes(13, Protobuf.text(1, $0.0) + Protobuf.text(2, $0.1)) }
      + (external.isEmpty ? [] : Protobuf.number(14, 1))
  }

  package func graph() -> [UInt8] {
    nodes.flatMap { Protobuf.bytes(1, $0) } + Protobuf.text(2, "g")
      + tensors.flatMap { Protobuf.bytes(5, $0) }
  }

  package func build() -> [UInt8] {
    Protobuf.number(1, 9) + Protobuf.text(2, "test") + Protobuf.bytes(7, graph())
      + Protobuf.bytes(8, Protobuf.text(1, "") + Protobuf.number(2, 20)) + more
  }
}
