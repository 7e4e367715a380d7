internal import Linux
internal import Registries
internal import Supervisor

/// `registry`: judges a registry, model by model.
enum RegistryCommand {
  static func run(_ invocation: Invocation, _ host: Host) throws -> ExitStatus {
    let options = invocation.options
    if let sweep = try RemoteSweep(invocation, host) { return try sweep.run() }
    guard invocation.operands.count == 2, options.into == nil, !options.setsTags else {
      throw UsageError("models can be named, let in and tagged only where ROOT is an http or https address")
    }
    let root = invocation.operands[1]
    options.announce(host)
    let omitted = Monitor(RegistrySource.Omitted())
    var source = RegistrySource(
      try walk(try kind(invocation.operands[0]), root), changedSince: options.changedSince, omitted)
    let setup = try RunSetup(options, host, believesStates: !options.rehashes)
    let report = RunReport(
      host: host, renderer: try options.renderer(host, setup.context),
      showsProgress: options.showsProgress(host))
    let tally = try report.run(
      { source.next() }, of: Escaping.visible(root), setup.examiner, workers: setup.workers,
      conclude: { _ in
        if let since = options.changedSince { announce(omitted.withLock { $0 }, since, host) }
        if let trouble = setup.states?.finish() {
          host.notice("what is known of unchanged files is of no help: \(Escaping.visible(trouble))")
        }
        return nil
      })
    return tally.exitStatus(failOn: options.failOn)
  }

  private static func kind(_ name: [UInt8]) throws(UsageError) -> RegistryKind {
    guard let kind = RegistryKind(rawValue: String(decoding: name, as: UTF8.self)) else {
      let names = RegistryKind.allCases.map(\.rawValue).joined(separator: ", ")
      throw UsageError("a registry is one of \(names), not '\(Escaping.visible(name))'")
    }
    return kind
  }

  private static func walk(_ kind: RegistryKind, _ root: [UInt8]) throws -> sending RegistryWalk {
    do {
      return try RegistryWalk(kind, at: root)
    } catch {
      throw Failure("\(Escaping.visible(root)): no registry can be read there: \(error.message)")
    }
  }

  private static func announce(_ omitted: RegistrySource.Omitted, _ since: Int, _ host: Host) {
    host.notice(
      "left out, because nothing of them changed since \(Timestamp.text(since)): \(omitted.models) models, "
        + "\(omitted.files) files of no model")
  }
}
