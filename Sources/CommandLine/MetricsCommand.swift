internal import Linux
internal import Supervisor
internal import Wire

/// `metrics`: the daemon's numbers for Prometheus.
enum MetricsCommand {
  static func run(_ invocation: Invocation, _ host: Host) throws -> ExitStatus {
    let files = InstalledFiles(environment: host.environment)
    guard let path = invocation.options.socket ?? files.socketPath() else {
      throw Failure("no socket: name one with --socket or LAZARET_SOCKET")
    }
    var failure: Failure?
    let text: String
    do {
      let client = try DaemonClient.connect(to: path)
      text = Exposition(client.hello, try client.stats()).text
    } catch let error as Failure {
      // Whoever collects learns of it too, and does not go on with the numbers of a daemon that is gone.
      text = Exposition.unreachable
      failure = error
    }
    if let file = invocation.options.textfile {
      try replace(file, with: Array(text.utf8))
    } else {
      host.output.write(text)
    }
    if let failure { throw failure }
    return .allowed
  }

  /// Puts the bytes under the name at once. The name under which they are written first does not end as the collector
  /// expects, and another process has another.
  private static func replace(_ path: String, with bytes: [UInt8]) throws {
    let name = path.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? path
    guard !name.isEmpty else {
      throw Failure("--textfile names a file, not a folder: \(Escaping.visible(path))")
    }
    do throws(SystemCallError) {
      let folder = path.count == name.count ? "." : String(path.dropLast(name.count))
      var replacement = try FileReplacement(
        in: .open(folder, [.readOnly, .directory]), through: ".\(name).\(Process.id)")
      try replacement.commit(bytes, as: name)
    } catch {
      throw Failure("\(Escaping.visible(path)) cannot be written: \(error)")
    }
  }
}
