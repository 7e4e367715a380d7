package import ByteParsing
import Findings
import Formats

/// Pictures: nothing a loader of models runs, if nothing else stands behind them.
package enum ImageScanner: FormatScanner {
  package static let format = "image"

  package static func recognize(_ head: Head) -> Recognition { Image(head.prefix) == nil ? .no : .certain }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    guard job.takesData(member) else { return }
    guard let image = Image(try member.input.prefix(64)) else { return }
    let end = try image.end(member.input)
    var run = PickleRun(member)
    try BuriedPickles.examine(&run, in: &job)
    try DataTail.examine(from: end, of: member, in: &job)
  }
}
