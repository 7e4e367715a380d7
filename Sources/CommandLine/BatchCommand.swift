internal import Linux
internal import Supervisor

/// `batch`: judges the files of a list, in whatever order they are finished, and can go on where it was stopped.
enum BatchCommand {
  static func run(_ invocation: Invocation, _ host: Host) throws -> ExitStatus {
    let options = invocation.options
    options.announce(host)
    let isPage = options.format == .html
    if isPage, options.results != nil || options.onlyNew {
      throw UsageError("--format html is one page of everything: leave out --results and --only-new")
    }
    let list = try PathList(invocation.operands.first, separator: options.isNullSeparated ? 0 : 0x0A)
    let results = try options.results.map { try ResultsFile($0) }
    let setup = try RunSetup(options, host)
    let earlier = try results.map { try recall($0, setup, host) }
    let output = try results?.output()
    var report = RunReport(
      host: host,
      renderer: isPage
        ? try options.renderer(host, setup.context)
        : BatchRenderer(context: setup.context, onlyNew: options.onlyNew),
      showsProgress: host.errors.isTerminal)
    report.output = output
    report.order = isPage ? .asTaken : .asFinished
    report.fractionTaken = { list.fractionTaken }

    let start = MonotonicClock.nanoseconds
    var summary = BatchSummary()
    let tally = try report.run(
      try isPage ? models(list) : source(list, earlier), of: list.name, setup.examiner,
      workers: setup.workers,
      each: { summary.add($0) },
      conclude: { tally in
        if let earlier { conclude(earlier, &tally, &summary, host) }
        if let failure = list.failure {
          tally.addFailure()
          host.notice("\(list.name): cannot be read to its end: \(failure.message)")
        }
        return nil
      })
    let milliseconds = Double(MonotonicClock.nanoseconds - start) / 1e6
    let closing = TextRenderer(style: host.style(options)).closing(tally, milliseconds: milliseconds, nil)
    // The summary goes where the lines do not.
    (output == nil ? host.errors : host.output).write(closing + summary.text)
    if let failure = output?.failure {
      throw Failure("the results could not be written: \(failure.message)")
    }
    try results?.settle()
    return tally.exitStatus(failOn: options.failOn)
  }

  /// What the results say of files that are judged already.
  private static func recall(
    _ results: ResultsFile, _ setup: RunSetup, _ host: Host
  ) throws -> EarlierResults {
    let earlier = try EarlierResults()
    let cut = try results.read { try earlier.add($0, in: setup.context, setup.waivers) }
    if cut > 0 { host.notice("\(cut) bytes of a line that a killed run did not end were cut off") }
    return earlier
  }

  /// What is to be judged: the list's files but those that are known.
  private static func source(
    _ list: PathList, _ earlier: EarlierResults?
  ) throws -> sending () -> WalkStep? {
    var walk = FileWalk(operands: try list.paths())
    return {
      while let entry = walk.next() {
        if case .file(let file) = entry, earlier?.recall(file) == true { continue }
        return .entry(entry)
      }
      return nil
    }
  }

  /// The same with what is one model, for a page, whose results come in order.
  private static func models(_ list: PathList) throws -> sending () -> WalkStep? {
    var walk = FileWalk(operands: try list.paths())
    return { walk.nextStep() }
  }

  private static func conclude(
    _ earlier: EarlierResults, _ tally: inout Tally, _ summary: inout BatchSummary, _ host: Host
  ) {
    let known = earlier.summary
    tally.add(earlier: known.verdicts)
    summary.add(known)
    if let trouble = earlier.trouble {
      host.notice("earlier results are of no help: \(Escaping.visible(trouble))")
    }
  }
}
