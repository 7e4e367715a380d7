package import ByteParsing
import Findings
import Formats
import Rules

/// ONNX: graphs of operators that a runtime's own code computes, with tensors inside or in files beside.
package enum ONNXScanner: FormatScanner {
  package static let format = "onnx"

  package static func recognize(_ head: Head) -> Recognition {
    // The first field of a message, of a number below 32: its wire type is 0 or 2.
    guard let tag = head.prefix.first, tag & 7 == 0 || tag & 7 == 2, tag >> 3 > 0 else { return .no }
    return OnnxReader.recognize(head.input) ? .possible : .no
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    guard job.takesData(member) else { return }
    let judge = OnnxJudge(path: member.path)
    let texts = Texts()
    defer {
      judge.finish()
      for finding in judge.findings + judge.names { job.recorder.record(finding) }
      for entry in texts.entries {
        CarriedText(entry.value, at: entry.offset, role: .possibly).examine(of: member, in: &job)
      }
    }
    try OnnxReader.read(member.input) { event in
      judge.judge(event)
      if case .metadata(let entry) = event, CarriedTextKinds.isWorthALook(entry.value) { texts.take(entry) }
    }
    if texts.isFull {
      throw ParseError(.limit, at: 0, "more than \(Texts.limit) bytes of texts that may be programs")
    }
  }

  /// Texts to be looked at once the model is read.
  private final class Texts {
    static let limit = 32 << 20
    private(set) var entries: [Onnx.Metadata] = []
    private(set) var isFull = false
    private var count = 0

    func take(_ entry: Onnx.Metadata) {
      count += entry.value.count
      guard count <= Self.limit else {
        isFull = true
        return
      }
      entries.append(entry)
    }
  }
}
