internal import Findings
internal import FoundationEssentials
internal import Linux
internal import Supervisor
internal import VerdictStore
internal import Wire

/// `scan` and `gate`.
enum ScanCommand {
  static func scan(_ invocation: Invocation, _ host: Host) throws -> ExitStatus {
    let options = invocation.options
    if options.failOn == .deny {
      host.notice("--fail-on deny: files that are review or incomplete do not fail this run")
    }
    return try run(invocation, host) { context in
      switch options.format {
      case .text: TextRenderer(style: host.style(options), isQuiet: options.isQuiet)
      case .json: JSONRenderer(context: context)
      case .jsonl: JSONLinesRenderer(context: context)
      }
    }
  }

  static func gate(_ invocation: Invocation, _ host: Host) throws -> ExitStatus {
    try run(invocation, host) { _ in SilentRenderer() }
  }

  private static func run(
    _ invocation: Invocation, _ host: Host, renderer: (ArtifactObject.Context) -> any Renderer
  ) throws -> ExitStatus {
    let options = invocation.options
    let workers =
      options.workers ?? min(Options.workerLimit, max(1, ProcessInfo.processInfo.activeProcessorCount))
    if let path = options.socket ?? InstalledFiles(environment: host.environment).variable("LAZARET_SOCKET")
    {
      return try run(invocation, host, throughDaemon: path, workers: workers, renderer: renderer)
    }
    let installation = Installation(host, options)
    let policies = try installation.policies()
    let store = options.usesStore ? try installation.store(create: true) : nil
    let supervisor = try installation.supervisor(policies, workers: workers)
    let context = ArtifactObject.Context(policy: supervisor.policyDigest)
    let examiner = ArtifactExaminer(
      context: context, store: store, usesCache: options.usesCache,
      workingDirectory: try Linux.Process.workingDirectory(),
      waivers: try installation.waivers(policies), examine: { supervisor.examine($0) })
    return try report(invocation, host, examiner, renderer(context), workers: workers)
  }

  private static func run(
    _ invocation: Invocation, _ host: Host, throughDaemon path: String, workers: Int,
    renderer: (ArtifactObject.Context) -> any Renderer
  ) throws -> ExitStatus {
    let options = invocation.options
    guard options.store == nil, options.usesStore, options.policies == nil else {
      throw UsageError(
        "the daemon at \(Escaping.visible(path)) has its own policies and store: leave out --policies, --store "
          + "and --no-store, or --socket and LAZARET_SOCKET")
    }
    let client = try DaemonClient.connect(to: path)
    let context = ArtifactObject.Context(policy: client.hello.policy, engine: client.hello.engine)
    let examiner = ArtifactExaminer(
      daemon: DaemonPool(path: path, first: client), usesCache: options.usesCache,
      workingDirectory: try Linux.Process.workingDirectory(), clock: host.clock)
    return try report(invocation, host, examiner, renderer(context), workers: workers)
  }

  private static func report(
    _ invocation: Invocation, _ host: Host, _ examiner: ArtifactExaminer, _ renderer: any Renderer,
    workers: Int
  ) throws -> ExitStatus {
    let options = invocation.options
    let report = RunReport(host: host, renderer: renderer, showsProgress: showsProgress(options, host))
    let tally = try report.run(invocation.operands, examiner, workers: workers)
    return tally.exitStatus(failOn: options.failOn)
  }

  private static func showsProgress(_ options: Options, _ host: Host) -> Bool {
    options.format == .text && !options.isQuiet && host.output.isTerminal && host.errors.isTerminal
  }
}
