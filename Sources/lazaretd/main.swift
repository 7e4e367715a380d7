import Daemon
import Glibc

exit(DaemonProgram.run(Array(Swift.CommandLine.arguments.dropFirst())))
