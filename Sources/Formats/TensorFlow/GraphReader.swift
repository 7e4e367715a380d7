package import ByteParsing

/// Reads a graph, a model or Keras's metadata, and gives everything that matters to `visit`, in the order of the file.
/// Strings of tensors are shown by their place and numbers are skipped, so memory does not grow with the constants.
package struct GraphReader {
  typealias Field = (known: ProtobufSchema.Field, field: ProtobufField)

  var reader: ProtobufReader
  let input: Input
  let visit: (TensorFlowGraph.Event) -> Void
  private var depth = 0
  /// Strings that were shown; a constant can have millions.
  var strings = 0

  /// Messages inside each other, as protobuf's own readers allow.
  private static let depthLimit = 100
  static let textLimit = 1 << 20
  static let stringLimit = 16 << 20

  private init(_ input: Input, _ visit: @escaping (TensorFlowGraph.Event) -> Void) {
    reader = ProtobufReader(input)
    self.input = input
    self.visit = visit
  }

  /// - Throws: `.malformed`, `.truncated`, and `.limit` for messages nested too deep, a name that is too long, or too many
  ///   strings. What was read until then has been given to `visit`.
  package static func read(
    _ input: Input, as file: TensorFlowFile, _ visit: @escaping (TensorFlowGraph.Event) -> Void
  ) throws(ParseError) {
    try read(input, as: file.rawValue, visit)
  }

  /// - Parameter name: of a message of the schema.
  /// - Throws: as above.
  package static func read(
    _ input: Input, as name: String, _ visit: @escaping (TensorFlowGraph.Event) -> Void
  ) throws(ParseError) {
    var reader = GraphReader(input, visit)
    guard let message = TensorFlowSchema.table.number(of: name) else {
      throw ParseError(.unsupported, at: 0, "\(name)")
    }
    try reader.read(message, until: input.count)
  }

  // MARK: Any message

  /// The next field of a message that its schema has; others are shown and skipped.
  mutating func next(of message: Int, until end: Int) throws(ParseError) -> Field? {
    while let field = try reader.next(until: end) {
      let schema = TensorFlowSchema.table.messages[message]
      if let known = schema.field(field.number), known.accepts(field) { return (known, field) }
      visit(.unknownField(field.number, of: schema.name, offset: field.offset))
      try reader.skip(field)
    }
    return nil
  }

  /// Enters a message.
  ///
  /// - Returns: where it ends.
  mutating func enter(_ field: ProtobufField) throws(ParseError) -> Int {
    guard let range = field.range else {
      throw ParseError(.malformed, at: field.offset, "TensorFlow message that is a number")
    }
    depth += 1
    guard depth <= Self.depthLimit else {
      throw ParseError(
        .limit, at: field.offset, "TensorFlow messages nested deeper than \(Self.depthLimit)")
    }
    return range.upperBound
  }

  mutating func leave() { depth -= 1 }

  mutating func text(_ field: ProtobufField) throws(ParseError) -> String {
    String(
      decoding: try reader.read(field, limit: Self.textLimit, "name in a TensorFlow message"), as: UTF8.self
    )
  }

  /// Reads a field as whatever it is; messages that no rule asks about are checked against the schema.
  mutating func readOther(_ next: Field) throws(ParseError) {
    guard case .message(let message) = next.known.kind else { return try reader.skip(next.field) }
    let end = try enter(next.field)
    try read(message, until: end)
    leave()
  }

  private mutating func read(_ message: Int, until end: Int) throws(ParseError) {
    switch message {
    case Names.graph:
      visit(.enterGraph)
      try readOthers(message, until: end)
      visit(.leaveGraph)
    case Names.node: try readNode(message, until: end)
    case Names.function: try readFunction(message, until: end)
    case Names.tensor: try readTensor(message, until: end)
    case Names.assetFile: try readAsset(message, until: end)
    case Names.saver: try readSaver(message, until: end)
    case Names.any: try readAny(message, until: end)
    case Names.object: try readObject(message, until: end)
    case Names.concreteFunction: try readConcreteFunction(message, until: end)
    case Names.userObject, Names.kerasObject: try readMetadata(message, until: end)
    default: try readOthers(message, until: end)
    }
  }

  mutating func readOthers(_ message: Int, until end: Int) throws(ParseError) {
    while let next = try next(of: message, until: end) { try readOther(next) }
  }

  /// Messages that are read for more than their schema.
  private enum Names {
    private static func number(_ name: String) -> Int { TensorFlowSchema.table.number(of: name) ?? -1 }

    static let graph = number("GraphDef")
    static let node = number("NodeDef")
    static let function = number("FunctionDef")
    static let tensor = number("TensorProto")
    static let assetFile = number("AssetFileDef")
    static let saver = number("SaverDef")
    static let any = number("Any")
    static let object = number("SavedObject")
    static let concreteFunction = number("Map_text_SavedConcreteFunction")
    static let userObject = number("SavedUserObject")
    static let kerasObject = number("KerasObject")
  }
}
