import Worker

if CommandLine.arguments.count > 1, CommandLine.arguments[1] == "filter" {
  tryFilter(CommandLine.arguments)
}
if CommandLine.arguments.count > 1, CommandLine.arguments[1] == "calls" { tryCalls(CommandLine.arguments) }
if CommandLine.arguments.count > 1, CommandLine.arguments[1] == "without" {
  startWithout(CommandLine.arguments)
}
if CommandLine.arguments.count == 3, CommandLine.arguments[1] == "unfiltered" {
  tryUnfiltered(CommandLine.arguments[2])
}
WorkerProgram.run(arguments: CommandLine.arguments, examiner: Probe(), warmUp: [Array("warm-up".utf8)])
