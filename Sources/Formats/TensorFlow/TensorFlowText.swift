package import ByteParsing

/// TensorFlow's messages as text: `saved_model.pbtxt`, `graph.pbtxt`, and the file `checkpoint`.
package enum TensorFlowText: String, CaseIterable, Sendable {
  case savedModel = "SavedModel"
  case metaGraph = "MetaGraphDef"
  case graph = "GraphDef"
  case checkpointState = "CheckpointState"

  /// Bytes of a text that are read.
  package static let byteLimit = 64 << 20

  /// What the same message is as bytes; nil for the state of checkpoints, which is only text.
  package var file: TensorFlowFile? { TensorFlowFile(rawValue: rawValue) }

  /// Fields that the message cannot be without.
  private var essential: Set<String> {
    switch self {
    case .savedModel: ["meta_graphs"]
    case .metaGraph: ["graph_def"]
    case .graph: ["node", "library"]
    case .checkpointState: ["model_checkpoint_path", "all_model_checkpoint_paths"]
    }
  }

  private static let first: Set<String> = Set(
    allCases.flatMap { kind in
      TensorFlowSchema.table.number(of: kind.rawValue).map { TensorFlowSchema.table.messages[$0].fields }
        ?? []
    }.map(\.name))

  /// What the text is; nil for anything else. The first name decides whether the rest is looked at.
  package static func recognize(_ input: Input, head: [UInt8]) -> TensorFlowText? {
    var beginning = beginning(of: head)
    if beginning.isCut, input.count > head.count, let more = try? input.prefix(byteLimit) {
      beginning = Self.beginning(of: more)
    }
    guard let name = beginning.name, let text = try? input.prefix(byteLimit) else { return nil }
    var names: Set<String> = []
    var messages: Set<String> = []
    var lexer = ProtobufTextLexer(text)
    while let statement = lexer.nextStatement() {
      names.insert(statement.name)
      if statement.isMessage { messages.insert(statement.name) }
    }
    // What this reader does not understand another may: then any mention counts.
    let isBroken = !lexer.isAtEnd
    return allCases.first { kind in
      guard let number = TensorFlowSchema.table.number(of: kind.rawValue) else { return false }
      let fields = TensorFlowSchema.table.messages[number].fields
      let met = kind == .checkpointState ? names : messages
      return fields.contains { $0.name == name }
        && (!met.isDisjoint(with: kind.essential)
          || isBroken && ByteMarks(kind.essential.sorted()).first(in: text.span) != nil)
    }
  }

  /// The name of the first field, where there is one of these messages and a value may follow it; and whether the text ends before
  /// that is certain.
  private static func beginning(of text: [UInt8]) -> (name: String?, isCut: Bool) {
    var lexer = ProtobufTextLexer(text)
    lexer.skipSpace()
    let name = try? lexer.readName()
    lexer.skipSpace()
    guard let mark = lexer.peek() else { return (nil, true) }
    guard let name, first.contains(name), ":{<[".utf8.contains(mark) else { return (nil, false) }
    return (name, false)
  }

  /// Numbers of the types of tensors that readers ask for.
  private static let types: [String: UInt64] = [
    "DT_FLOAT": 1, "DT_DOUBLE": 2, "DT_INT32": 3, "DT_STRING": 7, "DT_INT64": 9, "DT_BOOL": 10,
    "DT_RESOURCE": 20,
    "DT_VARIANT": 21, "DT_STRING_REF": 107,
  ]

  /// The message as bytes.
  ///
  /// - Throws: `.malformed` for what the schema does not have, `.limit` for a text that is too long.
  package func encoded(_ input: Input) throws(ParseError) -> [UInt8] {
    guard input.count <= Self.byteLimit else {
      throw ParseError(.limit, at: 0, "protobuf text of \(input.count) bytes, limit \(Self.byteLimit)")
    }
    guard let message = TensorFlowSchema.table.number(of: rawValue) else {
      throw ParseError(.unsupported, at: 0, "\(rawValue)")
    }
    return try ProtobufText.encode(
      input.bytes(at: 0, count: input.count, "protobuf text"), as: message, of: TensorFlowSchema.table,
      enumerations: Self.types)
  }
}
