import ByteParsing
import Findings
import Policy
import Scanning
import Worker

struct FileExaminer: ArtifactExaminer {
  func examine(_ input: Input, policy: PolicySet, into report: inout some ReportSink) {
    Examiner(globals: policy.globals, limits: policy.limits, decompressor: ZlibDecompressor())
      .examine(input, into: &report)
  }
}

WorkerProgram.run(arguments: CommandLine.arguments, examiner: FileExaminer(), warmUp: [])
