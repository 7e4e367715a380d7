import Findings
import TestSupport
import Testing

/// TensorFlow's graphs and models: every operator, every path, and what hides in constants and functions.
@Suite struct TensorFlowTests {
  private typealias Builder = TensorFlowBuilder

  private static func changed(_ change: (inout Builder) -> Void) -> [UInt8] {
    var builder = Builder()
    change(&builder)
    return builder.build()
  }

  private static func nodes(_ nodes: [UInt8]...) -> [UInt8] { changed { $0.nodes += nodes } }

  /// A saver as TensorFlow 1 writes it: a name with a default, joined with the name of a part.
  private static func saver(
    _ operation: String, constant: String = "model", part: String = "_temp_0123/part"
  ) -> [UInt8] {
    changed { builder in
      builder.nodes += [
        Builder.constant("save/filename/input", constant),
        Builder.node("save/filename", "PlaceholderWithDefault", inputs: ["save/filename/input"]),
        Builder.node("save/Const", "PlaceholderWithDefault", inputs: ["save/filename"]),
        Builder.constant("save/StringJoin/inputs_1", part),
        Builder.node("save/StringJoin", "StringJoin", inputs: ["save/Const", "save/StringJoin/inputs_1"]),
        Builder.node("save/op", operation, inputs: ["save/StringJoin:0", "save/Const", "^save/Assign"]),
      ]
      builder.more = Builder.saver("save/Const:0")
    }
  }

  /// A saver as TensorFlow 2 writes it: a function that is given the name.
  private static func traced(
    _ name: [UInt8], input: String, function: String = "__inference__traced_save_7"
  )
    -> [UInt8]
  {
    changed { builder in
      builder.nodes += [
        name,
        Builder.node(
          "call", "StatefulPartitionedCall", inputs: [input, "x"],
          attributes: [Builder.attribute("f", function: function)]),
      ]
      builder.functions = [
        Builder.function(
          function, arguments: ["file_prefix", "value"],
          [
            Builder.node("ShardedFilename", "ShardedFilename", inputs: ["file_prefix"]),
            Builder.node("SaveV2", "SaveV2", inputs: ["ShardedFilename:filename:0", "value"]),
          ])
      ]
      builder.more = Builder.saver("saver_filename:0")
    }
  }

  /// A table whose words are in an asset.
  private static func table(_ asset: [UInt8], filename: String, tensor: String = "asset:0") -> [UInt8] {
    changed { builder in
      builder.nodes += [
        asset, Builder.node("table", "HashTableV2"),
        Builder.node("init", "InitializeTableFromTextFileV2", inputs: ["table", "asset"]),
      ]
      builder.more = Builder.asset(tensor, filename)
    }
  }

  /// A table that a function fills, which the loader gives what `object` is.
  private static func captured(_ object: [UInt8]) -> [UInt8] {
    let name = "__inference__initializer_3"
    return changed { builder in
      builder.nodes.append(Builder.constant("c", "/etc/passwd"))
      builder.functions = [
        Builder.function(
          name, arguments: ["path", "table"],
          [Builder.node("init", "InitializeTableFromTextFileV2", inputs: ["table", "path"])])
      ]
      builder.more = Protobuf.bytes(
        7,
        Protobuf.bytes(1, object) + Protobuf.bytes(1, Protobuf.bytes(10, []))
          + Protobuf.bytes(2, Protobuf.text(1, name) + Protobuf.bytes(2, Protobuf.bytes(2, [0, 1]))))
    }
  }

  /// A table whose path goes through a variable.
  private static func variable(_ value: [UInt8], _ more: [UInt8]...) -> [UInt8] {
    changed { builder in
      builder.nodes += [
        value, Builder.node("v", "VarHandleOp"),
        Builder.node("a", "AssignVariableOp", inputs: ["v", "asset"]),
        Builder.node("r", "ReadVariableOp", inputs: ["v", "^a"]), Builder.node("table", "HashTableV2"),
        Builder.node("init", "InitializeTableFromTextFileV2", inputs: ["table", "r"]),
      ]
      builder.nodes += more
      builder.more = Builder.asset("asset:0", "vocab.txt")
    }
  }

