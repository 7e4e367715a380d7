import ByteParsing

// Nodes, functions and tensors.
extension GraphReader {
  /// Inputs of a node, functions and texts of its attributes that are kept.
  private static let listLimit = 1 << 20
  private static let keptTexts = 16
  private static let keptBytes = 4096

  mutating func readNode(_ message: Int, until end: Int) throws(ParseError) {
    var node = TensorFlowGraph.Node(offset: reader.offset)
    while let next = try next(of: message, until: end) {
      switch next.known.name {
      case "name": node.name = try text(next.field)
      case "op": node.operation = try text(next.field)
      case "input":
        guard node.inputs.count < Self.listLimit else {
          throw ParseError(.limit, at: next.field.offset, "inputs of a node")
        }
        node.inputs.append(try text(next.field))
      case "attr": try readAttribute(next, of: &node)
      default: try readOther(next)
      }
    }
    visit(.node(node))
  }

  /// An entry of the attributes: a name and a value. The value may stand before the name.
  private mutating func readAttribute(
    _ entry: Field, of node: inout TensorFlowGraph.Node
  ) throws(ParseError) {
    guard case .message(let message) = entry.known.kind else { return try reader.skip(entry.field) }
    let end = try enter(entry.field)
    let first = node.texts.count
    var key = ""
    while let next = try next(of: message, until: end) {
      if next.known.name == "key" { key = try text(next.field) } else { try readValue(next, into: &node) }
    }
    for index in first..<node.texts.count { node.texts[index].attribute = key }
    leave()
  }

  /// A value, or a list of values.
  private mutating func readValue(
    _ value: Field, into node: inout TensorFlowGraph.Node
  ) throws(ParseError) {
    guard case .message(let message) = value.known.kind else { return try reader.skip(value.field) }
    let end = try enter(value.field)
    while let next = try next(of: message, until: end) {
      switch next.known.name {
      case "s": try take(next.field, into: &node)
      case "list": try readValue(next, into: &node)
      case "func": try readFunctionName(next, into: &node)
      case "tensor":
        guard case .message(let tensor) = next.known.kind else { continue }
        let end = try enter(next.field)
        try readTensor(tensor, until: end, into: &node)
        leave()
      default: try readOther(next)
      }
    }
    leave()
  }

  /// A function, and the attributes that it is given, which may name others.
  private mutating func readFunctionName(
    _ value: Field, into node: inout TensorFlowGraph.Node
  ) throws(ParseError) {
    guard case .message(let message) = value.known.kind else { return try reader.skip(value.field) }
    let end = try enter(value.field)
    while let next = try next(of: message, until: end) {
      if next.known.name == "name" {
        guard node.functions.count < Self.listLimit else {
          throw ParseError(.limit, at: next.field.offset, "functions of a node")
        }
        node.functions.append(try text(next.field))
      } else {
        try readAttribute(next, of: &node)
      }
    }
    leave()
  }

  mutating func readFunction(_ message: Int, until end: Int) throws(ParseError) {
    visit(.enterFunction)
    while let next = try next(of: message, until: end) {
      if next.known.name == "signature" { try readSignature(next) } else { try readOther(next) }
    }
    visit(.leaveFunction)
  }

  private mutating func readSignature(_ signature: Field) throws(ParseError) {
    guard case .message(let message) = signature.known.kind else { return try reader.skip(signature.field) }
    let end = try enter(signature.field)
    var name = ""
    var arguments: [String] = []
    while let next = try next(of: message, until: end) {
      switch next.known.name {
      case "name": name = try text(next.field)
      case "input_arg":
        guard arguments.count < Self.listLimit, case .message(let argument) = next.known.kind else {
          throw ParseError(.limit, at: next.field.offset, "arguments of a function")
        }
        let end = try enter(next.field)
        var argumentName = ""
        while let next = try self.next(of: argument, until: end) {
          if next.known.name == "name" { argumentName = try text(next.field) } else { try readOther(next) }
        }
        arguments.append(argumentName)
        leave()
      default: try readOther(next)
      }
    }
    visit(.signature(name, arguments: arguments))
    leave()
  }

  // MARK: Tensors

  mutating func readTensor(_ message: Int, until end: Int) throws(ParseError) {
    var node = TensorFlowGraph.Node(offset: reader.offset)
    try readTensor(message, until: end, into: &node)
  }

  private static let stringType: UInt64 = 7

  /// Shows the strings of a tensor, and keeps short ones with the node.
  private mutating func readTensor(
    _ message: Int, until end: Int, into node: inout TensorFlowGraph.Node
  ) throws(ParseError) {
    var type: UInt64 = 0
    var content: Range<Int>?
    while let next = try next(of: message, until: end) {
      switch next.known.name {
      case "dtype": type = next.field.integer ?? 0
      case "tensor_content":
        content = next.field.range
        try reader.skip(next.field)
      case "string_val": try take(next.field, into: &node)
      case "variant_val", "resource_handle_val":
        visit(.variant(next.known.name, offset: next.field.offset))
        try readOther(next)
      default: try readOther(next)
      }
    }
    if type == Self.stringType, let content { try readPacked(content, into: &node) }
  }

  private mutating func take(
    _ field: ProtobufField, into node: inout TensorFlowGraph.Node
  ) throws(ParseError) {
    guard let range = field.range else { return }
    try show(range)
    if node.texts.count < Self.keptTexts, range.count <= Self.keptBytes {
      let bytes = try reader.read(field, limit: Self.keptBytes, "string of a node")
      node.texts.append(("", bytes))
    } else {
      node.hasMore = true
      try reader.skip(field)
    }
  }

  private mutating func show(_ range: Range<Int>) throws(ParseError) {
    strings += 1
    guard strings <= Self.stringLimit else {
      throw ParseError(.limit, at: range.lowerBound, "more than \(Self.stringLimit) strings")
    }
    visit(.string(range))
  }

  /// Strings in one run of bytes: first the lengths of all, then all bytes (`Tensor::FromProto`, `DecodeStringList`). How many
  /// there are only the shape says, so as many lengths are taken as fit with what follows them.
  private mutating func readPacked(
    _ content: Range<Int>, into node: inout TensorFlowGraph.Node
  ) throws(ParseError) {
    var lengths = ProtobufReader(input, at: content.lowerBound)
    var total = 0
    var counts: [Int] = []
    while lengths.offset < content.upperBound, total != content.upperBound - lengths.offset {
      let length = try lengths.readVarint(content.upperBound)
      guard length <= UInt64(content.count), counts.count < Self.listLimit else {
        throw ParseError(.malformed, at: content.lowerBound, "strings of a tensor")
      }
      counts.append(Int(length))
      total += Int(length)
      guard total <= content.upperBound - lengths.offset else {
        throw ParseError(.malformed, at: content.lowerBound, "strings of a tensor")
      }
    }
    var start = lengths.offset
    for count in counts {
      try show(start..<start + count)
      if node.texts.count < Self.keptTexts, count <= Self.keptBytes {
        node.texts.append(("", try input.bytes(at: start, count: count, "string of a tensor")))
      } else {
        node.hasMore = true
      }
      start += count
    }
  }
}
