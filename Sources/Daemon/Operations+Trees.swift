internal import Findings
internal import Linux
internal import Supervisor
internal import VerdictStore
internal import Wire

/// Directories as a whole.
extension Operations {
  /// Judges every file below a directory, and answers with the verdict on all of them.
  func answerTree(_ turn: ScanTurn) {
    let judged = judgeTree(turn)
    // No waiver is looked for: a file that is a list of digests could have the same digest as a tree.
    for one in state.update({ $0.queue.finish(turn.job.number) }) { answer(one, judged, nil) }
  }

  private func judgeTree(_ turn: ScanTurn) -> RecordedExamination {
    let start = MonotonicClock.nanoseconds
    let cancellation = turn.job.work.cancellation
    let examiner = examiner(for: turn)
    var tree = TreeJudgement()
    do {
      var walk = FileWalk(try WalkRoot(try turn.job.work.file.duplicate(), path: []))
      while let entry = walk.next() {
        if cancellation.isCancelled {
          tree.addGap("nobody waits for the rest", at: [])
          break
        }
        guard tree.files < TreeJudgement.fileLimit else {
          tree.addGap("only the first \(TreeJudgement.fileLimit) files were examined", at: [])
          break
        }
        switch entry {
        case .unexamined(let path, let reason, _): tree.addGap(reason, at: path)
        case .file(let reference): judge(reference, turn, examiner, &tree)
        }
      }
    } catch {
      tree.addGap("the directory cannot be gone through: \(error)", at: [])
    }
    let milliseconds = Double(MonotonicClock.nanoseconds - start) / 1e6
    return tree.conclude(policy: turn.station.policy, milliseconds: milliseconds)
  }

  private func judge(
    _ reference: FileReference, _ turn: ScanTurn, _ examiner: RecordedExaminer, _ tree: inout TreeJudgement
  ) {
    do throws(SystemCallError) {
      let file = try reference.open()
      let identity = try file.identity()
      guard identity.isRegular else { return tree.addGap("not a regular file", at: reference.path) }
      let name = turn.label.isEmpty ? nil : FileWalk.join(turn.label, reference.path)
      let judged = examiner.judge(file, size: identity.size, path: name)
      tally.withLock { $0.count(judged.examination) }
      tree.add(judged, at: reference.path)
    } catch {
      tree.addGap("cannot be read: \(error.message)", at: reference.path)
    }
  }
}
