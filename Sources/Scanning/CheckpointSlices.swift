import ByteParsing
import Findings
import Formats

/// Checkpoints of before TensorFlow 0.12: one table with the tensors in it, a slice of one in each entry.
///
/// Source: TensorFlow, `core/util/saved_tensor_slice.proto`, `core/util/tensor_slice_reader.cc`.
enum CheckpointSlices {
  /// Whether the first entry of a table describes tensors; that of an index begins with the number of files.
  static func isFirst(_ value: [UInt8]?) -> Bool { value?.first == 0x0A }

  /// Reads every entry as the message that it has to be, and looks at what is in the tensors.
  static func examine(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    let path = member.path
    let recorder = job.recorder
    try SortedTable.read(member.input) { _, value throws(ParseError) in
      let input = Input(HeldSource(value, account: job.budget.account))
      let strings = TensorStrings(input)
      try GraphReader.read(input, as: "SavedTensorSlices") { event in
        strings.take(event)
        guard let fault = Self.fault(event) else { return }
        recorder.record(
          Finding(.tensorflowCheckpoint, at: Location(path: path), detail: "An entry has \(fault)."))
      }
      let entry = member.child(input, name: "entry", expectation: .nothing)
      strings.examine(of: entry, in: &job)
      var run = PickleRun(entry)
      try BuriedPickles.examine(&run, in: &job)
    }
    var run = PickleRun(member)
    try BuriedPickles.examine(&run, in: &job)
  }

  private static func fault(_ event: TensorFlowGraph.Event) -> String? {
    switch event {
    case .variant(let kind, _): "a '\(kind)', which only a library can decode"
    case .unknownField(let number, let message, _):
      "a field \(number) of '\(message)' that no version writes"
    default: nil
    }
  }
}
