internal import Linux

/// The program `lazaret`.
package enum LazaretProgram {
  /// Runs the command line this process was started with; gives the exit status.
  package static func run() -> Int32 {
    // A reader who leaves is an error of writing, not a signal.
    Signal.ignore(Signal.brokenPipe)
    let host = Host(
      output: Output(FileDescriptor(owning: 1)), errors: Output(FileDescriptor(owning: 2)),
      environment: { Process.environment($0) })
    return run(Array(Process.arguments.dropFirst()), host).rawValue
  }

  static func run(_ arguments: [[UInt8]], _ host: Host) -> ExitStatus {
    let status = answer(arguments, host)
    host.output.flush()
    host.errors.flush()
    guard let failure = host.output.failure else { return status }
    host.notice("the report could not be written: \(failure.message)")
    return status == .denied ? .denied : .failed
  }

  private static func answer(_ arguments: [[UInt8]], _ host: Host) -> ExitStatus {
    do {
      switch try ArgumentParser.parse(arguments, commands: CommandTable.all) {
      case .version: host.output.write(HelpText.version)
      case .help(let command?, let isLong): host.output.write(HelpText.command(command, isLong: isLong))
      case .help(nil, let isLong):
        let text = HelpText.program(CommandTable.all, isLong: isLong)
        guard arguments.isEmpty else {
          host.output.write(text)
          return .allowed
        }
        // No command is no request.
        host.errors.write(text)
        return .failed
      case .run(let command, let invocation): return try command.run(invocation, host)
      }
      return .allowed
    } catch let error as UsageError {
      let command = ["lazaret", error.command, "--help"].compactMap { $0 }.joined(separator: " ")
      host.notice("\(error.message)\nTry '\(command)'.")
    } catch let error as Failure {
      host.notice(error.message)
    } catch {
      host.notice(Escaping.visible("\(error)"))
    }
    return .failed
  }
}
