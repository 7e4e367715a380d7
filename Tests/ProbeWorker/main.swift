import Worker

if CommandLine.arguments.count > 1, CommandLine.arguments[1] == "filter" {
  tryFilter(CommandLine.arguments)
}
WorkerProgram.run(arguments: CommandLine.arguments, examiner: Probe(), warmUp: Array("warm-up".utf8))
