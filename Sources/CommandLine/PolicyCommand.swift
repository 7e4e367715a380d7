internal import Linux
internal import Policy
internal import Supervisor

/// `policy check`, `policy compile` and `policy digest`.
enum PolicyCommand {
  static func check(_ invocation: Invocation, _ host: Host) throws -> ExitStatus {
    let installation = Installation(host, invocation.options)
    let directory = try installation.policyDirectory(invocation.operands.first)
    let bundle = try installation.policies(invocation.operands.first)
    // The lists themselves are what is checked, so the compiled table stands for none of them here.
    let lists = try load(bundle, in: directory, compiled: nil)
    let compiled = try load(
      bundle, in: directory, compiled: PolicyDirectory.readCompiledGlobals(directory)
    ).compiled
    host.output.write("\(Escaping.visible(directory)): \(bundle.files.count) files, all understood\n")
    host.output.write(lists.digest + "\n")
    host.output.write(words(compiled) + "\n")
    return .allowed
  }

  static func compile(_ invocation: Invocation, _ host: Host) throws -> ExitStatus {
    let installation = Installation(host, invocation.options)
    let directory = try installation.policyDirectory(invocation.operands.first)
    let bundle = try installation.policies(invocation.operands.first)
    let bytes = try load(bundle, in: directory, compiled: nil).compiledFile()
    let path = "\(directory)/\(CompiledGlobals.path)"
    do {
      let temporary = "\(directory)/\(CompiledGlobals.temporaryPath)"
      let file = try FileDescriptor.open(
        temporary, [.writeOnly, .create, .truncate, .noFollow], mode: 0o644)
      try file.write(bytes)
      try file.synchronize()
      try Directory.rename(temporary, to: path)
    } catch {
      throw Failure("\(Escaping.visible(path)) cannot be written: \(Escaping.visible("\(error)"))")
    }
    host.output.write("\(Escaping.visible(path)): \(bytes.count) bytes\n")
    return .allowed
  }

  static func digest(_ invocation: Invocation, _ host: Host) throws -> ExitStatus {
    let bundle = try Installation(host, invocation.options).policies(invocation.operands.first)
    host.output.write(try Installation.digest(of: bundle) + "\n")
    return .allowed
  }

  private static func load(
    _ bundle: PolicyBundle, in directory: String, compiled: [UInt8]?
  ) throws -> LoadedPolicy {
    do {
      return try LoadedPolicy(bundle, compiledGlobals: compiled)
    } catch let error as PolicyError {
      throw Failure("policies in \(directory): \(Escaping.visible(error.description))")
    }
  }

  private static func words(_ compiled: LoadedPolicy.Compiled) -> String {
    switch compiled {
    case .used: "\(CompiledGlobals.path) is of these lists"
    case .missing:
      "\(CompiledGlobals.path) is missing, so every start reads the lists: run lazaret policy compile"
    case .stale: "\(CompiledGlobals.path) is of other lists and is not used: run lazaret policy compile"
    case .damaged: "\(CompiledGlobals.path) is damaged and is not used: run lazaret policy compile"
    }
  }
}
