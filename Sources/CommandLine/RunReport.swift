internal import Linux
internal import Supervisor

/// Goes through files and prints what comes of them while workers are at it.
struct RunReport {
  let host: Host
  let renderer: any Renderer
  let showsProgress: Bool
  /// Where the report goes; nil for the program's own output.
  var output: Output?
  /// Whether artifacts come in the order of the walk, or as they are finished: then the source has no packages.
  var order = WorkOrder.asTaken
  /// Judges an entry and does what else there is to do about it, for many threads at once; nil where the examiner is
  /// to judge it.
  var judge: (@Sendable (WalkEntry) -> ArtifactResult)?
  /// Ends a source that waits for files; called when no more are to be taken.
  var stop: () -> Void = {}
  /// What part of the files has been taken, where that can be known; for the progress line.
  var fractionTaken: () -> Double? = { nil }

  /// Goes through the operands.
  ///
  /// - Throws: where nothing could be done at all; what concerns one artifact is part of the report.
  func run(_ operands: [[UInt8]], _ examiner: ArtifactExaminer, workers: Int) throws -> Tally {
    let names = operands.map { Escaping.visible($0) }.joined(separator: ", ")
    return try run(Self.source(operands), of: names, examiner, workers: workers)
  }

  /// Goes through what `source` gives.
  ///
  /// - Parameters:
  ///   - names: what the files are called together, where there are none.
  ///   - each: sees each artifact after it was printed.
  ///   - conclude: is called after the last, before the report is closed; may add to the tally.
  /// - Throws: as above, or what `each` and `conclude` throw.
  func run(
    _ source: sending @escaping () -> WalkStep?, of names: String, _ examiner: ArtifactExaminer,
    workers: Int, each: (ArtifactResult) throws -> Void = { _ in },
    conclude: (inout Tally) throws -> Admission? = { _ in nil }
  ) throws -> Tally {
    let start = MonotonicClock.nanoseconds
    let output = output ?? host.output
    var tally = Tally()
    var progress = ProgressLine(on: host.errors, isOn: showsProgress)
    var failure: (any Error)?
    output.write(try renderer.opening())
    var packages = PackageCollector()
    let judge = judge ?? examiner.judge
    try OrderedWork.run(
      workers: workers, order: order, next: source, perform: { Outcome($0, judge) }, stop: stop
    ) { outcome in
      do {
        let text: String
        switch outcome {
        case .beginPackage(let folder):
          packages.begin(folder)
          try renderer.enter(folder)
          return output.failure == nil
        case .endPackage:
          let package = try packages.end()
          text = try package.map { try renderer.package($0, index: tally.records) } ?? ""
          if let package { tally.add(package) }
          try renderer.leave()
        case .artifact(var result):
          result.model = packages.model
          text = try renderer.artifact(result, index: tally.records)
          tally.add(result)
          packages.add(result)
        }
        if !text.isEmpty { progress.clear() }
        output.write(text)
        output.flush()
        guard case .artifact(let result) = outcome else { return output.failure == nil }
        if !result.notices.isEmpty { progress.clear() }
        for notice in result.notices { host.notice(notice) }
        try each(result)
        progress.show(tally, result.path, fractionTaken: fractionTaken())
        // Nobody reads any more: there is no point in going on.
        return output.failure == nil
      } catch {
        failure = error
        return false
      }
    }
    progress.clear()
    if let failure { throw failure }
    let admission = try conclude(&tally)
    if tally.artifacts == 0 { host.notice("there is nothing to examine in \(names)") }
    let milliseconds = (Double(MonotonicClock.nanoseconds - start) / 1e5).rounded() / 10
    output.write(try renderer.closing(tally, milliseconds: milliseconds, admission))
    return tally
  }

  private static func source(_ operands: [[UInt8]]) -> sending () -> WalkStep? {
    var walk = FileWalk(operands)
    return { walk.nextStep() }
  }

  /// What becomes of a step of the walk.
  private enum Outcome: Sendable {
    case artifact(ArtifactResult)
    case beginPackage(PackageFolder)
    case endPackage

    /// Judges a file; may be called by many threads at once.
    init(_ step: WalkStep, _ judge: (WalkEntry) -> ArtifactResult) {
      switch step {
      case .entry(let entry): self = .artifact(judge(entry))
      case .beginPackage(let folder): self = .beginPackage(folder)
      case .endPackage: self = .endPackage
      }
    }
  }
}
