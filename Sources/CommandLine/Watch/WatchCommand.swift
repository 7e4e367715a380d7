internal import Linux
internal import Supervisor

/// `watch`: judges what appears in a folder.
enum WatchCommand {
  static func run(_ invocation: Invocation, _ host: Host) throws -> ExitStatus {
    let options = invocation.options
    let path = invocation.operands[0]
    // Before any thread is started: none may get the signals.
    let signals = try SignalReader([Signal.terminate, Signal.interrupt])
    Signal.ignore(Signal.leaseBreak)
    let root = try open(path)
    let quarantine = try options.quarantine.map { try openQuarantine($0, root, host) }
    let landing = try options.into.map { try Landing(Array($0.utf8), replaces: options.replaces, host) }
    try landing.map { try refuse($0.directory.currentPath(), below: root, "DEST") }
    let setup = try RunSetup(options, host)
    let gate = WatchGate(
      examiner: setup.examiner, context: setup.context, root: root, landing: landing,
      quarantine: quarantine, removes: options.removes, clock: host.clock)

    let end = try WatchEnd()
    var report = RunReport(
      host: host, renderer: try options.renderer(host, setup.context),
      showsProgress: options.showsProgress(host))
    report.order = .asFinished
    report.judge = gate.judge
    report.stop = { end.stop() }
    let watch = try TreeWatch(root, end, signals: signals, judgesExisting: options.judgesExisting)
    host.notice("watching \(Escaping.visible(path))")
    let tally = try report.run(
      { watch.next().map { .entry($0) } }, of: Escaping.visible(path), setup.examiner,
      workers: setup.workers,
      conclude: { tally in
        if let failure = end.failure {
          tally.addFailure()
          host.notice(failure)
        }
        return nil
      })
    return tally.exitStatus(failOn: options.failOn)
  }

  private static func open(_ path: [UInt8]) throws -> WalkRoot {
    do throws(SystemCallError) {
      return try WalkRoot(try .open(path: path, [.readOnly, .directory]), path: path)
    } catch {
      throw Failure("\(Escaping.visible(path)): cannot be watched: \(error.message)")
    }
  }

  private static func openQuarantine(
    _ path: String, _ root: WalkRoot, _ host: Host
  ) throws -> Monitor<Quarantine> {
    let quarantine = try Quarantine(path)
    for notice in quarantine.notices { host.notice(notice) }
    try refuse(quarantine.realPath(), below: root, "the quarantine")
    return Monitor(quarantine)
  }

  /// What is put below the watched folder would be judged again, for ever.
  private static func refuse(_ path: [UInt8], below root: WalkRoot, _ what: String) throws {
    guard path == root.realPath || path.starts(with: root.realPath + [UInt8(ascii: "/")]) else { return }
    throw Failure("\(Escaping.visible(path)): \(what) lies inside of the watched folder")
  }
}
