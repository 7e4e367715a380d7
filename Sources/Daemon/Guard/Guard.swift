internal import Findings
internal import Linux
internal import Supervisor
internal import VerdictStore

/// The event loop of a guard: one thread that answers every open of a file on the guarded file systems. It waits for
/// no file, worker or store, so what is known is answered at once.
final class Guard {
  /// What a guard takes on.
  struct Limits: Equatable, Sendable {
    /// Opens that may wait for a judgement.
    let waiting: Int
    /// Files that may be known.
    let known: Int

    /// As much as a process with so many descriptors can hold.
    init(descriptors: Int, workers: Int) {
      let available = max(64, descriptors - 128 - workers * 8)
      waiting = min(1_024, available / 4)
      known = min(1 << 16, available / 2)
    }
  }

  /// How often to look for files that have no name any more, whose space is to be free again, and for writers that are
  /// gone.
  private static let sweepNanoseconds: UInt64 = 2_000_000_000
  /// Reads that may fail one after another: each such failure has refused an open.
  private static let failureLimit = 1_000

  private let group: Fanotify
  private let signals: SignalReader
  private let examiners: GuardExaminers
  private let limits: Limits
  /// Whether what is beyond the limit is refused; else it waits in the kernel.
  private let refusesOverload: Bool
  private let log: Log
  private let pulse: GuardPulse
  private let reload: () -> Void
  private var table: GuardState
  private var failures = 0
  private var nextSweep: UInt64 = 0

  /// - Parameters:
  ///   - signals: also of broken leases.
  ///   - reload: puts the policies as they are now to work.
  init(
    _ group: consuming Fanotify, signals: consuming SignalReader, _ examiners: GuardExaminers,
    limits: Limits, refusesOverload: Bool, _ pulse: GuardPulse, _ log: Log, reload: @escaping () -> Void
  ) {
    self.group = group
    self.signals = signals
    self.examiners = examiners
    self.limits = limits
    self.refusesOverload = refusesOverload
    self.pulse = pulse
    self.log = log
    self.reload = reload
    table = GuardState(limit: limits.known)
  }

  /// The descriptor through which the kernel asks.
  var number: Int32 { group.descriptor.number }

  /// Takes the file system of a directory under guard.
  func mark(_ directory: borrowing FileDescriptor) throws(SystemCallError) { try group.mark(directory) }

  /// Answers until a signal to stop; gives its name. Who waits then is refused.
  func run() throws -> String {
    while true {
      let isFull = !refusesOverload && table.waiting >= limits.waiting
      var entries = [
        PollEntry(isFull ? -1 : group.descriptor.number), PollEntry(signals.descriptor.number),
        PollEntry(examiners.wake.number),
      ]
      try poll(&entries, milliseconds: 1_000)
      if !entries[1].found.isEmpty, let signal = try heedSignals() {
        refuse(table.expire { _ in true }, "the guard is stopping")
        return signal
      }
      if !entries[2].found.isEmpty {
        try examiners.wake.clearNotifications()
        for result in examiners.takeResults() { finish(result) }
      }
      if !entries[0].found.isEmpty { try takeEvents() }
      expire()
      pulse.ask()
    }
  }

  private func heedSignals() throws -> String? {
    while let signal = try signals.next() {
      switch signal {
      case Signal.leaseBreak: endBrokenLeases()
      case Signal.hangUp:
        reload()
        table.forgetJudgements()
      default: return Signal.name(signal)
      }
    }
    return nil
  }

  private func takeEvents() throws {
    do throws(SystemCallError) {
      for event in try group.events() { take(event) }
      failures = 0
    } catch {
      failures += 1
      log.write("refused-by-kernel") { $0.append("reason", "\(error)") }
      guard failures < Self.failureLimit, !error.isBadMessage else { throw error }
    }
  }

  private func take(_ event: FanotifyEvent) {
    guard event.descriptor >= 0 else {
      return log.write("error") { $0.append("reason", "an event was lost") }
    }
    let seconds = UInt64(examiners.station.supervisor.wallSeconds)
    let file = GuardedFile(
      FileDescriptor(owning: event.descriptor), process: event.process,
      deadline: MonotonicClock.nanoseconds + seconds * 1_000_000_000)
    switch event.kind {
    case .opening: open(file)
    case .written, .other: endWriting(file)
    }
  }

  private func open(_ file: GuardedFile) {
    // Who waits for themselves waits for ever.
    if file.process == Process.id { return answer(file, allows: true) }
    let decision: GuardState.Answer
    do throws(SystemCallError) {
      decision = try decide(file)
    } catch {
      decision = .refuse(
        GuardState.Refusal(reason: "whether it is being written is not known: \(error.message)"))
    }
    switch decision {
    case .allow: answer(file, allows: true)
    case .refuse(let refusal): refuse(file, refusal)
    case .wait, .examine: return
    }
  }

