import Findings
import Formats
import Policy

// Operators that open what they are given.
extension GraphJudge {
  func judgeReach(of node: TensorFlowGraph.Node, in scope: Int) {
    if let file = FileOperator.table[node.operation] {
      judge(node, as: file, in: scope)
    } else if let (name, harmless) = FileOperator.attributes[node.operation] {
      judge(node, file: name, harmless: harmless)
    } else if let name = FileOperator.addresses[node.operation] {
      judge(node, address: name)
    } else {
      judgePrint(node)
    }
  }

  private func reason(_ node: TensorFlowGraph.Node) -> String {
    "'\(node.operation)': \(operators.entry(tensorflow: node.operation)?.reason ?? "")"
  }

  private func judge(_ node: TensorFlowGraph.Node, as file: FileOperator, in scope: Int) {
    let values = node.values
    let inputs = file.inputs.compactMap { values.indices.contains($0) ? values[$0] : nil }
    let origins = PathOrigins(of: inputs, in: scope, of: model)
    if let outside = origins.outside, !mayBeElsewhere(file.use) {
      return report(
        .tensorflowOutsidePath, at: node.offset, "\(reason(node)) The path is outside of the model.",
        evidence: String(decoding: outside, as: UTF8.self))
    }
    if inputs.count == file.inputs.count, isHonest(origins, for: file.use) { return }
    let isGiven = origins.hasInput && origins.texts.isEmpty && !origins.hasOther && !origins.hasAsset
    let rule: Rule =
      file.use == .read && !isGiven ? .tensorflowDangerousOperator : .tensorflowReachingOperator
    report(rule, at: node.offset, reason(node), evidence: node.shown)
  }

  /// Whether honest graphs of this kind have paths of their author's machine for such a use.
  private func mayBeElsewhere(_ use: FileOperator.Use) -> Bool {
    switch kind {
    case .model: false
    // What is only read, and as data.
    case .graph: use == .data || use == .table
    case .training: use != .checkpoint && use != .read
    }
  }

  private func isHonest(_ origins: PathOrigins, for use: FileOperator.Use) -> Bool {
    switch use {
    case .checkpoint:
      origins.hasSaver && origins.areSavers && !origins.hasInput && !origins.hasOther && !origins.hasAsset
    case .table: origins.hasAsset && !origins.hasInput && !origins.hasOther && origins.texts.isEmpty
    case .cache:
      !origins.isEmpty && !origins.hasInput && !origins.hasOther
        && origins.texts.allSatisfy(\.bytes.isEmpty)
    case .read, .data, .records: false
    }
  }

  private func judge(_ node: TensorFlowGraph.Node, file attribute: String, harmless: [String]) {
    let texts = node.texts(of: attribute)
    for text in texts {
      let shown = String(decoding: text, as: UTF8.self)
      if harmless.contains(where: { $0.isEmpty ? text.isEmpty : shown.hasPrefix($0) }) { continue }
      report(
        PortablePath(text).leavesItsFolder ? .tensorflowOutsidePath : .tensorflowReachingOperator,
        at: node.offset, reason(node), evidence: shown)
    }
    // A long value was not kept; an attribute without a value is the operator's default.
    if node.hasMore || texts.isEmpty && !harmless.contains("") {
      report(.tensorflowReachingOperator, at: node.offset, reason(node), evidence: node.shown)
    }
  }

  private func judge(_ node: TensorFlowGraph.Node, address attribute: String) {
    let addresses = node.texts(of: attribute).filter { !$0.isEmpty }
    guard let first = addresses.first else {
      return report(.tensorflowReachingOperator, at: node.offset, reason(node), evidence: node.shown)
    }
    report(
      .tensorflowDangerousOperator, at: node.offset, reason(node),
      evidence: String(decoding: first, as: UTF8.self))
  }

  private func judgePrint(_ node: TensorFlowGraph.Node) {
    let streams = node.texts(of: "output_stream").map { String(decoding: $0, as: UTF8.self) }
    for stream in streams where !FileOperator.streams.contains(stream) {
      return report(.tensorflowOutsidePath, at: node.offset, reason(node), evidence: stream)
    }
    // Without something to print it is none that TensorFlow made.
    if node.values.isEmpty {
      report(.tensorflowReachingOperator, at: node.offset, reason(node), evidence: node.shown)
    }
  }
}
