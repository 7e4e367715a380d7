import Findings
import TestSupport
import Testing

/// Files of skops: what the nodes of schema.json make the loader do.
@Suite struct SkopsTests {
  typealias Node = SkopsBuilder.Node

  private func expect(
    _ builder: SkopsBuilder, _ rule: String, _ verdict: Verdict,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let report = Examination.report(builder.build())
    #expect(report.rules.contains(rule), "\(report.summary)", sourceLocation: sourceLocation)
    #expect(report.verdict == verdict, "\(report.summary)", sourceLocation: sourceLocation)
  }

  private func expect(
    _ attribute: Node, _ rule: String, _ verdict: Verdict,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expect(SkopsBuilder(attribute: attribute), rule, verdict, sourceLocation: sourceLocation)
  }

  private func expectAllowed(_ attribute: Node, sourceLocation: SourceLocation = #_sourceLocation) {
    let report = Examination.report(SkopsBuilder(attribute: attribute).build())
    #expect(report.verdict == .allow, "\(report.summary)", sourceLocation: sourceLocation)
    #expect(report.formats.contains("skops"), sourceLocation: sourceLocation)
  }

  @Test func `an estimator of known parts is allowed`() {
    expectAllowed(
      .object(
        "sklearn.preprocessing._data", "StandardScaler",
        [("steps", .list([.tuple(.value("\"a\""), .value("1"))])), ("none", .value("null"))]))
  }

  // MARK: names

  @Test(arguments: [("os", "system"), ("builtins", "eval"), ("posix", "system")])
  func `a function that runs commands or evaluates text is denied`(name: (String, String)) {
    expect(.function(name.0, name.1), "skops.dangerous-name", .deny)
  }

  @Test func `a function that models hold is allowed`() { expectAllowed(.function("numpy", "log1p")) }

  @Test func `an object of a class that starts programs is denied`() {
    expect(.object("subprocess", "Popen", []), "skops.dangerous-name", .deny)
  }

  @Test func `a type that opens files is denied`() {
    expect(.type("builtins", "open"), "skops.dangerous-name", .deny)
  }

  @Test func `the older names of a function count as well`() {
    let node = Node(
      "FunctionNode", "numpy", "log1p",
      ("content", Node.object([("module_path", "\"os\""), ("function", "\"system\"")])))
    expect(node, "skops.dangerous-name", .deny)
    let honest = Node(
      "FunctionNode", "numpy", "log1p",
      ("content", Node.object([("module_path", "\"numpy\""), ("function", "\"log1p\"")])))
    expectAllowed(honest)
  }

  @Test func `a class on no list is for review`() {
    expect(.object("nobody.knows", "This", []), "skops.unknown-name", .review)
  }

  @Test func `a library's function that no model calls is denied when it is called`() {
    let node = Node(
      "ConstructorFromReduceNode", "copy", "deepcopy", ("content", Node.tuple(.value("1")).json))
    expect(node, "skops.unreviewed-library-call", .deny)
  }

  @Test func `a constructor over constants is allowed where that was reviewed`() {
    expectAllowed(
      Node(
        "ConstructorFromReduceNode", "datetime", "timedelta",
        ("content", Node.tuple(.value("1"), .value("2")).json)))
  }

  @Test func `a value that is called is for review`() {
    let node = Node("ListNode", "numpy", "log1p", ("content", "[]"))
    expect(node, "skops.unreviewed-use", .review)
  }

  @Test func `a state for a class that has none is for review`() {
    expect(.object("builtins", "int", [("a", .value("1"))]), "skops.unreviewed-use", .review)
  }

  // MARK: deceptions

  @Test func `a method of another class than the object's is denied`() {
    let object = Node.object("sklearn.preprocessing._data", "StandardScaler", [])
    let content = Node.object([("func", "\"transform\""), ("obj", object.json)])
    expect(
      Node("MethodNode", "sklearn.svm._classes", "SVC", ("content", content)), "skops.forged-node", .deny)
    expect(
      Node("MethodNode", "sklearn.preprocessing._data", "StandardScaler", ("content", content)),
      "skops.unreviewed-use", .review)
  }

  @Test func `a private method is denied`() {
    let object = Node.object("sklearn.preprocessing._data", "StandardScaler", [])
    let content = Node.object([("func", "\"__init__\""), ("obj", object.json)])
    expect(
      Node("MethodNode", "sklearn.preprocessing._data", "StandardScaler", ("content", content)),
      "skops.forged-node", .deny)
  }

  @Test func `a getter that says another module is denied`() {
    let attrs = ("attrs", Node.tuple(.value("\"coef_\"")).json)
    expect(Node("OperatorFuncNode", "numpy", "ndarray", attrs), "skops.forged-node", .deny)
    expect(Node("OperatorFuncNode", "operator", "call", attrs), "skops.forged-node", .deny)
    expectAllowed(Node("OperatorFuncNode", "operator", "attrgetter", attrs))
  }

