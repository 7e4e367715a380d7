import Formats

/// The nodes of one graph, or of one function.
struct GraphScope {
  /// The function's name; nil for a graph.
  var function: String?
  var arguments: [String] = []
  private(set) var nodes: [TensorFlowGraph.Node] = []
  private(set) var indices: [String: Int] = [:]

  mutating func add(_ node: TensorFlowGraph.Node) {
    // A loader refuses names that are there twice.
    indices[node.name] = nodes.count
    nodes.append(node)
  }

  func node(named name: String) -> TensorFlowGraph.Node? { indices[name].map { nodes[$0] } }
}

/// Where a node calls a function.
struct CallSite: Hashable {
  let scope: Int
  let node: Int
  /// The input that is the function's first argument; nil where the operator gives it something of its own.
  let firstInput: Int?
}

/// Everything that was read of a model's graphs, as far as paths go through it.
struct GraphModel {
  var scopes: [GraphScope] = []
  /// Tensors that a loader gives the path of an asset.
  var assets: Set<String> = []
  /// Tensors that a loader gives the path of a checkpoint.
  var savers: Set<String> = []
  var objects: [TensorFlowGraph.Object] = []
  var captures: [String: [Int]] = [:]
  /// Graphs that are no functions.
  var graphs = 0
  private(set) var calls: [String: [CallSite]] = [:]
  private(set) var functions: [String: Int] = [:]

  /// Operators that call a function, and the input that is its first argument.
  private static let callers: [String: Int] = [
    "PartitionedCall": 0, "StatefulPartitionedCall": 0, "TPUPartitionedCall": 0, "While": 0,
    "StatelessWhile": 0,
    "If": 1, "StatelessIf": 1, "Case": 1, "StatelessCase": 1,
  ]

  /// Finds who calls whom. To be called once, when everything is read.
  mutating func settle() {
    for (number, scope) in scopes.enumerated() {
      if let name = scope.function { functions[name] = number }
    }
    for (number, scope) in scopes.enumerated() {
      for (index, node) in scope.nodes.enumerated() {
        if functions[node.operation] != nil {
          calls[node.operation, default: []].append(CallSite(scope: number, node: index, firstInput: 0))
        }
        for function in node.functions {
          calls[function, default: []]
            .append(CallSite(scope: number, node: index, firstInput: Self.callers[node.operation]))
        }
      }
    }
  }
}
