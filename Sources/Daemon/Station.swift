internal import Findings
internal import Linux
internal import Policy
internal import Supervisor
internal import Wire

/// A policy at work: the workers that have it, and what belongs to it. A reload puts another in its place.
final class Station: Sendable {
  let supervisor: Supervisor
  /// By the artifact's digest.
  let waivers: [String: Waiver]
  /// Grows with each reload.
  let generation: Int
  /// When the policies were read, milliseconds since 1970.
  let readMilliseconds = WallClock.milliseconds
  var policy: String { supervisor.policyDigest }

  /// Reads the policies, and returns when the process that makes the workers is warmed and confined.
  ///
  /// Is to be called by a thread that lives as long as the process: the kernel ends the workers with it.
  /// - Throws: where the policies are not wholly understood, or there can be no confinement.
  init(policies: String, workerPath: String, workers: Int, generation: Int) throws {
    let folder = try PolicyFolder(policies)
    let waivers = try folder.bundle.waivers()
    self.waivers = Dictionary(waivers.map { ($0.digest, $0) }) { first, _ in first }
    supervisor = try Supervisor(
      SupervisorConfiguration(
        workerPath: workerPath, policy: try LoadedPolicy(folder), idleWorkers: workers))
    self.generation = generation
  }

  /// The waiver of an artifact, whether it holds or not.
  func waiver(for examination: Examination) -> Waiver? { examination.sha256.flatMap { waivers[$0] } }
}

extension WaiverFrame {
  init(_ waiver: Waiver) {
    self.init(
      verdict: waiver.verdict, reason: waiver.reason, owner: waiver.owner, until: waiver.until)
  }
}

/// Files whose verdicts are certain, examined to see whether the daemon can do its work.
struct Sample {
  let name: String
  let verdict: Verdict
  let bytes: [UInt8]

  static let all = [
    // An empty dictionary.
    Sample(name: "known good sample", verdict: .allow, bytes: [0x80, 0x02] + Array("}q\0.".utf8)),
    // Runs a command as it is loaded.
    Sample(
      name: "known bad sample", verdict: .deny,
      bytes: [0x80, 0x02] + Array("cposix\nsystem\n(X\u{4}\0\0\0truetR.".utf8)),
  ]
}

extension Station {
  /// Has both samples examined for real, says what came of them and what was around them, and attacks itself.
  func check() -> [HealthCheck] {
    var checks: [HealthCheck] = []
    var missing: [String] = []
    for sample in Sample.all {
      do {
        let file = try FileDescriptor.sealedMemory(sample.bytes, name: "sample").reopenedReadOnly()
        let examination = supervisor.examine(file)
        missing = examination.sandbox.missing
        let reasons = examination.report.coverage.gaps.map(\.reason).joined(separator: "; ")
        checks.append(
          HealthCheck(
            name: sample.name, isGood: examination.verdict == sample.verdict,
            detail: examination.verdict.name + (reasons.isEmpty ? "" : ": " + reasons)))
      } catch {
        checks.append(HealthCheck(name: sample.name, isGood: false, detail: "\(error)"))
      }
    }
    checks.append(
      HealthCheck(
        name: "required layers", isGood: missing.isEmpty,
        detail: missing.isEmpty ? "all on" : "missing: " + missing.joined(separator: ", ")))
    checks.append(attack())
    return checks
  }

  /// Has workers, each confined as those that examine, make calls that none may make. Every one must end its worker.
  private func attack() -> HealthCheck {
    let calls = ForbiddenCall.all
    let trouble = calls.compactMap { call -> String? in
      let outcome = supervisor.attempt(call)
      return call.isRefused(outcome) ? nil : "\(call.name) was not refused: \(outcome)"
    }
    return HealthCheck(
      name: "self-attack", isGood: trouble.isEmpty && !calls.isEmpty,
      detail: trouble.isEmpty ? "\(calls.count) forbidden calls refused" : trouble.joined(separator: "; "))
  }
}
