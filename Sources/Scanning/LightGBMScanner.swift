package import ByteParsing
import Findings
import Formats
import Rules

/// LightGBM's models as text.
package enum LightGBMScanner: FormatScanner {
  package static let format = "lightgbm"

  package static func recognize(_ head: Head) -> Recognition {
    LightGBMModel.begins(head.input) ? .certain : .no
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    guard job.takesData(member) else { return }
    let model = try LightGBMModel(parsing: member.input)
    for fault in model.faults {
      job.recorder.record(
        Finding(
          .dataIrregular, at: Location(path: member.path), detail: "In line \(fault.line), \(fault.detail)."
        ))
    }
    if model.hasControl {
      throw ParseError(.malformed, at: 0, "LightGBM model with bytes that no text has")
    }
    guard model.isWhole else { throw ParseError(.truncated, at: member.input.count, "trees of the model") }
    var run = PickleRun(member)
    try BuriedPickles.examine(&run, in: &job)
  }
}