  static let honest: [(String, [UInt8])] = [
    ("a table of a captured asset", captured(Protobuf.bytes(5, []))),
    ("a table of an asset in a variable", variable(Builder.node("asset", "Placeholder"))),
    ("a model", Builder().build()), ("a graph", Builder().graph()),
    ("a training's graph", Builder().metaGraph()),
    ("a saver of 1", saver("SaveV2")), ("its other half", saver("RestoreV2")),
    ("its merge", saver("MergeV2Checkpoints")),
    ("a saver of 2", traced(Builder.node("saver_filename", "Placeholder"), input: "saver_filename")),
    ("a table of an asset", table(Builder.node("asset", "Placeholder"), filename: "vocab.txt")),
    (
      "a table of an old asset",
      table(Builder.constant("asset", "/home/author/vocab.txt"), filename: "vocab.txt")
    ),
    (
      "words to the terminal",
      nodes(
        Builder.node(
          "p", "PrintV2", inputs: ["x"], attributes: [Builder.attribute("output_stream", text: "stderr")]))
    ),
    ("words to the terminal, as by default", nodes(Builder.node("p", "PrintV2", inputs: ["x"]))),
    (
      "a cache in memory",
      nodes(Builder.constant("c", ""), Builder.node("d", "CacheDataset", inputs: ["x", "c"]))
    ),
    (
      "a function by its name",
      changed {
        $0.nodes.append(Builder.node("call", "__forward_1", inputs: ["x"]))
        $0.functions = [
          Builder.function("__forward_1", arguments: ["a"], [Builder.node("r", "Relu", inputs: ["a"])])
        ]
      }
    ),
    (
      "a description in the process",
      nodes(
        Builder.node(
          "d", "DecodeProtoV2", inputs: ["x"],
          attributes: [Builder.attribute("descriptor_source", text: "local://")]))
    ),
    ("words", nodes(Builder.constant("w", ["the", "of", "and", "cathedral"].map { Array($0.utf8) }))),
    ("words in one run", nodes(Builder.constant("w", ["the", "of"].map { Array($0.utf8) }, packed: true))),
  ]

  @Test(arguments: honest) func `what TensorFlow writes is allowed`(_ name: String, _ bytes: [UInt8]) {
    let report = Examination.report(bytes)
    #expect(report.verdict == .allow, "\(name): \(report.summary)")
    #expect(report.formats == ["tensorflow"])
  }

  private static let write = Builder.node("w", "WriteFile", inputs: ["x", "y"])
  private static let hidden = changed { $0.nodes = [write] }

  /// Every place of a model where a graph runs from.
  static let places: [JudgedSample] =
    [
      ("a model", hidden),
      ("a graph", Builder().graph() + Protobuf.bytes(1, write)),
      ("a training's graph", Protobuf.bytes(2, Protobuf.bytes(1, write))),
      (
        "a second graph", Builder().build() + Protobuf.bytes(2, Protobuf.bytes(2, Protobuf.bytes(1, write)))
      ),
      (
        "a graph given twice",
        Builder().build() + Protobuf.bytes(2, Protobuf.bytes(2, Protobuf.bytes(1, write)))
      ),
      ("a function", changed { $0.functions = [Builder.function("f", arguments: [], [write])] }),
      (
        "a function that nobody calls",
        changed { $0.functions = [Builder.function("__inference__unused_1", arguments: ["a"], [write])] }
      ),
      ("a constant", nodes(Builder.constant("c", [Protobuf.bytes(1, write)]))),
      ("a constant in one run", nodes(Builder.constant("c", [Protobuf.bytes(1, write)], packed: true))),
      (
        "an attribute",
        nodes(Builder.node("d", "NoOp", attributes: [Builder.attribute("a", Protobuf.bytes(2, hidden))]))
      ),
      ("behind an unknown field", Protobuf.bytes(99, [1, 2]) + hidden),
    ].map { JudgedSample($0.0, $0.1, "tensorflow.dangerous-operator", .deny) }

