package import ByteParsing
import Findings
import Rules

/// Scripts that begin with `#!`.
package enum ScriptScanner: FormatScanner {
  package static let format = "script"

  package static func recognize(_ head: Head) -> Recognition {
    ScriptFile.interpreter(head.prefix) == nil ? .no : .certain
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    for finding in try ScriptFile.judge(member.input, path: member.path) { job.recorder.record(finding) }
  }
}
