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
      case .serve(let options): return serve(options)
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

  private static func serve(_ options: DaemonOptions) -> Int32 {
    let log = Log(FileDescriptor(owning: 2))
    do {
      // Before any thread is started, so that none of them gets the signals.
      let signals = try SignalReader([Signal.terminate, Signal.interrupt, Signal.hangUp])
      Signal.ignore(Signal.brokenPipe)
      try serve(options, signals: signals, log)
      log.write("stopped")
      return 0
    } catch {
      log.write("failed") { $0.append("reason", "\(error)") }
      return 2
    }
  }

  private static func serve(
    _ options: DaemonOptions, signals: consuming SignalReader, _ log: Log
  ) throws {
    let installed = InstalledFiles { Process.environment($0) }
    let workers =
      options.workers
      ?? min(DaemonOptions.workerLimit, max(1, ProcessInfo.processInfo.activeProcessorCount))
    let limits = DaemonLimits(descriptors: try Process.raiseDescriptorLimit(), workers: workers)
    let socketPath =
      try options.socket ?? installed.socketPath().orFail("no socket: name one with --socket")
    let policies = try installed.policyDirectory(options.policies)
    let workerPath = try installed.workerPath()
    let store = try VerdictStore(
      path: options.store ?? (Process.effectiveUser == 0 ? "/var/lib/lazaret/verdicts.db" : nil)
        ?? installed.storePath().orFail("no verdict store: name one with --store"))
    let makeStation: @Sendable (Int) throws -> Station = {
      try Station(policies: policies, workerPath: workerPath, workers: workers, generation: $0)
    }
    let operations = try Operations(
      station: try makeStation(0), store: store, queueLimit: limits.queue, log: log)
    let keeper = SerialWork()
    let answers = SerialWork()
    let daemon = Daemon(
      operations,
      listener: try ListeningSocket(path: socketPath, isShared: !options.allowedUsers.isEmpty),
      signals: signals, limits: limits, workers: workers, allowedUsers: options.allowedUsers,
      keeper: keeper, answers: answers, reload: { reload(operations, makeStation) })
    var threads = try [
      HeldThread(name: "lazaret-keeper") { keeper.run() },
      HeldThread(name: "lazaret-answers") { answers.run() },
    ]
    for _ in 0..<workers { threads.append(try HeldThread(name: "lazaret-scan") { operations.runScans() }) }
    log.write("listening") { line in
      line.append("socket", socketPath)
      line.append("policy", operations.station.policy)
      line.append("engine", Engine.version)
      line.append("workers", workers)
    }
    try daemon.run()
    operations.finish()
    keeper.finish()
    answers.finish()
    for thread in threads { thread.join() }
  }

  /// Puts the policies as they are now to work; where that cannot be, the ones at work stay.
  private static func reload(
    _ operations: Operations, _ makeStation: @Sendable (Int) throws -> Station
  ) {
    let old = operations.station
    do {
      let new = try makeStation(old.generation + 1)
      let failed = new.check().filter { !$0.isGood }
      guard failed.isEmpty else {
        throw DaemonFailure(failed.map { "\($0.name): \($0.detail)" }.joined(separator: "; "))
      }
      operations.replace(new)
      operations.log.write("reloaded") { line in
        line.append("policy", new.policy)
        line.append("before", old.policy)
      }
    } catch {
      operations.log.write("reload-failed") { line in
        line.append("reason", "\(error)")
        line.append("policy", old.policy)
      }
    }
  }
}

extension Optional where Wrapped == String {
  fileprivate func orFail(_ reason: String) throws -> String {
    guard let self else { throw DaemonFailure(reason) }
    return self
  }
}