  static let operators: [JudgedSample] =
    [
      "PyFunc", "PyFuncStateless", "EagerPyFunc", "WriteFile", "ReadFile", "LoadLibrary", "RemoteCall",
      "Abort",
      "DataServiceDatasetV4", "SaveDatasetV2", "SnapshotDatasetV2", "DatasetToTFRecord", "RpcClient",
    ].map { JudgedSample($0, nodes(Builder.node("n", $0)), "tensorflow.dangerous-operator", .deny) }
    + [
      "SaveV2", "RestoreV2", "MergeV2Checkpoints", "MatchingFiles", "TextLineDataset", "TFRecordDataset",
      "InitializeTableFromTextFileV2", "CreateSummaryFileWriter", "ImportEvent", "DebugIdentityV2",
      "PrintV2",
      "DatasetFromGraph", "DeserializeIterator", "CollectiveReduceV2", "XlaCustomCall", "XlaCallModule",
      "WholeFileReaderV2", "RecordInput", "Send", "TRTEngineOp",
    ].map { JudgedSample($0, nodes(Builder.node("n", $0)), "tensorflow.reaching-operator", .review) }
    + ["MyOwnOp", "TFText>Sentencepiece", "Addons>Op"].map {
      JudgedSample($0, nodes(Builder.node("n", $0)), "tensorflow.unknown-operator", .review)
    }

  /// A saver takes the name of its caller, and nothing of the graph's own besides the names of its parts.
  static let savers: [JudgedSample] = [
    JudgedSample(
      "a path behind nothing", saver("Save", constant: "", part: "/root/.bashrc"),
      "tensorflow.reaching-operator", .review),
    JudgedSample(
      "a name that climbs in pieces", saver("Save", constant: ".", part: "./x"),
      "tensorflow.reaching-operator", .review),
    JudgedSample(
      "a name of its own", saver("Save", constant: "setup.py"), "tensorflow.reaching-operator", .review),
    JudgedSample(
      "a folder of its own", saver("SaveV2", part: "_temp_x/../part"), "tensorflow.outside-path", .deny),
  ]

  @Test(arguments: savers) func `a saver writes where its caller says`(_ sample: JudgedSample) {
    sample.check()
  }

  static let paths: [JudgedSample] =
    [
      ("a saver with a name of its own", saver("SaveV2", constant: "/root/.bashrc")),
      ("a saver that climbs", saver("RestoreV2", constant: "../../secret")),
      (
        "a saver's function with a name of its own",
        traced(Builder.constant("saver_filename", "/etc/cron.d/x"), input: "saver_filename")
      ),
      ("an asset elsewhere", table(Builder.node("asset", "Placeholder"), filename: "../../etc/passwd")),
      ("an absolute asset", table(Builder.node("asset", "Placeholder"), filename: "/etc/passwd")),
      (
        "a table of no asset",
        table(Builder.constant("asset", "/etc/passwd"), filename: "vocab.txt", tensor: "other:0")
      ),
      ("a table of a captured constant", captured(Protobuf.bytes(9, Protobuf.text(1, "c")))),
      (
        "a table of a variable that is assigned twice",
        variable(
          Builder.node("asset", "Placeholder"), Builder.constant("other", "/etc/passwd"),
          Builder.node("b", "AssignVariableOp", inputs: ["v", "other"]))
      ),
      (
        "a file read",
        nodes(Builder.constant("c", "/etc/passwd"), Builder.node("r", "ReadFile", inputs: ["c"]))
      ),
      (
        "lines of a file",
        nodes(
          Builder.constant("c", "file:///etc/passwd"), Builder.node("r", "TextLineDataset", inputs: ["c"]))
      ),
      (
        "words to a file",
        nodes(
          Builder.node(
            "p", "PrintV2", inputs: ["x"],
            attributes: [Builder.attribute("output_stream", text: "file:///root/x")]))
      ),
      (
        "a description elsewhere",
        nodes(
          Builder.node(
            "d", "DecodeProtoV2", attributes: [Builder.attribute("descriptor_source", text: "/etc/x")]))
      ),
      (
        "records elsewhere",
        nodes(
          Builder.constant("c", "/var/www"),
          Builder.node("r", "CreateSummaryFileWriter", inputs: ["x", "c"]))
      ),
    ].map { JudgedSample($0.0, $0.1, "tensorflow.outside-path", .deny) }
    + [
      (
        "a path from a caller", nodes(Builder.node("s", "SaveV2", inputs: ["x"]))
      ),
      (
        "a file of a caller", nodes(Builder.node("r", "ReadFile", inputs: ["x"]))
      ),
      (
        "a computed path",
        nodes(
          Builder.node("c", "RegexReplace", inputs: ["x"]), Builder.node("s", "RestoreV2", inputs: ["c"]))
      ),
      (
        "a cache in a file",
        nodes(Builder.constant("c", "cache"), Builder.node("d", "CacheDataset", inputs: ["x", "c"]))
      ),
    ].map { JudgedSample($0.0, $0.1, "tensorflow.reaching-operator", .review) }

