internal import Findings
internal import FoundationEssentials
internal import Linux
internal import Supervisor
internal import VerdictStore
internal import Wire

/// What every run over files needs: who examines, under what, and how many at once.
struct RunSetup {
  let examiner: ArtifactExaminer
  let context: ArtifactObject.Context
  let workers: Int
  /// The waivers of the policies; nil where the daemon has them.
  let waivers: WaiverDecisions?
  /// What is known of files that have not changed; nil where nothing is to be believed.
  let states: FileStates?

  /// As the options say: a supervisor of this process's own, or the daemon's.
  ///
  /// - Parameter isGate: whether somebody waits, whom the daemon is not to let wait for a batch.
  /// - Parameter believesStates: whether a file that has not changed since it was hashed need not be read again.
  /// - Throws: `Failure` where nothing can be examined, `UsageError` where the options contradict each other.
  init(_ options: Options, _ host: Host, isGate: Bool = false, believesStates: Bool = false) throws {
    workers =
      options.workers ?? min(Options.workerLimit, max(1, ProcessInfo.processInfo.activeProcessorCount))
    let socket = InstalledFiles(environment: host.environment).variable("LAZARET_SOCKET")
    let workingDirectory = try Linux.Process.workingDirectory()
    if let path = options.socket ?? socket {
      let client = try Self.client(path, options)
      context = ArtifactObject.Context(policy: client.hello.policy, engine: client.hello.engine)
      waivers = nil
      states = nil
      examiner = ArtifactExaminer(
        daemon: DaemonPool(path: path, first: client), usesCache: options.usesCache,
        isUrgent: isGate, workingDirectory: workingDirectory, clock: host.clock)
    } else {
      let installation = Installation(host, options)
      let policies = try installation.policies()
      let store = options.usesStore ? try installation.store(create: true) : nil
      let supervisor = try installation.supervisor(policies, workers: workers)
      let waivers = try installation.waivers(policies)
      self.waivers = waivers
      let context = ArtifactObject.Context(policy: supervisor.policyDigest)
      let states =
        believesStates && options.usesCache ? store.map { FileStates($0, context, waivers) } : nil
      examiner = ArtifactExaminer(
        context: context, store: store, usesCache: options.usesCache,
        workingDirectory: workingDirectory, waivers: waivers, states: states,
        examine: { supervisor.examine($0) })
      self.context = context
      self.states = states
    }
  }

  private static func client(_ path: String, _ options: Options) throws -> sending DaemonClient {
    guard options.store == nil, options.usesStore, options.policies == nil else {
      throw UsageError(
        "the daemon at \(Escaping.visible(path)) has its own policies and store: leave out --policies, --store "
          + "and --no-store, or --socket and LAZARET_SOCKET")
    }
    return try DaemonClient.connect(to: path)
  }
}
