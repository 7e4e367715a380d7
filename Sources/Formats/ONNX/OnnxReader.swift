package import ByteParsing

/// Reads an ONNX model and gives everything that matters to `visit`, in the order of the file. Data are skipped.
package struct OnnxReader {
  private var reader: ProtobufReader
  private let visit: (Onnx.Event) -> Void
  private var depth = 0

  /// Messages inside each other, as protobuf's own readers allow.
  private static let depthLimit = 100
  private static let textLimit = 1 << 20
  private static let prefixCount = 64
  /// Numbers of one attribute.
  private static let numberLimit = 32 << 20

  private init(_ input: Input, _ visit: @escaping (Onnx.Event) -> Void) {
    reader = ProtobufReader(input)
    self.visit = visit
  }

  /// - Throws: `.malformed`, `.truncated`, and `.limit` for graphs nested too deep or a text that is too long. What was read
  ///   until then has been given to `visit`.
  package static func read(
    _ input: Input, _ visit: @escaping (Onnx.Event) -> Void
  ) throws(ParseError) {
    var reader = OnnxReader(input, visit)
    try reader.readModel(until: input.count)
  }

  /// Whether the bytes can be a model: its fields, and a version and a graph among them.
  package static func recognize(_ input: Input) -> Bool {
    var reader = ProtobufReader(input)
    var seen: Set<Int> = []
    var fields = 0
    do throws(ParseError) {
      while fields < 4096, let field = try reader.next(until: input.count) {
        guard isModelField(field) else { return false }
        if field.number == 1, field.integer ?? 0 > 1000 { return false }
        seen.insert(field.number)
        fields += 1
        try reader.skip(field)
      }
    } catch {
      // A model that was cut short is still one.
      return seen.contains(1)
        && (seen.contains(2) || seen.contains(7) || isCutGraph(input, at: error.offset))
    }
    return seen.contains(1) && (seen.contains(7) || seen.contains(25))
  }

  /// Whether the field that could not be read is the graph.
  private static func isCutGraph(_ input: Input, at offset: Int) -> Bool {
    (try? input.bytes(at: offset, count: 1)) == [0x3A]
  }

  private static func isModelField(_ field: ProtobufField) -> Bool {
    switch field.number {
    case 1, 5: field.integer != nil
    case 2, 3, 4, 6, 7, 8, 14, 20, 25, 26: field.range != nil
    default: false
    }
  }

  private mutating func enter(_ field: ProtobufField) throws(ParseError) -> Int {
    guard let range = field.range else {
      throw ParseError(.malformed, at: field.offset, "ONNX message that is a number")
    }
    depth += 1
    guard depth <= Self.depthLimit else {
      throw ParseError(.limit, at: field.offset, "ONNX messages nested deeper than \(Self.depthLimit)")
    }
    return range.upperBound
  }

  private mutating func leave() { depth -= 1 }

  private mutating func text(_ field: ProtobufField, _ name: StaticString) throws(ParseError) -> [UInt8] {
    try reader.read(field, limit: Self.textLimit, name)
  }

  private mutating func string(_ field: ProtobufField, _ name: StaticString) throws(ParseError) -> String {
    String(decoding: try text(field, name), as: UTF8.self)
  }

  // MARK: Messages

  private mutating func readModel(until end: Int) throws(ParseError) {
    while let field = try reader.next(until: end) {
      switch field.number {
      case 7: try readGraph(field)
      case 8: try readOperatorSet(field)
      case 14: try readMetadata(field)
      case 20: try readTraining(field)
      case 25: try readFunction(field)
      default: try reader.skip(field)
      }
    }
  }

  private mutating func readTraining(_ field: ProtobufField) throws(ParseError) {
    let end = try enter(field)
    while let field = try reader.next(until: end) {
      if field.number == 1 || field.number == 2 { try readGraph(field) } else { try reader.skip(field) }
    }
    leave()
  }

  private mutating func readGraph(_ field: ProtobufField) throws(ParseError) {
    let end = try enter(field)
    while let field = try reader.next(until: end) {
      switch field.number {
      case 1: try readNode(field)
      case 5: try readTensor(field)
      case 15: try readSparse(field)
      case 16: try readMetadata(field)
      default: try reader.skip(field)
      }
    }
    leave()
  }

  private mutating func readNode(_ field: ProtobufField) throws(ParseError) {
    let end = try enter(field)
    var node = Onnx.Node(offset: field.offset)
    while let field = try reader.next(until: end) {
      switch field.number {
      case 4: node.operation = try string(field, "operator of a node")
      case 5: try readAttribute(field, into: &node.trees)
      case 7: node.domain = try string(field, "domain of a node")
      case 9: try readMetadata(field)
      default: try reader.skip(field)
      }
    }
    visit(.node(node))
    leave()
  }

  /// The name may stand anywhere, so lists are kept until the end.
  private mutating func readAttribute(
    _ field: ProtobufField, into trees: inout OnnxTrees
  ) throws(ParseError) {
    let end = try enter(field)
    var name = ""
    var numbers: [Int] = []
    var leaves: [Bool] = []
    while let field = try reader.next(until: end) {
      switch field.number {
      case 1: name = try string(field, "name of an attribute")
      case 5, 10: try readTensor(field)
      case 6, 11: try readGraph(field)
      case 8: try readNumbers(field, into: &numbers)
      case 9:
        guard let range = field.range else {
          throw ParseError(.malformed, at: field.offset, "text of an attribute")
        }
        let mode = try reader.readPrefix(range, count: OnnxTrees.leafMode.count)
        leaves.append(range.count == mode.count && mode == OnnxTrees.leafMode)
      case 22, 23: try readSparse(field)
      default: try reader.skip(field)
      }
    }
    if OnnxTrees.lists.contains(name) { trees.numbers[name] = numbers }
    if name == OnnxTrees.modes { trees.leaves = leaves }
    leave()
  }

  /// Numbers stand one by one, or packed.
  private mutating func readNumbers(
    _ field: ProtobufField, into numbers: inout [Int]
  ) throws(ParseError) {
    if let number = field.integer {
      numbers.append(Int(Int64(bitPattern: number)))
    } else if let range = field.range {
      while reader.offset < range.upperBound, numbers.count < Self.numberLimit {
        numbers.append(Int(Int64(bitPattern: try reader.readVarint(range.upperBound))))
      }
    }
    guard numbers.count < Self.numberLimit else {
      throw ParseError(.limit, at: field.offset, "\(Self.numberLimit) numbers of an attribute")
    }
  }

  private mutating func readSparse(_ field: ProtobufField) throws(ParseError) {
    let end = try enter(field)
    while let field = try reader.next(until: end) {
      if field.number == 1 || field.number == 2 { try readTensor(field) } else { try reader.skip(field) }
    }
    leave()
  }

  private mutating func readFunction(_ field: ProtobufField) throws(ParseError) {
    let end = try enter(field)
    var function = Onnx.Function()
    while let field = try reader.next(until: end) {
      switch field.number {
      case 1: function.name = try string(field, "name of a function")
      case 7: try readNode(field)
      case 9: try readOperatorSet(field)
      case 10: function.domain = try string(field, "domain of a function")
      case 11:
        var trees = OnnxTrees()
        try readAttribute(field, into: &trees)
      case 14: try readMetadata(field)
      default: try reader.skip(field)
      }
    }
    visit(.function(function))
    leave()
  }

  private mutating func readOperatorSet(_ field: ProtobufField) throws(ParseError) {
    let offset = field.offset
    let end = try enter(field)
    var domain = ""
    while let field = try reader.next(until: end) {
      if field.number == 1 { domain = try string(field, "domain") } else { try reader.skip(field) }
    }
    visit(.domain(domain, offset: offset))
    leave()
  }

  private mutating func readEntry(_ field: ProtobufField) throws(ParseError) -> Onnx.Metadata {
    var entry = Onnx.Metadata(offset: field.offset)
    let end = try enter(field)
    while let field = try reader.next(until: end) {
      switch field.number {
      case 1: entry.key = try text(field, "key of an entry")
      case 2: entry.value = try text(field, "value of an entry")
      default: try reader.skip(field)
      }
    }
    leave()
    return entry
  }

  private mutating func readMetadata(_ field: ProtobufField) throws(ParseError) {
    visit(.metadata(try readEntry(field)))
  }

  private mutating func readTensor(_ field: ProtobufField) throws(ParseError) {
    let end = try enter(field)
    var tensor = Onnx.Tensor(offset: field.offset)
    while let field = try reader.next(until: end) {
      switch field.number {
      case 1: try readLengths(field, into: &tensor)
      case 2: tensor.type = field.integer ?? 0
      case 9:
        guard let range = field.range else {
          throw ParseError(.malformed, at: field.offset, "data of a tensor")
        }
        tensor.rawCount = range.count
        tensor.rawPrefix = try reader.readPrefix(range, count: Self.prefixCount)
      case 13:
        let entry = try readEntry(field)
        guard tensor.external.count < 64 else {
          throw ParseError(.limit, at: field.offset, "more than 64 entries of external data")
        }
        tensor.external.append((entry.key, entry.value))
      case 14: tensor.isExternal = field.integer == 1
      default: try reader.skip(field)
      }
    }
    visit(.tensor(tensor))
    leave()
  }

  /// Lengths stand one by one, or packed.
  private mutating func readLengths(
    _ field: ProtobufField, into tensor: inout Onnx.Tensor
  ) throws(ParseError) {
    if let number = field.integer {
      tensor.lengths.append(Int64(bitPattern: number))
    } else if let range = field.range {
      while reader.offset < range.upperBound {
        tensor.lengths.append(Int64(bitPattern: try reader.readVarint(range.upperBound)))
        guard tensor.lengths.count <= 1024 else { break }
      }
    }
    guard tensor.lengths.count <= 1024 else {
      throw ParseError(.limit, at: field.offset, "tensor of more than 1024 dimensions")
    }
  }
}
