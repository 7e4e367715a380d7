internal import Findings
internal import FoundationEssentials
internal import Linux
internal import Supervisor
internal import VerdictStore
internal import Wire

/// The program `lazaretd`.
package enum DaemonProgram {
  /// Serves until a signal to stop.
  ///
  /// - Parameter arguments: those after the program's name.
  /// - Returns: the exit status: 0 for help, version and an orderly stop, 2 where it cannot start or go on.
  package static func run(_ arguments: [String]) -> Int32 {
    do throws(DaemonUsageError) {
      switch try DaemonRequest.parse(arguments) {
      case .version: return print("lazaretd \(Engine.version)\n", to: 1, status: 0)
      case .help: return print(DaemonRequest.helpText, to: 1, status: 0)
      case .guardHelp: return print(DaemonRequest.guardHelpText, to: 1, status: 0)
      case .serve(let options): return run { try serve(options, $0) }
      case .guarding(let options): return run { try GuardProgram.run(options, $0) }
      }
    } catch {
      return print("lazaretd: \(error.message)\nTry 'lazaretd --help'.\n", to: 2, status: 2)
    }
  }

  private static func print(_ text: String, to number: Int32, status: Int32) -> Int32 {
    do {
      try FileDescriptor(owning: number).write(Array(text.utf8))
      return status
    } catch {
      return 2
    }
  }

  private static func run(_ body: (Log) throws -> Void) -> Int32 {
    let log = Log(FileDescriptor(owning: 2))
    do {
      try body(log)
      log.write("stopped")
      return 0
    } catch {
      log.write("failed") { $0.append("reason", "\(error)") }
      return 2
    }
  }

  private static func serve(_ options: DaemonOptions, _ log: Log) throws {
    // Both before any thread is started: none may get the signals or read the environment meanwhile.
    let service = try ServiceEnvironment.take()
    let signals = try SignalReader([Signal.terminate, Signal.interrupt, Signal.hangUp])
    Signal.ignore(Signal.brokenPipe)
    try serve(options, service: service, signals: signals, log)
  }

  private static func serve(
    _ options: DaemonOptions, service: ServiceEnvironment, signals: consuming SignalReader, _ log: Log
  ) throws {
    let installed = InstalledFiles { Process.environment($0) }
    let workers = options.workerCount
    // One more thread than workers examines: the one that is kept for urgent scans.
    var limits = DaemonLimits(descriptors: try Process.raiseDescriptorLimit(), workers: workers + 1)
    if let seconds = options.selfTestSeconds { limits.selfTestSeconds = seconds }
    let places = try ListeningPlaces(options, installed, service)
    let policies = try installed.policyDirectory(options.policies)
    let workerPath = try installed.workerPath()
    let store = try VerdictStore(path: try options.storePath(installed))
    let makeStation: @Sendable (Int) throws -> Station = {
      try Station(policies: policies, workerPath: workerPath, workers: workers, generation: $0)
    }
    let operations = try Operations(
      station: try makeStation(0), store: store, queueLimit: limits.queue, workers: workers, log: log)
    operations.testItself()
    if let trouble = operations.trouble { throw DaemonFailure("the self-test failed: \(trouble)") }
    let manager = ServiceManager(service, log)
    let works = (keeper: SerialWork(), answers: SerialWork(), pulses: SerialWork())
    let roles = Roles(
      owner: Process.effectiveUser, scanning: options.allowedUsers, asking: options.askingUsers)
    let daemon = Daemon(
      operations, listeners: try places.listen(isShared: roles.isShared),
      signals: signals, limits: limits, workers: workers, roles: roles, keeper: works.keeper,
      answers: works.answers, pulses: works.pulses, manager: manager,
      reload: { reload(operations, manager, makeStation) })
    var threads = try [
      HeldThread(name: "lazaret-keeper") { works.keeper.run() },
      HeldThread(name: "lazaret-answers") { works.answers.run() },
      HeldThread(name: "lazaret-pulse") { works.pulses.run() },
      HeldThread(name: "lazaret-urgent") { operations.runScans(isReserved: true) },
    ]
    for _ in 0..<workers { threads.append(try HeldThread(name: "lazaret-scan") { operations.runScans() }) }
    log.write("listening") { line in
      if let name = places.name(.messages) { line.append("socket", name) }
      if let name = places.name(.stream) { line.append("clamd", name) }
      line.append("policy", operations.station.policy)
      line.append("engine", Engine.version)
      line.append("workers", workers)
    }
    manager.tell(.ready(status: operations.status))
    try daemon.run()
    operations.finish()
    for work in [works.keeper, works.answers, works.pulses] { work.finish() }
    for thread in threads { thread.join() }
  }

  /// Puts the policies as they are now to work; where that cannot be, the ones at work stay.
  private static func reload(
    _ operations: Operations, _ manager: ServiceManager, _ makeStation: @Sendable (Int) throws -> Station
  ) {
    manager.tell(.reloading(microseconds: MonotonicClock.nanoseconds / 1_000))
    let old = operations.station
    var trouble = ""
    do {
      let new = try makeStation(old.generation + 1)
      let checks = new.check()
      if let failure = SelfTest.trouble(in: checks) { throw DaemonFailure(failure) }
      operations.replace(new)
      operations.keep(checks)
      operations.log.write("reloaded") { line in
        line.append("policy", new.policy)
        line.append("before", old.policy)
      }
    } catch {
      operations.log.write("reload-failed") { line in
        line.append("reason", "\(error)")
        line.append("policy", old.policy)
      }
      trouble = "; the last reload changed nothing: \(error)"
    }
    // Its end, whatever came of it: the old policies serve where the new cannot.
    manager.tell(.ready(status: operations.status + trouble))
  }
}

