import Worker

WorkerProgram.run(arguments: CommandLine.arguments, examiner: ScanExaminer(), warmUp: [])
