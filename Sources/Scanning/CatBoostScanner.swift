package import ByteParsing
import Findings
import Formats
import Rules

/// CatBoost's binary models.
package enum CatBoostScanner: FormatScanner {
  package static let format = "catboost"

  package static func recognize(_ head: Head) -> Recognition {
    head.has(CatBoostModel.magic) ? .certain : .no
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    guard job.takesData(member) else { return }
    let model = try CatBoostModel(parsing: member.input)
    for (text, offset) in model.texts {
      if text.first == UInt8(ascii: "{"),
        let root = try? StrictJSON.parse(text, bounds: .init(allowsPythonNumbers: true))
      {
        job.judge(root, of: member, base: offset)
      } else if CarriedTextKinds.isWorthALook(text) {
        CarriedText(text, at: offset, role: .possibly).examine(of: member, in: &job)
      }
    }
    var run = PickleRun(member)
    try BuriedPickles.examine(&run, in: &job)
    try DataTail.examine(from: model.end, of: member, in: &job)
  }
}
