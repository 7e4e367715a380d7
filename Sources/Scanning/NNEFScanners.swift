package import ByteParsing
import Findings
import Formats
import Rules

/// NNEF's graphs.
package enum NNEFScanner: FormatScanner {
  package static let format = "nnef"

  package static func recognize(_ head: Head) -> Recognition {
    NNEFGraph.begins(head.prefix) ? .possible : .no
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    guard job.takesData(member) else { return }
    let graph = try NNEFGraph(parsing: member.input)
    for label in graph.labels {
      guard PortablePath(label.text).leavesItsFolder else {
        job.recorder.record(
          PackageNote.file(
            label.text + Array(".dat".utf8), at: Location(path: member.path, offset: label.offset),
            for: "It is a variable of the graph."))
        continue
      }
      job.recorder.record(
        Finding(
          .configurationPath, at: Location(path: member.path, offset: label.offset),
          detail: "A variable's file is elsewhere.",
          evidence: String(decoding: label.text.prefix(200), as: UTF8.self)))
    }
    var run = PickleRun(member)
    try BuriedPickles.examine(&run, in: &job)
  }
}

/// NNEF's tensors.
package enum NNEFTensorScanner: FormatScanner {
  package static let format = "nnef-tensor"

  package static func recognize(_ head: Head) -> Recognition {
    guard head.has(NNEFTensor.magic), head.prefix.count >= NNEFTensor.headerSize, head.prefix[2] == 1 else {
      return .no
    }
    return .certain
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    guard job.takesData(member) else { return }
    try DataTail.examine(from: try NNEFTensor.end(member.input), of: member, in: &job)
  }
}
