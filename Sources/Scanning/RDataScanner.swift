package import ByteParsing
import Findings
import Formats
import Rules

/// Objects of R as `saveRDS` and `save` write them, and the bytes that they hold.
package enum RDataScanner: FormatScanner {
  package static let format = "r-data"

  /// Fewer bytes are no object of anything.
  private static let worthALook = 16

  package static func recognize(_ head: Head) -> Recognition {
    RDataReader.recognize(head.prefix) ? .possible : .no
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    let (objects, end, trouble) = RDataReader.read(member.input)
    var judge = RJudge(objects, functions: job.rFunctions, path: member.path)
    judge.judge()
    for finding in judge.findings { job.recorder.record(finding) }
    if judge.isCut { job.gap("the objects have more code than is read", at: member.path) }
    // Whatever is packed inside: models of other libraries, R's own objects once more.
    for raw in objects.raws where raw.range.count >= worthALook {
      let input: Input
      if let bytes = raw.bytes {
        input = Input(bytes)
      } else {
        input = try member.input.slice(at: raw.range.lowerBound, count: raw.range.count)
      }
      job.add(member.child(input, name: "bytes at \(raw.range.lowerBound)", expectation: .nothing))
    }
    if let trouble { throw trouble }
    guard job.takesData(member) else { return }
    try DataTail.examine(from: end, of: member, in: &job)
  }
}
