internal import Findings
internal import Linux
internal import Supervisor
internal import VerdictStore

/// `lazaretd guard`.
enum GuardProgram {
  /// What the service manager keeps.
  private static let keptName = "guard"
  /// More descriptors than a guard has open: what is known, what waits, and some.
  private static let descriptorLimit = 1 << 17

  /// Guards until a signal to stop.
  ///
  /// - Throws: where it cannot begin, or go on.
  static func run(_ options: DaemonOptions, _ log: Log) throws {
    // Before any thread is started: none may get the signals or read the environment meanwhile.
    let service = try ServiceEnvironment.take()
    let signals = try SignalReader([Signal.terminate, Signal.interrupt, Signal.hangUp, Signal.leaseBreak])
    Signal.ignore(Signal.brokenPipe)
    let manager = ServiceManager(service, log)
    let descriptors = min(Self.descriptorLimit, try Process.raiseDescriptorLimit())
    // What a predecessor left unanswered is answered before anything else can fail.
    let group =
      try service.sockets > 0
      ? takeOver(service.takeDescriptor(), descriptors: descriptors, log) : makeGroup()
    try run(options, group, signals: signals, manager, descriptors: descriptors, log)
  }

  private static func run(
    _ options: DaemonOptions, _ group: consuming Fanotify, signals: consuming SignalReader,
    _ manager: ServiceManager, descriptors: Int, _ log: Log
  ) throws {
    let installed = InstalledFiles { Process.environment($0) }
    let policies = try installed.policyDirectory(options.policies)
    let workerPath = try installed.workerPath()
    let storePath = try options.storePath(installed)
    let workers = options.workerCount
    let folders = try options.folders.map { try GuardedFolder($0) }
    let store = try VerdictStore(path: storePath)
    let needs = try Self.needs([
      ("the program", String(decoding: Process.executablePath(), as: UTF8.self)),
      ("the worker program", workerPath), ("the policy folder", policies), ("the verdict store", storePath),
      ("the log", "/proc/self/fd/2"), ("the working directory", "."),
    ])
    for folder in folders { try folder.check(needs) }

    let makeStation: (Int) throws -> Station = {
      try makeTestedStation(policies: policies, workerPath: workerPath, workers: workers, generation: $0)
    }
    let examiners = try GuardExaminers(try makeStation(0), store, log)
    let pulse = try GuardPulse(examiners, manager, log)
    let guardian = Guard(
      group, signals: signals, examiners, limits: Guard.Limits(descriptors: descriptors, workers: workers),
      refusesOverload: options.refusesOverload, pulse, log,
      reload: { reload(examiners, manager, log, makeStation) })
    // Their threads end with the process: nobody waits for what is being examined then.
    let threads = try (0..<workers).map { _ in try HeldThread(name: "lazaret-scan") { examiners.run() } }
    // Who opens a file before all folders are marked is answered a moment later.
    for folder in folders { try guardian.mark(folder.directory) }
    let names = options.folders.joined(separator: " ")
    manager.tell(.keeping(name: keptName), descriptor: guardian.number)
    log.write("guarding") { line in
      line.append("folders", names)
      line.append("policy", examiners.station.policy)
      line.append("workers", threads.count)
    }
    manager.tell(.ready(status: "guarding \(names)"))
    let signal = try guardian.run()
    log.write("stopping") { $0.append("signal", signal) }
    manager.tell(.stopping(status: "stopping after \(signal)"))
  }

  private static func makeGroup() throws -> Fanotify {
    do throws(SystemCallError) {
      return try Fanotify()
    } catch {
      guard error.isForbidden else { throw error }
      throw DaemonFailure("guarding needs root, with the capability CAP_SYS_ADMIN: \(error.message)")
    }
  }

  /// The group that a predecessor left.
  private static func takeOver(
    _ kept: consuming FileDescriptor, descriptors: Int, _ log: Log
  ) throws -> Fanotify {
    let group = try Fanotify(inherited: kept)
    let count = try group.refuseAbandoned(below: descriptors)
    log.write("taken-over") { $0.append("refused", count) }
    return group
  }

  private static func needs(
    _ paths: [(what: String, path: String)]
  ) throws(SystemCallError) -> [GuardPlace.Need] {
    var needs: [GuardPlace.Need] = []
    for (what, path) in paths {
      let identity = try FileIdentity(path: path, followingLinks: true)
      // A pipe, socket or device is on no file system that anybody guards.
      if identity.isRegular || identity.isDirectory {
        needs.append(GuardPlace.Need(what: what, device: identity.device))
      }
    }
    return needs
  }

  private static func makeTestedStation(
    policies: String, workerPath: String, workers: Int, generation: Int
  ) throws -> Station {
    let station = try Station(
      policies: policies, workerPath: workerPath, workers: workers, generation: generation)
    if let trouble = SelfTest.trouble(in: station.check()) {
      throw DaemonFailure("the self-test failed: \(trouble)")
    }
    return station
  }

  /// Puts the policies as they are now to work; where that cannot be, the ones at work stay. Opens wait meanwhile.
  private static func reload(
    _ examiners: GuardExaminers, _ manager: ServiceManager, _ log: Log,
    _ makeStation: (Int) throws -> Station
  ) {
    manager.tell(.reloading(microseconds: MonotonicClock.nanoseconds / 1_000))
    let old = examiners.station
    var status = "guarding"
    do {
      examiners.replace(try makeStation(old.generation + 1))
      log.write("reloaded") { line in
        line.append("policy", examiners.station.policy)
        line.append("before", old.policy)
      }
    } catch {
      status += "; the last reload changed nothing: \(error)"
      log.write("reload-failed") { line in
        line.append("reason", "\(error)")
        line.append("policy", old.policy)
      }
    }
    manager.tell(.ready(status: status))
  }
}

/// A folder to be guarded.
private final class GuardedFolder {
  private let path: String
  let directory: FileDescriptor

  init(_ path: String) throws(SystemCallError) {
    self.path = path
    directory = try .open(path, [.readOnly, .directory])
  }

  func check(_ needs: [GuardPlace.Need]) throws {
    let refusal = GuardPlace.refusal(
      try directory.currentPath(), device: try directory.identity().device, mounts: try Mount.all(),
      needs: needs)
    if let refusal { throw DaemonFailure("\(path.withoutInvisibles) cannot be guarded: \(refusal)") }
  }
}

/// Signs of life for the service manager: one is given where the loop asks for it and the process that makes the
/// workers answers.
final class GuardPulse {
  private let examiners: GuardExaminers
  private let manager: ServiceManager
  private let log: Log
  private let work: SerialWork
  private let isAsked = Monitor(false)
  private var next: UInt64 = 0
  /// Ends with the process.
  private let thread: HeldThread

  init(_ examiners: GuardExaminers, _ manager: ServiceManager, _ log: Log) throws(SystemCallError) {
    self.examiners = examiners
    self.manager = manager
    self.log = log
    let work = SerialWork()
    self.work = work
    thread = try HeldThread(name: "lazaret-pulse") { work.run() }
  }

  /// Asks for one where it is due.
  func ask() {
    guard let interval = manager.pulseNanoseconds, MonotonicClock.nanoseconds >= next,
      !isAsked.withLock({ $0 })
    else { return }
    next = MonotonicClock.nanoseconds + interval
    isAsked.withLock { $0 = true }
    work.add { [examiners, manager, log, isAsked] in
      do {
        try examiners.station.supervisor.tryWorker()
        manager.tell(.alive)
      } catch {
        log.write("no-pulse") { $0.append("reason", "\(error)") }
      }
      isAsked.withLock { $0 = false }
    }
  }
}
