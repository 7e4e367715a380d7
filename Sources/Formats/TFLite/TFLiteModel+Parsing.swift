package import ByteParsing

extension TFLiteModel {
  /// Reads a model's tables. Weights are not read.
  ///
  /// - Throws: `.malformed` where an offset leads nowhere, `.limit` for more of anything than a model has.
  package init(parsing input: Input) throws(ParseError) {
    var reader = TFLiteReader(input)
    try reader.read()
    self = reader.model
  }
}

/// Walks the tables of a model.
private struct TFLiteReader {
  var model = TFLiteModel()
  private var buffer: FlatBuffer
  /// Bytes of each buffer.
  private var dataCounts: [Int] = []
  private var subgraphCount = 0

  init(_ input: Input) { buffer = FlatBuffer(input) }

  mutating func read() throws(ParseError) {
    let root = try buffer.table(at: try buffer.follow(0, "root"), "model")
    let version = try buffer.number(root, 4, width: 4, "version")
    guard version == 3 else {
      throw ParseError(.unsupported, at: root.position, "TensorFlow Lite version \(version)")
    }
    for code in try buffer.tables(root, 6, "operator codes") { try readCode(code) }
    for data in try buffer.tables(root, 12, "buffers") { try readBuffer(data) }
    let subgraphs = try buffer.tables(root, 8, limit: 65_536, "subgraphs")
    subgraphCount = subgraphs.count
    if subgraphs.isEmpty { fault(root, "The model has no graph.") }
    for (index, subgraph) in subgraphs.enumerated() { try readSubgraph(subgraph, index) }
    _ = try buffer.text(root, 10, limit: 1 << 20, "description")
    for index in try buffer.integers(root, 14, limit: 65_536, "metadata buffers") {
      check(Int(index), below: dataCounts.count, root, "A buffer of metadata is not there.")
    }
    for entry in try buffer.tables(root, 16, "metadata") {
      _ = try buffer.text(entry, 4, "name of metadata")
      check(
        Int(try buffer.number(entry, 6, width: 4, "buffer of metadata")), below: dataCounts.count, entry,
        "A buffer of metadata is not there.")
    }
    for signature in try buffer.tables(root, 18, "signatures") { try readSignature(signature) }
    model.end = buffer.end
  }

  private mutating func fault(_ table: FlatBuffer.Table, _ detail: String) {
    if model.faults.count < 64 { model.faults.append(.init(offset: table.position, detail: detail)) }
  }

  private mutating func check(_ index: Int, below count: Int, _ table: FlatBuffer.Table, _ detail: String) {
    if index < 0 || index >= count { fault(table, detail) }
  }

  private mutating func readCode(_ table: FlatBuffer.Table) throws(ParseError) {
    let old = Int8(truncatingIfNeeded: try buffer.number(table, 4, width: 1, "operator code"))
    let new = Int32(truncatingIfNeeded: try buffer.number(table, 10, width: 4, "operator code"))
    let custom = try buffer.text(table, 6, "name of an operator")
    model.operators.append(
      .init(code: max(Int(old), Int(new)), custom: custom, offset: table.position))
  }

  private mutating func readBuffer(_ table: FlatBuffer.Table) throws(ParseError) {
    let data = try buffer.vector(table, 4, width: 1, "data of a buffer")
    let offset = try buffer.number(table, 6, width: 8, "offset of a buffer")
    let size = try buffer.number(table, 8, width: 8, "size of a buffer")
    var count = data.count
    // Models of more than 2 GiB have their data behind the tables; 0 and 1 say that there are none.
    if offset > 1 {
      if offset <= UInt64(buffer.count), size <= UInt64(buffer.count) - offset {
        buffer.reach(Int(offset), Int(size))
        count = Int(size)
      } else {
        fault(table, "A buffer lies outside the file.")
      }
    }
    dataCounts.append(count)
  }

  private mutating func readSubgraph(_ table: FlatBuffer.Table, _ index: Int) throws(ParseError) {
    let tensors = try buffer.tables(table, 4, "tensors")
    for tensor in tensors { try readTensor(tensor) }
    for slot in [6, 8] { try checkTensors(table, slot, tensors.count) }
    for operation in try buffer.tables(table, 10, "operators") {
      try readOperator(operation, tensors.count, in: index)
    }
    _ = try buffer.text(table, 12, "name of a graph")
  }

  /// Indices of tensors; -1 stands for one that is left out.
  private mutating func checkTensors(_ table: FlatBuffer.Table, _ slot: Int, _ count: Int)
    throws(ParseError)
  {
    for index in try buffer.integers(table, slot, limit: 1 << 20, "indices of tensors") where index != -1 {
      check(Int(index), below: count, table, "A tensor is not there.")
    }
  }

  private mutating func readTensor(_ table: FlatBuffer.Table) throws(ParseError) {
    let shape = try buffer.integers(table, 4, limit: 64, "shape of a tensor")
    let type = Int(try buffer.number(table, 6, width: 1, "type of a tensor"))
    let data = Int(try buffer.number(table, 8, width: 4, "buffer of a tensor"))
    _ = try buffer.text(table, 10, "name of a tensor")
    _ = try buffer.integers(table, 18, limit: 64, "shape of a tensor")
    check(data, below: dataCounts.count, table, "A tensor's buffer is not there.")
    let isSparse = try buffer.field(table, 16, width: 4, "sparsity") != nil
    if !isSparse, dataCounts.indices.contains(data), dataCounts[data] > 0 {
      checkSize(table, shape, type, dataCounts[data])
    }
    if let position = try buffer.field(table, 12, width: 4, "quantization") {
      try readQuantization(position)
    }
    if isSparse { try readSparsity(table) }
  }

