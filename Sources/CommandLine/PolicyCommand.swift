internal import Linux
internal import Policy
internal import Supervisor

/// `policy check`, `policy compile` and `policy digest`.
enum PolicyCommand {
  static func check(_ invocation: Invocation, _ host: Host) throws -> ExitStatus {
    let (directory, folder) = try folder(invocation, host)
    // The lists themselves are what is checked, so the compiled table stands for none of them here.
    let lists = try load(in: directory) { try LoadedPolicy(reading: folder) }
    let compiled = try load(in: directory) { try LoadedPolicy(folder) }.compiled
    host.output.write("\(Escaping.visible(directory)): \(folder.fileCount) files, all understood\n")
    host.output.write(lists.digest + "\n")
    host.output.write(words(compiled) + "\n")
    return .allowed
  }

  static func compile(_ invocation: Invocation, _ host: Host) throws -> ExitStatus {
    let (directory, policies) = try folder(invocation, host)
    let bytes = try load(in: directory) { try LoadedPolicy(reading: policies) }.compiledFile
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
    let folder = try folder(invocation, host).folder
    host.output.write(folder.digest + "\n")
    return .allowed
  }

  /// The folder that is meant, every file of it digested.
  private static func folder(
    _ invocation: Invocation, _ host: Host
  ) throws -> (directory: String, folder: PolicyFolder) {
    let installation = Installation(host, invocation.options)
    let directory = try installation.policyDirectory(invocation.operands.first)
    return (directory, try installation.policies(in: directory, digestsAll: true))
  }

  private static func load<Result>(in directory: String, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
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
