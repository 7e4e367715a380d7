package import ByteParsing
import Findings
import Formats
import Rules

/// TensorFlow's graphs and models: SavedModel, MetaGraphDef, GraphDef, and what Keras keeps beside them.
package enum TensorFlowScanner: FormatScanner {
  package static let format = "tensorflow"

  package static func recognize(_ head: Head) -> Recognition {
    TensorFlowFile.recognize(head.input).isEmpty ? .no : .possible
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    if case .loadable = member.expectation {
      _ = job.takesData(member)
      return
    }
    for file in TensorFlowFile.recognize(member.input) {
      try examine(member.input, as: file, of: member, in: &job)
    }
    var run = PickleRun(member)
    try BuriedPickles.examine(&run, in: &job)
  }

  /// Examines a message that stands in `input`, which is the member, or was made from it.
  static func examine(
    _ input: Input, as file: TensorFlowFile, of member: Member, in job: inout ScanJob
  ) throws(ParseError) {
    if case .nothing = member.expectation, file != .kerasMetadata, file != .fingerprint {
      job.recorder.record(
        Finding(
          .tensorflowNestedGraph, at: Location(path: member.path, offset: 0),
          detail: "The bytes are a '\(file.rawValue)'."))
    }
    let kind: GraphJudge.Kind =
      switch file {
      case .metaGraph: .training
      case .graph: .graph
      case .savedModel, .kerasMetadata, .fingerprint: .model
      }
    let judge = GraphJudge(operators: job.operators, path: member.path, kind: kind)
    let strings = TensorStrings(input)
    defer {
      judge.finish()
      for finding in judge.findings + judge.names { job.recorder.record(finding) }
      if judge.isCut { job.gap("limit: nodes of graphs were not all kept", at: member.path) }
      strings.examine(of: member, in: &job)
    }
    try GraphReader.read(input, as: file) { event in
      judge.judge(event)
      strings.take(event)
    }
  }
}

/// The same as text.
package enum TensorFlowTextScanner: FormatScanner {
  package static let format = "tensorflow-text"

  package static func recognize(_ head: Head) -> Recognition {
    TensorFlowText.recognize(head.input, head: head.prefix) == nil ? .no : .possible
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    guard job.takesData(member),
      let text = TensorFlowText.recognize(member.input, head: try member.input.prefix(Head.size))
    else { return }
    let bytes = try text.encoded(member.input)
    guard let file = text.file else { return try examineState(Input(bytes), of: member, in: job) }
    let input = Input(HeldSource(bytes, account: job.budget.account))
    try TensorFlowScanner.examine(input, as: file, of: member, in: &job)
    var run = PickleRun(member.child(input, name: "message", expectation: .nothing))
    try BuriedPickles.examine(&run, in: &job)
  }

  /// The file `checkpoint` beside checkpoints: which of them is the latest.
  private static func examineState(_ input: Input, of member: Member, in job: ScanJob) throws(ParseError) {
    var reader = ProtobufReader(input)
    while let field = try reader.next(until: input.count) {
      guard field.wireType == 2 else { continue }
      let path = try reader.read(field, limit: 1 << 16, "path of a checkpoint")
      guard PortablePath(path).leavesItsFolder else { continue }
      job.recorder.record(
        Finding(
          .tensorflowCheckpoint, at: Location(path: member.path),
          detail: "A checkpoint is outside of the folder.", evidence: String(decoding: path, as: UTF8.self))
      )
    }
  }
}
