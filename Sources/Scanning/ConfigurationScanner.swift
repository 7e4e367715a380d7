package import ByteParsing
import Findings
import Rules

/// Configurations in YAML, with whatever name.
package enum ConfigurationScanner: FormatScanner {
  package static let format = "yaml"

  package static func recognize(_ head: Head) -> Recognition {
    ConfigurationShape.isRecognized(head.input, head: head.prefix) ? .possible : .no
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    let (findings, gap) = ConfigurationJudge.judge(member.input, path: member.path, table: job.globals)
    for finding in findings { job.recorder.record(finding) }
    if let gap { throw gap }
    let head = try Head(member.input)
    // JSON has its own reader, which has looked at everything.
    guard JSONScanner.recognize(head) == .no else { return }
    try TextScanner.examineTemplate(in: member, isNamedSo: FileName(member).isTemplate, &job)
    // A text in braces was only searched for names of code: what else it is nobody has looked at here.
    if !findings.contains(where: { $0.rule.verdict > .allow }), ConfigurationShape.isInBraces(head.prefix) {
      try UnrecognisedData.examine(member, head: head, in: &job)
    }
  }
}
