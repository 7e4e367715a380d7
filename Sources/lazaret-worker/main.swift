import Worker

WorkerProgram.run(
  arguments: CommandLine.arguments, examiner: ScanningExaminer(), warmUp: ScanningExaminer.warmUp)
