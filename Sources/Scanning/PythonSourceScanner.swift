package import ByteParsing
import Findings
import Rules

/// Python source code, with whatever name.
package enum PythonSourceScanner: FormatScanner {
  package static let format = "python"

  package static func recognize(_ head: Head) -> Recognition {
    PythonSource.isRecognized(head.input) ? .possible : .no
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    // A file of nothing but import lines with more behind them is what Python's site module runs at every start.
    let role: PythonSource.Role = try PathFile.isOne(member.input) ? .startUp : .module
    let account = PythonSource.judge(member.input, role: role, path: member.path, table: job.globals)
    for finding in account.findings { job.recorder.record(finding) }
    if let gap = account.gap { throw gap }
  }
}