  static let others: [JudgedSample] = [
    JudgedSample(
      "an address",
      nodes(
        Builder.node(
          "d", "DebugIdentityV2", attributes: [Builder.attribute("debug_urls", text: "grpc://host:1")])),
      "tensorflow.dangerous-operator", .deny),
    JudgedSample(
      "a pickle in a constant",
      nodes(Builder.constant("c", [pickle([.proto(2)] + TorchBuilder.hostileCall + [.stop])])),
      "pickle.dangerous-call", .deny),
    JudgedSample(
      "a graph in a constant", nodes(Builder.constant("c", [Builder().graph()])), "tensorflow.nested-graph",
      .review),
    JudgedSample(
      "an object in a constant",
      nodes(
        Builder.node(
          "c", "Const",
          attributes: [
            Builder.attribute("value", Protobuf.bytes(8, Protobuf.bytes(15, Protobuf.text(1, "T"))))
          ])),
      "tensorflow.variant-constant", .review),
    JudgedSample(
      "a field of no version", Builder().build() + Protobuf.bytes(77, [1, 2, 3]),
      "tensorflow.unknown-field", .review),
    JudgedSample(
      "a field of another kind", Builder().build() + Protobuf.bytes(1, [1, 2, 3]),
      "tensorflow.unknown-field", .review),
  ]

  @Test(arguments: places + operators + paths + others)
  func `what reaches outside is not allowed`(_ sample: JudgedSample) { sample.check() }

  @Test func `a lone graph may name its author's data, and write nothing elsewhere`() {
    let lines = [Builder.constant("c", "/data/a.csv"), Builder.node("r", "TextLineDataset", inputs: ["c"])]
    let records = [
      Builder.constant("c", "/var/www"), Builder.node("r", "CreateSummaryFileWriter", inputs: ["x", "c"]),
    ]
    let file = [Builder.constant("c", "/etc/passwd"), Builder.node("r", "ReadFile", inputs: ["c"])]
    for (nodes, verdict) in [(lines, Verdict.review), (records, .deny), (file, .deny)] {
      var builder = Builder()
      builder.nodes += nodes
      let report = Examination.report(builder.graph())
      #expect(report.verdict == verdict, "\(report.summary)")
      #expect(Examination.report(builder.build()).verdict == .deny)
    }
  }

  @Test func `an operator behind thousands of functions is not overlooked`() {
    var builder = TensorFlowBuilder()
    for number in 0..<5000 {
      builder.functions.append(
        TensorFlowBuilder.function("f\(number)", arguments: [], [TensorFlowBuilder.node("n", "NoOp")]))
      builder.nodes.append(TensorFlowBuilder.node("c\(number)", "f\(number)"))
    }
    #expect(Examination.report(builder.build()).verdict != .deny)
    builder.nodes.append(TensorFlowBuilder.node("z", "Unheard"))
    let report = Examination.report(builder.build())
    #expect(report.verdict > .allow, "\(report.summary)")
  }

  @Test func `what was found before damage stays`() {
    let report = Examination.report(Array((Self.hidden + [0x12]).dropLast(1) + [0x12, 0x7F, 0x01]))
    #expect(report.verdict == .deny, "\(report.summary)")
    #expect(!report.coverage.gaps.isEmpty)
  }

  @Test func `messages inside messages without end are incomplete`() {
    var type = Protobuf.number(1, 1)
    for _ in 0..<120 { type = Protobuf.bytes(2, type) }
    let report = Examination.report(Self.nodes(Builder.node("n", "Relu") + Protobuf.bytes(7, type)))
    #expect(report.verdict == .incomplete, "\(report.summary)")
  }

  @Test func `damage is borne`() {
    let sample = Self.nodes(Builder.constant("c", "words"))
    Damage.bear(sample)
    Damage.refuseTails(after: sample)
    // The length of the outermost message.
    Damage.refuseExtremes(of: sample, at: 3, width: 1)
    Damage.refuseTruncations(of: sample, from: 3)
  }