  private mutating func checkSize(_ table: FlatBuffer.Table, _ shape: [Int32], _ type: Int, _ count: Int) {
    guard let bits = TFLiteModel.elementBits[type] else { return }
    var size = bits
    for length in shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: Int(length))
      guard !overflow, length >= 0 else { return fault(table, "A tensor's shape is \(shape).") }
      size = product
    }
    if size / 8 + (size % 8 == 0 ? 0 : 1) != count {
      fault(table, "A tensor of the shape \(shape) has \(count) bytes.")
    }
  }

  private mutating func readQuantization(_ position: Int) throws(ParseError) {
    let table = try buffer.table(at: try buffer.follow(position, "quantization"), "quantization")
    for slot in [4, 6, 8] { _ = try buffer.vector(table, slot, width: 4, "quantization") }
    _ = try buffer.vector(table, 10, width: 8, "quantization")
    if let details = try buffer.field(table, 14, width: 4, "quantization") {
      let table = try buffer.table(at: try buffer.follow(details, "quantization"), "quantization")
      _ = try buffer.vector(table, 4, width: 1, "quantization")
    }
  }

  private mutating func readSparsity(_ tensor: FlatBuffer.Table) throws(ParseError) {
    guard let position = try buffer.field(tensor, 16, width: 4, "sparsity") else { return }
    let table = try buffer.table(at: try buffer.follow(position, "sparsity"), "sparsity")
    for slot in [4, 6] { _ = try buffer.vector(table, slot, width: 4, "sparsity") }
    for dimension in try buffer.tables(table, 8, limit: 1024, "sparse dimensions") {
      for (kind, slot) in [(8, 10), (12, 14)] {
        let width = [0, 4, 2, 1][
          min(3, Int(try buffer.number(dimension, kind, width: 1, "sparse indices")))]
        guard width > 0, let position = try buffer.field(dimension, slot, width: 4, "sparse indices") else {
          continue
        }
        let indices = try buffer.table(at: try buffer.follow(position, "sparse indices"), "sparse indices")
        _ = try buffer.vector(indices, 4, width: width, "sparse indices")
      }
    }
  }

  /// Operators that compute another graph, and the slots of their options that say which (IF, WHILE, CALL_ONCE).
  private static let calls: [Int: [Int]] = [118: [4, 6], 119: [4, 6], 129: [4]]

  private mutating func readOperator(
    _ table: FlatBuffer.Table, _ tensors: Int, in subgraph: Int
  ) throws(ParseError) {
    let code = Int(try buffer.number(table, 4, width: 4, "operator"))
    check(code, below: model.operators.count, table, "An operator's code is not there.")
    for slot in [6, 8, 20] { try checkTensors(table, slot, tensors) }
    let options = try buffer.vector(table, 14, width: 1, "options of an operator")
    _ = try buffer.vector(table, 18, width: 1, "inputs of an operator")
    let large = try buffer.number(table, 22, width: 8, "options of an operator")
    let size = try buffer.number(table, 24, width: 8, "options of an operator")
    if large > 1 {
      if large <= UInt64(buffer.count), size <= UInt64(buffer.count) - large {
        buffer.reach(Int(large), Int(size))
      } else {
        fault(table, "An operator's options lie outside the file.")
      }
    }
    if model.operators.indices.contains(code), model.operators[code].code == TFLiteModel.customCode,
      model.operators[code].custom?.hasPrefix(TFLiteModel.flexPrefix) == true
    {
      // Options behind the tables are for other operators.
      model.flexOptions.append((code, large > 1 ? 0..<0 : options.start..<options.start + options.count))
    }
    for slot in [12, 28] {
      guard let position = try buffer.field(table, slot, width: 4, "options of an operator") else {
        continue
      }
      let options = try buffer.table(
        at: try buffer.follow(position, "options of an operator"), "options of an operator")
      reachVectors(of: options)
      guard slot == 12, model.operators.indices.contains(code) else { continue }
      for index in Self.calls[model.operators[code].code] ?? [] {
        let target = Int(try buffer.number(options, index, width: 4, "graph of an operator"))
        check(target, below: subgraphCount, table, "An operator computes a graph that is not there.")
        if target == subgraph { fault(table, "A graph computes itself.") }
      }
    }
  }

  /// Options of some operators have short vectors, which are the last thing in some models. They are told from numbers by where
  /// they would end: this only says how far the buffer reaches.
  private mutating func reachVectors(of options: FlatBuffer.Table) {
    for offset in stride(from: 4, to: min(options.size, 64), by: 4) {
      guard options.size - offset >= 4, let start = try? buffer.follow(options.position + offset, "vector")
      else { continue }
      guard start % 4 == 0, start >= buffer.end - 4,
        let count = try? buffer.integer(at: start, width: 4, "vector"), count <= 16,
        Int(count) * 8 <= buffer.count - start - 4
      else { continue }
      buffer.reach(start, 4 + 4 * Int(count))
    }
  }

  private mutating func readSignature(_ table: FlatBuffer.Table) throws(ParseError) {
    for slot in [4, 6] {
      for entry in try buffer.tables(table, slot, "tensors of a signature") {
        _ = try buffer.text(entry, 4, "name in a signature")
      }
    }
    _ = try buffer.text(table, 8, "name of a signature")
    check(
      Int(try buffer.number(table, 12, width: 4, "graph of a signature")), below: subgraphCount, table,
      "A signature's graph is not there.")
  }
}
