internal import Linux
internal import Supervisor
internal import Wire

/// `health`: has the daemon try itself.
enum HealthCommand {
  static func run(_ invocation: Invocation, _ host: Host) throws -> ExitStatus {
    let files = InstalledFiles(environment: host.environment)
    guard let path = invocation.options.socket ?? files.socketPath() else {
      throw Failure("no socket: name one with --socket or LAZARET_SOCKET")
    }
    let checks = try DaemonClient.connect(to: path).health()
    for check in checks {
      host.output.write(
        "\(check.isGood ? "good" : "BAD ")  \(Escaping.visible(check.name)): \(Escaping.visible(check.detail))\n"
      )
    }
    return !checks.isEmpty && checks.allSatisfy(\.isGood) ? .allowed : .denied
  }
}