  // MARK: Text

  private static func text(_ nodes: String) -> [UInt8] {
    Array("# A comment.\nsaved_model_schema_version: 1\nmeta_graphs { graph_def { \(nodes) } }\n".utf8)
  }

  @Test func `a model as text is judged as its bytes are`() {
    let honest = [
      Self.text("node { name: 'x' op: \"Placeholder\" attr { key: 'dtype' value { type: DT_FLOAT } } }"),
      Array(
        "node <\n  name: \"x\"\n  op: \"Relu\"\n>\nversions { producer: 27 bad_consumers: [1, 2] }\n".utf8),
      Array("meta_info_def { tags: \"train\" }\ngraph_def { node { name: \"a\" op: \"NoOp\" } }\n".utf8),
      Array("model_checkpoint_path: \"model-1\"\nall_model_checkpoint_paths: \"model-1\"\n".utf8),
    ]
    for bytes in honest {
      let report = Examination.report(bytes)
      #expect(report.verdict == .allow, "\(report.summary)")
      #expect(report.formats.contains("tensorflow-text"))
    }
  }

  static let texts: [JudgedSample] = [
    JudgedSample(
      "blanks that Python's reader knows",
      Array(
        (String(repeating: "# words\n", count: 40)
          + "\u{A0}node\u{1F}\u{2003}{ name: 'n'\u{85}op: 'PyFunc' }").utf8),
      "tensorflow.dangerous-operator", .deny),
    JudgedSample(
      "a name that the first bytes cut",
      Array("#\(String(repeating: " ", count: 4091))\nnode { name: 'n' op: 'PyFunc' }".utf8),
      "tensorflow.dangerous-operator", .deny),
    JudgedSample(
      "comments longer than any",
      Array((String(repeating: "# words\n", count: 200_000) + "node { name: 'n' op: 'PyFunc' }").utf8),
      "tensorflow.dangerous-operator", .deny),
    JudgedSample(
      "a file mapped by an attribute", text("node { name: 'n' op: 'ImmutableConst' }"),
      "tensorflow.dangerous-operator", .deny),
    JudgedSample("Python", text("node { name: 'n' op: 'PyFunc' }"), "tensorflow.dangerous-operator", .deny),
    JudgedSample(
      "Python in escapes", text("node { name: 'n' op: 'Py' 'F\\165nc' }"), "tensorflow.dangerous-operator",
      .deny),
    JudgedSample(
      "a graph", Array("versions { producer: 1 } node: { op: \"WriteFile\" name: \"w\" }".utf8),
      "tensorflow.dangerous-operator", .deny),
    JudgedSample(
      "a checkpoint elsewhere", Array("model_checkpoint_path: \"../../x\"\n".utf8),
      "tensorflow.checkpoint-entry",
      .review),
  ]

  @Test(arguments: texts) func `a hostile model as text is not allowed`(_ sample: JudgedSample) {
    sample.check()
  }

  @Test func `a text that is not wholly understood is incomplete`() {
    for text in [
      "node { name: 'n' op: 'Relu' extra: 1 }", "node { name: 'n' op: 'Relu' ",
      "node { name: 'n op: 'Relu' }",
      "node { [type.googleapis.com/a.B] { } }",
    ] {
      #expect(Examination.report(Self.text(text)).verdict == .incomplete, "\(text)")
    }
  }

  // MARK: Keras

  private static func keras(_ json: String) -> [UInt8] {
    Protobuf.bytes(
      1,
      Protobuf.number(2, 1) + Protobuf.text(3, "root") + Protobuf.text(4, "_tf_keras_layer")
        + Protobuf.text(5, json))
  }

  @Test func `what Keras keeps beside a model is judged as its documents are`() {
    let honest = Self.keras("{\"class_name\": \"Dense\", \"config\": {\"units\": 1}}")
    #expect(Examination.report(honest).verdict == .allow, "\(Examination.report(honest).summary)")
    let code = Self.keras("{\"class_name\": \"Lambda\", \"config\": {\"function\": 1}}")
    #expect(Examination.report(code).verdict >= .review)
    #expect(Examination.report(Self.keras("{\"class_name\": ")).verdict == .incomplete)
  }
}
