internal import Findings
internal import Linux
internal import Policy
internal import Supervisor
internal import VerdictStore
internal import Wire

/// What the threads that examine do.
extension Operations {
  /// One scan after another.
  ///
  /// - Parameter isReserved: whether the thread is kept for urgent ones, however many others there are.
  func runScans(isReserved: Bool = false) {
    while let turn = state.wait(until: { Self.next(&$0, isReserved: isReserved) }) { perform(turn) }
  }

  private static func next(_ state: inout State, isReserved: Bool) -> ScanTurn?? {
    let resumed = state.resumed.firstIndex { !isReserved || $0.job.isUrgent }
    if let resumed { return state.resumed.remove(at: resumed) }
    if let job = state.queue.take(generation: state.station.generation, isReserved: isReserved) {
      return ScanTurn(job: job, station: state.station)
    }
    return state.isOver ? .some(nil) : nil
  }

  private func perform(_ turn: ScanTurn) {
    if turn.job.work.isTree { return answerTree(turn) }
    guard !waits(turn) else { return }
    let judged = judge(turn)
    tally.withLock { $0.count(judged.examination) }
    let followers = twins.withLock { $0.end(turn.job.number) }
    finish(turn, judged, recordedAs: turn.label)
    for follower in followers {
      if follower.job.mayTake(judged, of: follower.digest) {
        finish(follower.job, judged, recordedAs: nil)
      } else {
        resume([follower])
      }
    }
  }

  /// Lets a scan wait for another one where that is of the same bytes.
  private func waits(_ turn: ScanTurn) -> Bool {
    let job = turn.job
    let hasOthers = twins.withLock {
      $0.begin(job.number, size: job.work.size, generation: turn.station.generation)
    }
    // One that has waited in vain has its digest already.
    guard hasOthers || turn.digest != nil, let digest = turn.digest ?? digest(of: job.work) else {
      return false
    }
    let (waits, released) = twins.withLock {
      $0.settle(job.number, turn, digest: digest, isPatient: turn.digest == nil)
    }
    resume(released)
    return waits
  }

  /// nil where there is none to be had: the examination will say why.
  private func digest(of task: ScanTask) -> String? {
    do {
      return try RecordedExaminer.digest(of: task.file) { task.cancellation.isCancelled }
    } catch {
      return nil
    }
  }

  private func resume(_ turns: [Twins<ScanTurn>.Waiting]) {
    guard !turns.isEmpty else { return }
    state.update { state in
      state.resumed += turns.map { ScanTurn(job: $0.job.job, station: $0.job.station, digest: $0.digest) }
    }
  }

  private func judge(_ turn: ScanTurn) -> RecordedExamination {
    let number = turn.job.number
    let examiner = examiner(for: turn) { digest in
      self.resume(self.twins.withLock { $0.learn(number, digest: digest) })
    }
    let task = turn.job.work
    return examiner.judge(task.file, size: task.size, path: turn.label.isEmpty ? nil : turn.label)
  }

  /// Who examines the files of a scan.
  ///
  /// - Parameter digest: is given each file's SHA-256 as soon as it is known.
  func examiner(
    for turn: ScanTurn, digest: @escaping @Sendable (String) -> Void = { _ in }
  ) -> RecordedExaminer {
    let (station, cancellation) = (turn.station, turn.job.work.cancellation)
    return RecordedExaminer(
      policy: station.policy, engine: Engine.version, store: store, usesCache: !turn.job.key.isFresh,
      isCancelled: { cancellation.isCancelled }
    ) { file in
      var examination = station.supervisor.examine(file, cancellation: cancellation, digest: digest)
      // What was ended early says nothing of the file; without a digest it is not recorded.
      if cancellation.isCancelled { examination.sha256 = nil }
      return examination
    }
  }

  /// Answers all who wait for a scan.
  ///
  /// - Parameter recorded: the name under which the verdict is recorded; nil for none.
  private func finish(_ turn: ScanTurn, _ judged: RecordedExamination, recordedAs recorded: [UInt8]?) {
    let waiting = state.update { $0.queue.finish(turn.job.number) }
    for other in Set(waiting.map(\.label)) where other != recorded { recordPlace(other, judged) }
    let waiver = turn.station.waiver(for: judged.examination)
    for one in waiting { answer(one, judged, waiver) }
  }

  /// Records where else the artifact was seen. The verdict stands without it.
  private func recordPlace(_ label: [UInt8], _ judged: RecordedExamination) {
    guard judged.isRecorded, !label.isEmpty, let sha256 = judged.examination.sha256 else { return }
    do {
      try store.record(sha256: sha256, seenAt: label)
    } catch {
      log.write("store-failed") { $0.append("reason", "\(error)") }
    }
  }

  func answer(_ one: Queue.Waiting, _ judged: RecordedExamination, _ waiver: Waiver?) {
    let examination = judged.examination
    log.write("scan") { line in
      line.append("client", one.request.client)
      line.append("label", String(decoding: one.label, as: UTF8.self))
      line.append("verdict", examination.verdict.name)
      line.append("sha256", examination.sha256 ?? "")
      line.append("cached", examination.cached)
      line.append("recorded", judged.isRecorded)
      line.append("milliseconds", examination.milliseconds)
    }
    let id = one.request.id
    let messages: [DaemonReply] =
      judged.isRecorded
      ? DaemonReply.messages(
        answering: id, examination, waiver: waiver.map { WaiverFrame($0) }, notices: judged.notices)
      : [.refused(id: id, .store, reason: judged.notices.joined(separator: "; "))]
    complete(
      Completion(
        request: one.request, messages: messages.map { $0.encoded() },
        kind: judged.isRecorded
          ? .scan(cached: examination.cached, ScanOutcome(examination, waiver)) : .failure))
  }
}

extension ScanTurn {
  /// Under which name the verdict is recorded.
  var label: [UInt8] { job.waiting.first?.label ?? [] }

  /// Whether what came of another scan can be the answer to this one, whose file has this digest.
  fileprivate func mayTake(_ judged: RecordedExamination, of digest: String) -> Bool {
    let examination = judged.examination
    return judged.isRecorded && examination.sha256 == digest && examination.repeatable
      && !(job.key.isFresh && examination.cached)
  }
}
