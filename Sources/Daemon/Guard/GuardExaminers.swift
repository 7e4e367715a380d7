internal import Findings
internal import Linux
internal import Policy
internal import Supervisor
internal import VerdictStore

/// A file that somebody opens, or that is known: as the kernel opened it for this program, so that reading it asks
/// nobody.
final class GuardedFile: Sendable {
  let descriptor: FileDescriptor
  /// Who opens it.
  let process: Int32
  /// When to refuse it where there is no judgement, by the clock that never goes back.
  let deadline: UInt64

  init(_ descriptor: consuming FileDescriptor, process: Int32, deadline: UInt64) {
    self.descriptor = descriptor
    self.process = process
    self.deadline = deadline
  }
}

typealias GuardState = GuardTable<GuardedFile, GuardedFile>

/// The threads that judge the files of a guard.
final class GuardExaminers: Sendable {
  private struct Task: Sendable {
    let key: GuardState.Key
    let number: UInt64
    let file: GuardedFile
  }

  struct Result: Sendable {
    let key: GuardState.Key
    let number: UInt64
    let judged: RecordedExamination
    let judgement: GuardState.Judgement
  }

  private struct State {
    var station: Station
    var tasks: [Task] = []
    var results: [Result] = []
  }

  /// Readable when there are results.
  let wake: FileDescriptor
  private let store: VerdictStore
  private let log: Log
  private let state: Monitor<State>

  init(_ station: Station, _ store: VerdictStore, _ log: Log) throws(SystemCallError) {
    wake = try .event()
    self.store = store
    self.log = log
    state = Monitor(State(station: station))
  }

  var station: Station { state.withLock { $0.station } }

  /// Puts another policy to work for every examination that begins from now on.
  func replace(_ station: Station) { state.update { $0.station = station } }

  func examine(_ key: GuardState.Key, _ number: UInt64, _ file: GuardedFile) {
    state.update { $0.tasks.append(Task(key: key, number: number, file: file)) }
  }

  /// Everything that has ended since the last call.
  func takeResults() -> [Result] {
    state.withLock { state in
      defer { state.results = [] }
      return state.results
    }
  }

  /// What each thread does, as long as the process lives.
  func run() -> Never {
    while true {
      let (task, station) = state.wait(until: Self.next)
      let result = judge(task, station)
      state.withLock { $0.results.append(result) }
      do throws(SystemCallError) {
        try wake.notify()
      } catch {
        log.write("error") { $0.append("reason", "\(error)") }
      }
    }
  }

  private static func next(_ state: inout State) -> (Task, Station)? {
    state.tasks.isEmpty ? nil : (state.tasks.removeFirst(), state.station)
  }

  private func judge(_ task: Task, _ station: Station) -> Result {
    let examiner = RecordedExaminer(
      policy: station.policy, engine: Engine.version, store: store, usesCache: true
    ) { station.supervisor.examine($0, isHeld: true) }
    let file = task.file
    let judged: RecordedExamination
    do throws(SystemCallError) {
      let size = try file.descriptor.identity().size
      judged = examiner.judge(file.descriptor, size: size, path: try file.descriptor.currentPath())
    } catch {
      judged = RecordedExamination(
        examination: station.supervisor.examine(file.descriptor, isHeld: true), isRecorded: false,
        notices: ["\(error)"])
    }
    return Result(
      key: task.key, number: task.number, judged: judged,
      judgement: Self.judgement(
        of: judged, waivers: station.waivers, now: Int(WallClock.milliseconds / 1_000)))
  }

  /// What a verdict means for those who open the file.
  ///
  /// - Parameters:
  ///   - waivers: by the artifact's digest.
  ///   - now: seconds since 1970.
  static func judgement(
    of judged: RecordedExamination, waivers: [String: Waiver], now: Int
  ) -> GuardState.Judgement {
    let examination = judged.examination
    guard judged.isRecorded else {
      return .refused(
        GuardState.Refusal(reason: "its verdict is not recorded: " + judged.notices.joined(separator: "; "))
      )
    }
    if examination.verdict == .allow { return .allowed(until: nil) }
    let waiver = examination.sha256.flatMap { waivers[$0] }
    if let waiver, waiver.effect(on: examination, at: now) == .holds {
      return .allowed(until: waiver.until)
    }
    let finding = examination.report.findings.first { $0.rule.verdict == examination.verdict }
    let gap = examination.report.coverage.gaps.first?.reason
    return .refused(
      GuardState.Refusal(
        verdict: examination.verdict.name, rule: finding?.rule.id ?? "",
        reason: finding?.rule.title ?? gap ?? "it is not allowed"))
  }
}
