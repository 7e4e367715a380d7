import Fetching

FetchProgram.run(arguments: CommandLine.arguments, serve: FetchService.serve)