/// Where the daemon listens: at sockets that were handed over, or at paths.
private struct ListeningPlaces {
  /// In the order in which they are opened.
  private let paths: [(path: String, kind: LocalSocketKind)]
  private let inherited: [ListeningSocket]

  init(
    _ options: DaemonOptions, _ installed: InstalledFiles, _ service: ServiceEnvironment
  ) throws {
    inherited = try service.takeListeners()
    var paths: [(path: String, kind: LocalSocketKind)] = []
    if inherited.isEmpty {
      let path = try options.socket ?? installed.socketPath().orFail("no socket: name one with --socket")
      paths.append((path, .messages))
    } else if options.socket != nil {
      throw DaemonFailure("a socket was handed over, and --socket names another")
    } else if !inherited.contains(where: { $0.kind == .messages }) {
      throw DaemonFailure("no socket of the kind SOCK_SEQPACKET was handed over")
    }
    if let path = options.clamdSocket {
      guard !inherited.contains(where: { $0.kind == .stream }) else {
        throw DaemonFailure(
          "a socket for clamd's protocol was handed over, and --clamd-socket names another")
      }
      paths.append((path, .stream))
    }
    self.paths = paths
  }

  /// For the log; nil where there is none of that kind.
  func name(_ kind: LocalSocketKind) -> String? {
    if inherited.contains(where: { $0.kind == kind }) { return "handed over" }
    return paths.first { $0.kind == kind }?.path
  }

  func listen(isShared: Bool) throws -> [ListeningSocket] {
    try inherited + paths.map { try ListeningSocket(path: $0.path, kind: $0.kind, isShared: isShared) }
  }
}

extension Optional where Wrapped == String {
  fileprivate func orFail(_ reason: String) throws -> String {
    guard let self else { throw DaemonFailure(reason) }
    return self
  }
}

extension DaemonOptions {
  var workerCount: Int {
    workers ?? min(Self.workerLimit, max(1, ProcessInfo.processInfo.activeProcessorCount))
  }

  /// - Throws: where nothing says where the store is.
  func storePath(_ installed: InstalledFiles) throws(DaemonFailure) -> String {
    if let path = store { return path }
    if Process.effectiveUser == 0 { return "/var/lib/lazaret/verdicts.db" }
    guard let path = installed.storePath() else {
      throw DaemonFailure("no verdict store: name one with --store")
    }
    return path
  }
}
