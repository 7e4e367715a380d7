internal import Linux

/// Goes through the operands and prints what comes of them, in order, while workers are at it.
struct RunReport {
  let host: Host
  let renderer: any Renderer
  let showsProgress: Bool

  /// - Throws: where nothing could be done at all; what concerns one artifact is part of the report.
  func run(_ operands: [[UInt8]], _ examiner: ArtifactExaminer, workers: Int) throws -> Tally {
    let start = MonotonicClock.nanoseconds
    var tally = Tally()
    var progress = ProgressLine(on: host.errors, isOn: showsProgress)
    var failure: (any Error)?
    host.output.write(try renderer.opening())
    try OrderedWork.run(workers: workers, next: Self.source(operands), perform: { examiner.judge($0) }) {
      result in
      do {
        let text = try renderer.artifact(result, index: tally.artifacts)
        tally.add(result)
        if !text.isEmpty || !result.notices.isEmpty { progress.clear() }
        host.output.write(text)
        host.output.flush()
        for notice in result.notices { host.notice(notice) }
        progress.show(tally, result.path)
        // Nobody reads any more: there is no point in going on.
        return host.output.failure == nil
      } catch {
        failure = error
        return false
      }
    }
    if let failure { throw failure }
    progress.clear()
    if tally.artifacts == 0 {
      host.notice(
        "there is nothing to examine in " + operands.map { Escaping.visible($0) }.joined(separator: ", "))
    }
    let milliseconds = Double(MonotonicClock.nanoseconds - start) / 1e6
    host.output.write(try renderer.closing(tally, milliseconds: (milliseconds * 10).rounded() / 10))
    return tally
  }

  private static func source(_ operands: [[UInt8]]) -> sending () -> WalkEntry? {
    var walk = FileWalk(operands)
    return { walk.next() }
  }
}
