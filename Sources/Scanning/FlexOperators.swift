import ByteParsing
import Findings
import Formats
import Policy
import Rules

/// Operators of a TensorFlow Lite model that TensorFlow itself computes: each brings its node along, and that is judged as
/// one of a graph.
enum FlexOperators {
  /// Bytes of nodes that are kept.
  private static let keptLimit = 64 << 20

  /// Judges the nodes.
  ///
  /// - Returns: the numbers of the operator codes all of whose nodes are known to compute and do nothing else.
  static func examine(
    _ model: TFLiteModel, of member: Member, in job: inout ScanJob
  ) throws(ParseError) -> Set<Int> {
    var nodes: [[UInt8]] = []
    var kept = 0
    var known: Set<Int> = []
    var unknown: Set<Int> = []
    for (code, options) in model.flexOptions {
      guard let node = try node(options, of: member, name: model.operators[code].custom ?? "") else {
        unknown.insert(code)
        continue
      }
      kept += node.bytes.count
      guard kept <= keptLimit else {
        throw ParseError(.limit, at: options.lowerBound, "nodes of TensorFlow")
      }
      nodes.append(node.bytes)
      let entry = job.operators.entry(tensorflow: node.operation)
      if node.isPlain, entry?.verdict == .allow { known.insert(code) } else { unknown.insert(code) }
    }
    if !nodes.isEmpty {
      // A graph of these nodes.
      var graph: [UInt8] = []
      for node in nodes { graph += [0x0A] + length(node.count) + node }
      let child = member.child(
        Input(HeldSource(graph, account: job.budget.account)), name: "nodes of TensorFlow")
      try TensorFlowScanner.examine(child.input, as: .graph, of: child, in: &job)
    }
    return known.subtracting(unknown)
  }

  private struct Node {
    let bytes: [UInt8]
    let operation: String
    /// Whether it names no function, which would have to be elsewhere.
    let isPlain: Bool
  }

  /// The node of an operator, where its options are as the converter writes them and of the operator's name.
  private static func node(
    _ options: Range<Int>, of member: Member, name: String
  ) throws(ParseError) -> Node? {
    guard options.count <= keptLimit else {
      throw ParseError(.limit, at: options.lowerBound, "options of an operator")
    }
    let bytes = try member.input.bytes(at: options.lowerBound, count: options.count)
    guard let flex = try? FlexNode(parsing: bytes) else { return nil }
    var found: [TensorFlowGraph.Node] = []
    var isOdd = false
    try GraphReader.read(Input(flex.node), as: "NodeDef") { event in
      switch event {
      case .node(let node): found.append(node)
      case .unknownField, .variant: isOdd = true
      default: break
      }
    }
    guard let node = found.first else { return nil }
    let expected = String(name.dropFirst(TFLiteModel.flexPrefix.count))
    let isPlain =
      !isOdd && node.functions.isEmpty && node.operation == expected
      && flex.name.elementsEqual(expected.utf8)
    return Node(bytes: flex.node, operation: node.operation, isPlain: isPlain)
  }

  private static func length(_ count: Int) -> [UInt8] {
    var rest = count
    var bytes: [UInt8] = []
    repeat {
      bytes.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
      rest >>= 7
    } while rest > 0
    return bytes
  }
}
