package import Findings
package import Formats
package import Policy

/// Judges the graphs of TensorFlow, one event after the other.
///
/// What a node's operator is on the list decides at once, so that a damaged end takes nothing away. Where an operator opens
/// what it is given, ``finish()`` follows the path back to where it comes from.
package final class GraphJudge {
  let operators: OperatorTable
  let path: [String]
  let kind: Kind
  package private(set) var findings: [Finding] = []
  /// What the model says of files beside it.
  package private(set) var names: [Finding] = []
  private var named: Set<[UInt8]> = []
  /// Whether the graphs were too large to be kept: paths were not followed everywhere.
  package private(set) var isCut = false
  var model = GraphModel()
  private var open: [Int] = []
  private var kept = 0
  /// Operators that are on no list, each once, and where it was met first.
  private var unknown: [String: Int] = [:]

  private static let findingLimit = 256
  /// Bytes of nodes that are kept.
  private static let keptLimit = 256 << 20
  private static let unknownLimit = 4096

  /// Whose graph it is: what a model reaches is for whoever loads it, what a training reached was its author's.
  package enum Kind: Sendable {
    case model
    /// Alone in its file: a model's, or one that a training left.
    case graph
    case training
  }

  package init(operators: OperatorTable, path: [String], kind: Kind = .model) {
    self.operators = operators
    self.path = path
    self.kind = kind
  }

  func report(_ rule: Rule, at offset: Int, _ detail: String, evidence: String = "") {
    findings.append(
      Finding(
        rule, at: Location(path: path, offset: offset), detail: detail,
        evidence: String(evidence.prefix(200))), upTo: Self.findingLimit)
  }

  package func judge(_ event: TensorFlowGraph.Event) {
    switch event {
    case .enterGraph:
      model.graphs += 1
      enter(GraphScope())
    case .enterFunction: enter(GraphScope(function: ""))
    case .leaveGraph, .leaveFunction: _ = open.popLast()
    case .signature(let name, let arguments):
      guard let scope = open.last else { return }
      model.scopes[scope].function = name
      model.scopes[scope].arguments = arguments
    case .node(let node): judge(node)
    case .asset(let tensor, let filename, let offset):
      if !tensor.isEmpty { model.assets.insert(tensor) }
      judgeAsset(filename, at: offset)
    case .saver(let tensor): model.savers.insert(tensor)
    case .object(let object): model.objects.append(object)
    case .captures(let name, let objects): model.captures[name] = objects
    case .variant(let kind, let offset):
      report(.tensorflowVariant, at: offset, "A constant of the graph is a '\(kind)'.")
    case .unknownField(let number, let message, let offset):
      report(
        .tensorflowUnknownField, at: offset,
        "A '\(message)' has a field \(number) that no version writes so.")
    case .string, .metadata, .opaque: break
    }
  }

  private func enter(_ scope: GraphScope) {
    open.append(model.scopes.count)
    model.scopes.append(scope)
  }

  private func judgeAsset(_ filename: [UInt8], at offset: Int) {
    guard PortablePath(filename).leavesItsFolder else {
      guard kind == .model, !filename.isEmpty, named.count < Self.unknownLimit * 2,
        named.insert(filename).inserted
      else { return }
      // TensorFlow keeps them in a folder of that name (`core/protobuf/meta_graph.proto`, `AssetFileDef`).
      return names.append(
        PackageNote.file(
          Array("assets/".utf8) + filename, at: Location(path: path, offset: offset),
          for: "It is an asset of the model."))
    }
    report(
      .tensorflowOutsidePath, at: offset, "An asset is a file outside of the model.",
      evidence: String(decoding: filename, as: UTF8.self))
  }

  // MARK: Nodes

  private func judge(_ node: TensorFlowGraph.Node) {
    keep(node)
    guard let entry = operators.entry(tensorflow: node.operation) else {
      // Most may turn out to be functions of the graph.
      guard unknown[node.operation] != nil || unknown.count < Self.unknownLimit else { return isCut = true }
      unknown[node.operation] = min(unknown[node.operation] ?? .max, node.offset)
      return
    }
    switch entry.verdict {
    case .allow: break
    case .review where Self.isFollowed(node), .deny where Self.isFollowed(node): break
    case .review:
      report(
        .tensorflowReachingOperator, at: node.offset, "'\(node.operation)': \(entry.reason)",
        evidence: node.shown)
    case .deny:
      report(
        .tensorflowDangerousOperator, at: node.offset, "'\(node.operation)': \(entry.reason)",
        evidence: node.shown)
    }
  }

  /// Whether what the node is given decides, at the end.
  private static func isFollowed(_ node: TensorFlowGraph.Node) -> Bool {
    FileOperator.table[node.operation] != nil || FileOperator.attributes[node.operation] != nil
      || FileOperator.addresses[node.operation] != nil || node.operation == "PrintV2"
      || node.operation == "Print"
  }

  private func keep(_ node: TensorFlowGraph.Node) {
    guard let scope = open.last else { return }
    kept += 200 + node.inputs.reduce(node.name.utf8.count) { $0 + 16 + $1.utf8.count }
    kept += node.texts.reduce(0) { $0 + 48 + $1.text.count }
    guard kept <= Self.keptLimit else {
      isCut = true
      return
    }
    model.scopes[scope].add(node)
  }

  /// To be called at the end: functions stand behind the nodes that call them.
  package func finish() {
    model.settle()
    for (operation, offset) in unknown.sorted(by: { ($0.value, $0.key) < ($1.value, $1.key) })
    where model.functions[operation] == nil {
      report(
        .tensorflowUnknownOperator, at: offset, "The operator '\(operation)' is none of TensorFlow's own.",
        evidence: operation)
    }
    for (number, scope) in model.scopes.enumerated() {
      for node in scope.nodes where Self.isFollowed(node) { judgeReach(of: node, in: number) }
    }
  }
}

extension TensorFlowGraph.Node {
  var shown: String { "\(operation) '\(name)'" }
}
