package import Findings
package import Linux
package import Policy
internal import ByteParsing
internal import Digest
internal import Sandbox
internal import Synchronization
internal import Wire

/// What a supervisor is made from.
package struct SupervisorConfiguration: Sendable {
  /// The worker program.
  package var workerPath: String
  package var policy: LoadedPolicy
  /// Workers kept forked and confined ahead of their jobs, 1 or more.
  package var idleWorkers: Int

  package init(workerPath: String, policy: LoadedPolicy, idleWorkers: Int = 2) {
    self.workerPath = workerPath
    self.policy = policy
    self.idleWorkers = idleWorkers
  }

  /// - Throws: as `LoadedPolicy` does.
  package init(workerPath: String, bundle: PolicyBundle, idleWorkers: Int = 2) throws {
    self.init(workerPath: workerPath, policy: try LoadedPolicy(bundle), idleWorkers: idleWorkers)
  }
}

/// Has each file examined by a confined worker of its own, and judges what the worker says and how it ended.
///
/// The side that holds the privileges: it parses nothing of the file, only hashes it, and believes a worker
/// nothing that it can know itself.
package final class Supervisor: Sendable {
  /// The role whose limits and system calls the workers have.
  private static let role = "scan"
  /// How often one job may find the zygote lost before it is given up.
  private static let attemptLimit = 3
  /// How long a worker may take to be ended by a forbidden call.
  private static let attemptSeconds: UInt64 = 30

  private let configuration: SupervisorConfiguration
  private let policy: PolicySet
  /// `sha256:…` of the policy set.
  package let policyDigest: String
  private let filterDigest: String
  private let files: ZygoteFiles
  /// Its socket is the queue of idle workers; nil after it was lost.
  private let zygote: Mutex<Zygote?>
  /// Examinations under way.
  private let busy = Atomic(0)

  /// Compiles the filters, starts the zygote and waits until it is confined.
  ///
  /// - Throws: ``SupervisorError`` where there can be no confinement at all.
  package init(_ configuration: SupervisorConfiguration) throws {
    // Comes where somebody wants to write a file that is being examined, and would end this process.
    Signal.ignore(Signal.leaseBreak)
    let loaded = configuration.policy
    let policy = loaded.policy
    let filters = try SeccompCompiler.compile(policy.seccomp).encoded()
    let filterDigest = "sha256:" + (try SHA256.hexadecimal(of: filters))
    let files = ZygoteFiles(
      policy: try .sealedMemory(loaded.bundle.encoded(), name: "policy"), globals: loaded.table.memory,
      filters: try .sealedMemory(filters, name: "filters"))
    let zygote = try Zygote(
      program: configuration.workerPath, files: files, idleWorkers: configuration.idleWorkers)

    self.configuration = configuration
    self.policy = policy
    self.policyDigest = loaded.digest
    self.filterDigest = filterDigest
    self.files = files
    self.zygote = Mutex(zygote)
  }

  /// Examines one file and judges it. Blocks until then, at most a little longer than the policy's limit by the
  /// clock. May be called from many threads at once.
  ///
  /// - Parameters:
  ///   - explanation: who is given the lines of an explanation; nil where nobody asks for one.
  ///   - cancellation: ends the examination early, as `incomplete`; nil where nothing does.
  ///   - digest: who is given the file's SHA-256 as soon as it is known, while the worker may still examine.
  ///   - isHeld: whether the caller has a lease on the file, and shares this open file with nobody.
  package func examine(
    _ file: borrowing FileDescriptor, explanation: ExplanationReader? = nil,
    cancellation: Cancellation? = nil, digest: (@Sendable (String) -> Void)? = nil, isHeld: Bool = false
  ) -> Examination {
    let start = MonotonicClock.nanoseconds
    do {
      let before = try file.settledIdentity()
      guard before.isRegular else { throw SupervisorError("it is not a regular file") }
      let listeners = Listeners(explanation: explanation, cancellation: cancellation, digest: digest)
      if try file.isReadOnly() { return try examine(file, before, listeners, isHeld: isHeld, start: start) }
      return try examine(try file.reopenedReadOnly(), before, listeners, isHeld: false, start: start)
    } catch {
      let assembly = VerdictAssembly(
        report: Report(), outcome: .unavailable("\(error)"), digestFailure: "\(error)")
      return conclude(assembly, Surroundings(), sha256: nil, size: 0, start: start)
    }
  }

  private func examine(
    _ file: borrowing FileDescriptor, _ before: FileIdentity, _ listeners: Listeners, isHeld: Bool,
    start: UInt64
  ) throws -> Examination {
    let limits = policy.limits
    let hold = WriteHold.begin(file, isHeld: isHeld)
    var deadline = start + UInt64(clamping: min(limits.wallSeconds, 1_000_000)) * 1_000_000_000
    var digest = FileDigest(size: before.size, whenKnown: listeners.digest)
    var surroundings = Surroundings()
    var assembly: VerdictAssembly
    do throws(SupervisorError) {
      assembly = try work(
        file, Job(inputSize: before.size, explanation: listeners.explanation?.request), listeners,
        deadline: &deadline, hashing: &digest, &surroundings)
    } catch {
      assembly = VerdictAssembly(report: Report(), outcome: .unavailable(error.reason))
    }
    while digest.isRunning, !listeners.isCancelled, MonotonicClock.nanoseconds < deadline {
      digest.step(file)
    }
    if listeners.isCancelled { digest.abandon(Cancellation.reason) }
    digest.abandon("not finished within the limit of \(limits.wallSeconds) s")
    assembly.fileChanged = try file.identity() != before
    assembly.isHeld = hold.end(file)

    var sha256: String?
    switch digest.outcome {
    case .digest(let text): sha256 = text
    case .failed(let reason): assembly.digestFailure = reason
    case nil: assembly.digestFailure = "not made"
    }
    return conclude(assembly, surroundings, sha256: sha256, size: before.size, start: start)
  }

  /// Has a worker examine the file. One that died before it had the file says nothing of it: another is taken.
  private func work(
    _ file: borrowing FileDescriptor, _ job: Job, _ listeners: Listeners, deadline: inout UInt64,
    hashing digest: inout FileDigest, _ surroundings: inout Surroundings
  ) throws(SupervisorError) -> VerdictAssembly {
    busy.add(1, ordering: .relaxed)
    defer { busy.subtract(1, ordering: .relaxed) }
    var attempts = 0
    while true {
      let worker = try takeWorker()
      surroundings.kernel = worker.kernel
      let inherited = worker.layers
      var session = WorkerSession(
        worker, job: job, limits: policy.limits, deadline: deadline, listeners: listeners)
      session.run(file, hashing: &digest)
      deadline += session.readingNanoseconds
      attempts += 1
      guard session.end.jobSent || attempts == Self.attemptLimit || listeners.isCancelled else { continue }
      if session.end.jobSent { surroundings.layers = inherited.adding(session.layers) }
      return VerdictAssembly(
        report: session.report, outcome: session.end.classified(under: policy.limits),
        memoryLimit: policy.limits.memoryBytes)
    }
  }

  /// What was around a worker; no layers where none got the file.
  private struct Surroundings {
    var kernel = ""
    var layers: Layers?
  }

  private func conclude(
    _ parts: VerdictAssembly, _ surroundings: Surroundings, sha256: String?, size: Int, start: UInt64
  ) -> Examination {
    var assembly = parts
    var active: [String] = []
    if var layers = surroundings.layers {
      layers.active.append(IsolationLayer.deadline.rawValue)
      active = layers.active
      assembly.missingLayers = policy.scan.missingLayers(from: layers)
    }
    let (report, verdict) = assembly.judged(under: policy.scan)
    return Examination(
      sha256: sha256, size: size, report: report, outcome: assembly.outcome,
      sandbox: SandboxEvidence(
        role: Self.role, filter: filterDigest, layers: active,
        missing: assembly.missingLayers.map(\.layer), kernel: surroundings.kernel),
      policy: policyDigest, engine: Engine.version,
      milliseconds: Double(MonotonicClock.nanoseconds - start) / 1e6,
      repeatable: assembly.isRepeatable, verdict: verdict)
  }

  /// The policy's limit for one examination by the clock.
  package var wallSeconds: Int { policy.limits.wallSeconds }

  /// The process that holds the workers; nil while there is none.
  var zygoteProcess: Int32? { zygote.withLock { $0?.pid } }

  /// Has a confined worker make a forbidden call in the place of an examination, and says how it ended.
  package func attempt(_ call: ForbiddenCall) -> WorkerOutcome {
    do {
      let bytes: [UInt8] = Array("attack".utf8)
      let file = try FileDescriptor.sealedMemory(bytes, name: "attack").reopenedReadOnly()
      var deadline = MonotonicClock.nanoseconds + Self.attemptSeconds * 1_000_000_000
      var digest = FileDigest(size: bytes.count)
      var surroundings = Surroundings()
      return try work(
        file, Job(inputSize: bytes.count, attack: call.name), Listeners(), deadline: &deadline,
        hashing: &digest, &surroundings
      ).outcome
    } catch {
      return .unavailable("\(error)")
    }
  }

  /// Takes a worker and lets go of it: whether the process that makes them answers.
  ///
  /// - Throws: ``SupervisorError`` where there is none to be had.
  package func tryWorker() throws { _ = try takeWorker() }

  /// Takes a worker, from a new zygote where the old one is lost.
  private func takeWorker() throws(SupervisorError) -> WorkerProcess {
    // With as many at work as are kept ahead, one that rehearsed would only have taken their time.
    let isBusy = busy.load(ordering: .relaxed) >= configuration.idleWorkers
    return try zygote.withLock { (zygote) throws(SupervisorError) -> WorkerProcess in
      var attempts = 0
      while true {
        do throws(SupervisorError) {
          if let worker = try zygote?.takeWorker(askingFor: isBusy ? .plain : .rehearsed) { return worker }
          zygote = try Zygote(
            program: configuration.workerPath, files: files, idleWorkers: configuration.idleWorkers)
        } catch {
          zygote = nil
          attempts += 1
          guard attempts < Self.attemptLimit else { throw error }
        }
      }
    }
  }
}
