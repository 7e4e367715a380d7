internal import Findings
internal import Linux
internal import Supervisor

/// Lets a file or a tree in, if all of it is allowed.
///
/// What is judged is what is let in: a private copy beside the destination, which its first owner cannot reach.
/// Nothing is at the destination before the judgement, and all of it is after one step.
struct AdmissionGate {
  let examiner: ArtifactExaminer
  let context: ArtifactObject.Context
  /// How many files to examine at once.
  let workers: Int
  /// Keeps what is not allowed; nil where it is deleted.
  var quarantine: Quarantine?

  /// Copies, judges, and moves into place or away.
  ///
  /// - Parameters:
  ///   - name: how the source is reported, where not as its path.
  ///   - model: what a registry calls all of it.
  /// - Throws: `Failure` where no copy can be made.
  func admit(
    _ source: [UInt8], as name: [UInt8]? = nil, of model: ModelName? = nil, to destination: Destination,
    _ report: RunReport
  ) throws -> Tally {
    let host = report.host
    let name = name ?? source
    let area = try stage(beside: destination, host)
    let copy = try StagedCopy(of: source, in: area)
    var admission = Admission(source: name, destination: destination.path, isAdmitted: false)
    var failures: [String] = []
    let tally = try report.run(
      try copy.source(of: name, model: model), of: Escaping.visible(name), examiner, workers: workers,
      each: { result in
        do {
          guard let place = try keep(result, of: copy, name, area, at: host.clock()) else { return }
          admission.quarantined.append(place)
        } catch let error as Failure {
          failures.append(error.message)
        }
      },
      conclude: { tally in
        do {
          if host.output.failure == nil, try mayEnter(copy, tally) {
            try destination.receive(from: area)
            admission.isAdmitted = true
            try destination.settle()
          }
        } catch let error as Failure {
          failures.append(error.message)
        }
        for failure in failures {
          tally.addFailure()
          host.notice(failure)
        }
        return admission
      })
    do {
      try area.remove()
    } catch {
      host.notice("the copy cannot be taken away, and will be the next time: \(error.message)")
    }
    return tally
  }

  private func stage(beside destination: Destination, _ host: Host) throws -> StagingArea {
    do throws(SystemCallError) {
      for notice in try StagingArea.removeAbandoned(in: destination.directory) { host.notice(notice) }
      return try StagingArea.make(in: destination.directory)
    } catch {
      throw Failure(
        "\(Escaping.visible(destination.path)): no copy can be made beside it: \(error.message)")
    }
  }

  /// Whether the gate is open for the whole copy.
  private func mayEnter(_ copy: StagedCopy, _ tally: Tally) throws -> Bool {
    guard tally.exitStatus(failOn: .review) == .allowed else { return false }
    guard copy.refusals.isEmpty, tally.artifacts == copy.files else {
      throw Failure("\(copy.files) files were copied and \(tally.artifacts) judged")
    }
    return true
  }

  /// Moves a file that is not allowed into the quarantine; gives its place there.
  private func keep(
    _ result: ArtifactResult, of copy: StagedCopy, _ source: [UInt8], _ area: StagingArea, at time: Int
  ) throws -> [UInt8]? {
    guard let quarantine, result.verdict != .allow, !result.isWaived else { return nil }
    var name = StagingArea.content
    if copy.isDirectory { name = FileWalk.join(name, Self.relative(result.path, to: source)) }
    let place = ArtifactExaminer.absolute(result.path, try Process.workingDirectory())
    return try quarantine.take(name, below: area.directory, result, from: place, in: context, at: time)
  }

  /// The way from a path to one below it.
  static func relative(_ path: [UInt8], to root: [UInt8]) -> [UInt8] {
    Array(path.dropFirst(root.count).drop { $0 == UInt8(ascii: "/") })
  }
}
