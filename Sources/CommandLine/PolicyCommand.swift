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
    let folder = "\(directory)/\(CompiledGlobals.folder)"
    let path = "\(folder)/\(CompiledGlobals.name)"
    do {
      var replacement = try FileReplacement(
        in: .open(folder, [.readOnly, .directory]), through: CompiledGlobals.replacement)
      try replacement.commit(bytes, as: CompiledGlobals.name)
    } catch {
      throw Failure(
        error.isExistingFile
          ? "another program is compiling the lists, or was interrupted at it: see \(Escaping.visible(folder))/\(CompiledGlobals.replacement)"
          : "\(Escaping.visible(path)) cannot be written: \(error)")
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
