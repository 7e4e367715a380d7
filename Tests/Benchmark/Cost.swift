import ByteParsing
import Findings
import Glibc
import Policy
import Scanning
import Supervisor
import Worker

/// What one examination costs: processor time and memory, in this process and without confinement.
enum Cost {
  /// Examines the file once under the limits of the policies, and prints the figures as JSON. `baseKilobytes` is the
  /// process before it has seen the file.
  static func measure(_ path: String) throws {
    let policy = try Latency.policy().policy
    guard let source = FileSource(path) else { throw SupervisorError("\(path) cannot be opened") }
    let base = try peakKilobytes()
    let before = usage()
    var report = Report()
    Examiner(
      globals: policy.globals, operators: policy.operators, limits: policy.limits,
      decompressor: LibraryDecompressor(), archives: LibraryArchiveOpener()
    )
    .examine(Input(source), into: &report)
    report.coverage.finished = true
    let after = usage()
    let cpu =
      seconds(after.ru_utime) - seconds(before.ru_utime) + seconds(after.ru_stime)
      - seconds(before.ru_stime)
    print(
      """
      {"verdict":"\(policy.scan.verdict(of: report).name)","cpuSeconds":\(cpu),\
      "baseKilobytes":\(base),"peakKilobytes":\(try peakKilobytes())}
      """)
  }
}