  private func decide(_ file: GuardedFile) throws(SystemCallError) -> GuardState.Answer {
    let identity = try file.descriptor.identity()
    guard identity.isRegular else { return .refuse(GuardState.Refusal(reason: "it is not a regular file")) }
    let key = GuardState.Key(identity)
    // The lease is with the descriptor that was first.
    let known = table.file(of: key)
    if let known, try !known.descriptor.holdsReadLease() { endLease(of: key, known) }
    let holder = known ?? file
    guard try holder.descriptor.takeReadLease() else {
      let answer = table.write(key, file, isEmpty: identity.size == 0)
      // Whoever is let in to write would wait for its end.
      if answer == .allow { try holder.descriptor.endLease() }
      return answer
    }
    let answer = table.read(
      key, file, file, now: Int(WallClock.milliseconds / 1_000),
      mayWait: !refusesOverload || table.waiting < limits.waiting)
    if case .examine(let number) = answer { examiners.examine(key, number, holder) }
    return answer
  }

  private func endWriting(_ file: GuardedFile) {
    do throws(SystemCallError) {
      table.endWriting(GuardState.Key(try file.descriptor.identity()))
    } catch {
      log.write("error") { $0.append("reason", "\(error)") }
    }
  }

  private func finish(_ result: GuardExaminers.Result) {
    guard let file = table.file(of: result.key) else { return }
    guard result.judged.examination.policy == examiners.station.policy else {
      return examiners.examine(result.key, result.number, file)
    }
    let isUnchanged: Bool
    do throws(SystemCallError) {
      isUnchanged = try file.descriptor.holdsReadLease()
    } catch {
      isUnchanged = false
    }
    guard isUnchanged else { return endLease(of: result.key, file) }
    let openings = table.finish(
      result.key, result.number, result.judgement,
      keeps: result.judged.isRecorded && result.judged.examination.repeatable)
    switch result.judgement {
    case .allowed: for opening in openings { answer(opening, allows: true) }
    case .refused(let refusal): for opening in openings { refuse(opening, refusal) }
    }
  }

  /// What was changed, or is about to be, is not known any more.
  private func endBrokenLeases() {
    for (key, file, isWritten) in table.files where !isWritten {
      do throws(SystemCallError) {
        if try !file.descriptor.holdsReadLease() { endLease(of: key, file) }
      } catch {
        endLease(of: key, file)
      }
    }
  }

  private func endLease(of key: GuardState.Key, _ file: GuardedFile) {
    refuse(table.change(key), "it was changed while it was examined")
    do throws(SystemCallError) {
      try file.descriptor.endLease()
    } catch {
      log.write("error") { $0.append("reason", "\(error)") }
    }
  }

  private func expire() {
    let now = MonotonicClock.nanoseconds
    refuse(table.expire { now >= $0.deadline }, "it was not judged within the policies' limit")
    guard now >= nextSweep else { return }
    nextSweep = now + Self.sweepNanoseconds
    for (key, file, isWritten) in table.files { review(key, file, isWritten: isWritten) }
  }

  /// Lets go of a file that nobody can come to any more, or that nobody writes any more.
  private func review(_ key: GuardState.Key, _ file: GuardedFile, isWritten: Bool) {
    do throws(SystemCallError) {
      guard isWritten else {
        if try !file.descriptor.hasName() { table.forget(key) }
        return
      }
      // The end of a writing is told, but not of an open that came to nothing after it was let in.
      guard try file.descriptor.takeReadLease() else { return }
      try file.descriptor.endLease()
      table.endWriting(key)
    } catch {
      log.write("error") { $0.append("reason", "\(error)") }
    }
  }

  private func refuse(_ openings: [GuardedFile], _ reason: String) {
    for opening in openings { refuse(opening, GuardState.Refusal(reason: reason)) }
  }

  private func refuse(_ file: GuardedFile, _ refusal: GuardState.Refusal) {
    // The answer first: who reads the log may be the one who waits.
    answer(file, allows: false)
    log.write("denied") { line in
      do throws(SystemCallError) {
        line.append("path", String(decoding: try file.descriptor.currentPath(), as: UTF8.self))
      } catch {
        line.append("path", "")
      }
      line.append("verdict", refusal.verdict)
      line.append("rule", refusal.rule)
      line.append("reason", refusal.reason)
      line.append("process", file.process)
    }
  }

  private func answer(_ file: GuardedFile, allows: Bool) {
    do throws(SystemCallError) {
      try group.answer(file.descriptor.number, allows: allows)
    } catch {
      // Who waited was killed meanwhile.
      if error.isMissingFile { return }
      log.write("error") { $0.append("reason", "\(error)") }
    }
  }
}