  @Test func `a getter of private names is for review`() {
    let attrs = ("attrs", Node.tuple(.value("\"a.__class__\"")).json)
    expect(Node("OperatorFuncNode", "operator", "attrgetter", attrs), "skops.unreviewed-use", .review)
  }

  private func generator(_ name: String) -> Node {
    let state = Node.dictionary([("bit_generator", .value("\"\(name)\"")), ("has_uint32", .value("0"))])
    let seed = Node.dictionary([("entropy", .value("1"))])
    return Node(
      "RandomGeneratorNode", "numpy.random._generator", "Generator",
      ("content", Node.object([("bit_generator", state.json), ("seed_seq", seed.json)])))
  }

  @Test func `a generator that calls something else than a bit generator is denied`() {
    expect(generator("set_state"), "skops.forged-node", .deny)
    expectAllowed(generator("PCG64"))
  }

  @Test func `two objects of one identity are denied`() {
    let id = ("__id__", "7")
    let first = Node.value("1").with(id.0, id.1)
    expect(.list([first, Node.value("2").with(id.0, id.1)]), "skops.forged-node", .deny)
    expectAllowed(.list([first, first]))
  }

  @Test func `a shared generator whose state was asked for twice is allowed`() {
    func generator(_ state: String) -> Node {
      Node(
        "RandomStateNode", "numpy.random.mtrand", "RandomState",
        ("content", Node.dictionary([("pos", .value(state))]).json), ("__id__", "7"))
    }
    expectAllowed(.list([generator("1"), generator("2")]))
  }

  @Test func `identities that only Python takes for one are for review`() {
    expect(Node.value("1").with("__id__", "7.0"), "skops.malformed", .review)
  }

  @Test func `a method among the attributes is denied`() {
    let scaler = ("sklearn.preprocessing._data", "StandardScaler")
    expect(
      .object(scaler.0, scaler.1, [("__call__", .function("numpy", "log1p"))]), "skops.forged-node", .deny)
    expectAllowed(.object(scaler.0, scaler.1, [("__note__", .value("1"))]))
  }

  // MARK: what loaders call

  @Test func `keys made by a function are for review`() {
    let types = Node.list([.function("numpy", "log1p")])
    expect(.dictionary([("a", .value("1"))], keyTypes: types), "skops.unreviewed-use", .review)
    expectAllowed(.dictionary([("1", .value("1"))], keyTypes: .list([.type("numpy", "int64")])))
  }

  private func partial(_ function: Node) -> Node {
    let empty = Node.dictionary([]).json
    return Node(
      "PartialNode", "functools", "partial",
      (
        "content",
        Node.object([
          ("func", function.json), ("args", Node.tuple().json), ("kwds", empty), ("namespace", empty),
        ])
      ))
  }

  @Test func `a partial over a function that is safe with some arguments only is for review`() {
    expect(partial(.function("builtins", "getattr")), "skops.unreviewed-use", .review)
    expect(partial(.function("os", "system")), "skops.dangerous-name", .deny)
    expectAllowed(partial(.type("datetime", "timedelta")))
  }

  private func defaults(_ factory: Node) -> Node {
    Node(
      "DefaultDictNode", "collections", "defaultdict",
      ("content", Node.object([("main", Node.dictionary([]).json), ("default_factory", factory.json)])))
  }

  @Test func `missing values made by a known type are allowed`() {
    expectAllowed(defaults(.type("builtins", "list")))
    expectAllowed(defaults(.value("null")))
    expect(defaults(partial(.type("builtins", "list"))), "skops.unreviewed-use", .review)
  }

  @Test func `a loss function with its numbers is allowed`() {
    let node = Node(
      "LossNode", "sklearn.linear_model._sgd_fast", "Hinge",
      ("__reduce__", Node.object([("args", Node.tuple(.value("1.0")).json)])),
      ("content", Node.dictionary([]).json))
    expectAllowed(node)
  }

  // MARK: trees

  /// A tree whose nodes are a member: a root and two leaves.
  private func tree(left: Int64 = 1, feature: Int64 = 0, nodeCount: Int = 3) -> SkopsBuilder {
    let state = Node.dictionary([("node_count", .value("\(nodeCount)")), ("nodes", .array(file: "1.npy"))])
    var builder = SkopsBuilder(
      attribute: Node(
        "TreeNode", "sklearn.tree._tree", "Tree",
        ("__reduce__", Node.object([("args", Node.tuple(.value("2"), .value("1")).json)])),
        ("content", state.json)))
    let header =
      "{'descr': [('left_child', '<i8'), ('right_child', '<i8'), ('feature', '<i8')], "
      + "'fortran_order': False, 'shape': (3,), }"
    let text =
      Array(header.utf8) + Array(repeating: 0x20, count: 127 - (10 + header.utf8.count) % 64) + [0x0A]
    let rows: [[Int64]] = [[left, 2, feature], [-1, -1, -2], [-1, -1, -2]]
    let array: [UInt8] =
      [0x93] + Array("NUMPY".utf8) + [1, 0] + littleEndian(UInt16(text.count)) + text
      + rows.flatMap { $0.flatMap { littleEndian($0) } }
    builder.members = [ZIPBuilder.Member("1.npy", array)]
    return builder
  }

