internal import Policy

/// `policy check` and `policy digest`.
enum PolicyCommand {
  static func check(_ invocation: Invocation, _ host: Host) throws -> ExitStatus {
    let installation = Installation(host, invocation.options)
    let directory = try installation.policyDirectory(invocation.operands.first)
    let bundle = try installation.policies(invocation.operands.first)
    do {
      _ = try PolicySet(parsing: bundle)
    } catch {
      throw Failure("policies in \(directory): \(Escaping.visible(error.description))")
    }
    host.output.write("\(Escaping.visible(directory)): \(bundle.files.count) files, all understood\n")
    host.output.write(try Installation.digest(of: bundle) + "\n")
    return .allowed
  }

  static func digest(_ invocation: Invocation, _ host: Host) throws -> ExitStatus {
    let bundle = try Installation(host, invocation.options).policies(invocation.operands.first)
    host.output.write(try Installation.digest(of: bundle) + "\n")
    return .allowed
  }
}
