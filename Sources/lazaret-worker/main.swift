import ByteParsing
import Findings
import Policy
import Worker

/// Stands in for the examiner: reports that nothing was examined, so that nothing is allowed.
struct NoExaminer: ArtifactExaminer {
  func examine(_ input: Input, policy: PolicySet, into report: inout some ReportSink) {
    report.record(Gap(at: Location(), reason: "no examiner"))
  }
}

WorkerProgram.run(arguments: CommandLine.arguments, examiner: NoExaminer(), warmUp: [])