  @Test func `a tree whose links stay inside it is allowed`() {
    let report = Examination.report(tree().build())
    #expect(report.verdict == .allow, "\(report.summary)")
  }

  @Test func `a tree whose links lead out of it is denied`() {
    expect(tree(left: 3), "pickle.forged-native-state", .deny)
    expect(tree(left: 0), "pickle.forged-native-state", .deny)
    expect(tree(feature: 2), "pickle.forged-native-state", .deny)
    expect(tree(nodeCount: 4), "pickle.forged-native-state", .deny)
  }

  // MARK: damage

  @Test func `a loader that no version has is for review`() {
    expect(Node("EvalNode", "builtins", "str", ("content", "1")), "skops.unknown-loader", .review)
  }

  @Test func `what an unknown loader holds is judged all the same`() {
    expect(
      Node("EvalNode", "builtins", "str", ("content", "[\(Node.function("os", "system").json)]")),
      "skops.dangerous-name", .deny)
  }

  @Test(arguments: [
    Node.value("1").with("surprise", "1"), Node.value("1").with("content", "\"2\""),
    Node("JsonNode", "builtins", "str", ("content", "1")), Node("ListNode", "builtins", "list"),
    Node(
      "SliceNode", "builtins", "slice",
      ("content", Node.object([("start", "{}"), ("stop", "1"), ("step", "1")]))),
    Node("NdArrayNode", "numpy", "ndarray", ("type", "\"pickle\"")),
  ]) func `a node as no skops writes it is for review`(node: Node) {
    expect(node, "skops.malformed", .review)
  }

  @Test func `a protocol of the future is for review`() {
    var builder = SkopsBuilder(attribute: .value("1"))
    builder.protocolNumber = 3
    expect(builder, "skops.malformed", .review)
  }

  @Test func `data that are not there are a gap`() {
    expect(.array(file: "1.npy"), "skops.missing-member", .incomplete)
  }

  @Test func `a member that nothing refers to is for review`() {
    var builder = SkopsBuilder(attribute: .value("1"))
    builder.members = [ZIPBuilder.Member("1.pkl", pickle(.proto(2), .emptyDict, .stop))]
    expect(builder, "skops.unreferenced-member", .review)
  }

  @Test func `bytes that a node has are its data`() {
    var builder = SkopsBuilder(attribute: Node("BytesNode", "builtins", "bytes", ("file", "\"a.bin\"")))
    builder.members = [ZIPBuilder.Member("a.bin", [1, 2, 3])]
    #expect(Examination.report(builder.build()).verdict == .allow)
  }

  @Test func `a pickle where an array should be is examined`() {
    var builder = SkopsBuilder(attribute: .array(file: "1.npy"))
    builder.members = [ZIPBuilder.Member("1.npy", pickle([.proto(2)] + TorchBuilder.hostileCall + [.stop]))]
    #expect(Examination.report(builder.build()).verdict == .deny)
  }

  @Test func `a schema nested beyond the limit is a gap`() {
    var node = Node.value("1")
    for _ in 0..<110 { node = .list([node]) }
    let report = Examination.report(SkopsBuilder(attribute: node).build())
    #expect(report.verdict == .incomplete, "\(report.summary)")
  }

  @Test func `a schema that is cut is a gap`() {
    let schema = Array(SkopsBuilder(attribute: .value("1")).schema().dropLast(9))
    let report = Examination.report(ZIPBuilder([ZIPBuilder.Member("schema.json", schema)]).build())
    #expect(report.verdict == .incomplete, "\(report.summary)")
  }

  @Test func `JSON of another kind under that name is not taken for a schema`() {
    let report = Examination.report(
      ZIPBuilder([ZIPBuilder.Member("schema.json", Array("{\"type\": \"object\"}".utf8))]).build())
    #expect(report.formats == ["zip", "json"])
  }

  @Test func `a schema beside a PyTorch model is judged too`() {
    var builder = TorchBuilder().archive()
    builder.members.append(
      ZIPBuilder.Member("schema.json", SkopsBuilder(attribute: .function("os", "system")).schema()))
    let report = Examination.report(builder.build())
    #expect(report.rules.contains("skops.dangerous-name"), "\(report.summary)")
    #expect(report.verdict == .deny)
  }

  @Test func `no cut of a schema and no changed byte makes a hostile file allowed`() {
    let schema = SkopsBuilder(attribute: .function("os", "system")).schema()
    for count in stride(from: 0, to: schema.count, by: 7) {
      let cut = ZIPBuilder([ZIPBuilder.Member("schema.json", Array(schema.prefix(count)))]).build()
      #expect(Examination.report(cut).verdict > .allow, "cut to \(count)")
    }
    for index in stride(from: 0, to: schema.count, by: 5) {
      var changed = schema
      changed[index] ^= 1
      let verdict = Examination.report(ZIPBuilder([ZIPBuilder.Member("schema.json", changed)]).build())
        .verdict
      #expect(verdict > .allow, "byte \(index) changed")
    }
  }
}
