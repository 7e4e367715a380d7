internal import Linux

/// `scan` and `gate`.
enum ScanCommand {
  static func scan(_ invocation: Invocation, _ host: Host) throws -> ExitStatus {
    let options = invocation.options
    options.announce(host)
    return try run(invocation, host, isGate: false) { try options.renderer(host, $0) }
  }

  static func gate(_ invocation: Invocation, _ host: Host) throws -> ExitStatus {
    try run(invocation, host, isGate: true) { _ in SilentRenderer() }
  }

  private static func run(
    _ invocation: Invocation, _ host: Host, isGate: Bool,
    renderer: (ArtifactObject.Context) throws -> any Renderer
  ) throws -> ExitStatus {
    let options = invocation.options
    let setup = try RunSetup(options, host, isGate: isGate)
    let report = RunReport(
      host: host, renderer: try renderer(setup.context), showsProgress: options.showsProgress(host))
    let tally = try report.run(invocation.operands, setup.examiner, workers: setup.workers)
    return tally.exitStatus(failOn: options.failOn)
  }
}

extension Options {
  /// What `--format` asks for.
  ///
  /// - Throws: where the folder of the run has no path any more, or where there can be no temporary file for a page.
  func renderer(_ host: Host, _ context: ArtifactObject.Context) throws -> any Renderer {
    switch format {
    case .text: TextRenderer(style: host.style(self), isQuiet: isQuiet)
    case .json: JSONRenderer(context: context)
    case .jsonl: JSONLinesRenderer(context: context)
    case .sarif:
      SARIFRenderer(context: context, failOn: failOn, root: try Process.workingDirectory())
    case .junit: JUnitRenderer()
    case .html:
      try HTMLRenderer(on: host.output, context: context, clock: host.clock, isQuiet: isQuiet)
    }
  }

  /// Says what the run does not insist on.
  func announce(_ host: Host) {
    guard failOn == .deny else { return }
    host.notice("--fail-on deny: files that are review or incomplete do not fail this run")
  }

  func showsProgress(_ host: Host) -> Bool {
    switch format {
    case .text: !isQuiet && host.output.isTerminal && host.errors.isTerminal
    // Nothing of a page is seen before the end.
    case .html: !isQuiet && host.errors.isTerminal
    case .json, .jsonl, .sarif, .junit: false
    }
  }
}
