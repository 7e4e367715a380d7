import Findings
import Linux
import Policy
import TestSupport
import Testing

@testable import Supervisor

/// Workers, and the process that makes them, killed at each system call of their lives.
@Suite(.enabled(if: TracedCalls.isPossible)) struct WorkerDeathTests {
  @Test func `a worker killed at any call has crashed, and is allowed nothing`() async {
    await #expect(processExitsWith: .success) {
      let calls = try TracedCalls()
      let supervisor = try Supervisor(
        SupervisorConfiguration(
          workerPath: try calls.script(.killEach, Repository.program("lazaret-worker")),
          bundle: try Self.bundle(), idleWorkers: 1))
      let descriptors = try ProcessTable.openDescriptors()
      var count = (files: 0, kills: 0, calls: 0)
      for name in Self.formats {
        let seeds = try #require(Seeds.all.first { $0.name == name }, "\(name)")
        for bytes in [seeds.files[0], try #require(seeds.files.last)].prefix(Self.filesOfFormat) {
          let file = try FileDescriptor.file(bytes)
          let kills = try Self.killAtEachCall(supervisor, calls, file, name)
          count = (count.files + 1, count.kills + kills.count, max(count.calls, kills.last))
        }
      }
      try calls.choose(0)
      #expect(try ProcessTable.openDescriptors() == descriptors)
      #expect(try !ProcessTable().descendants(of: Process.id).contains { $0.state == "Z" })
      try Proof.record(
        "\(count.files) files, \(count.kills) kills, at each of up to \(count.calls) calls",
        test: "a worker killed at any call has crashed, and is allowed nothing")
    }
  }

  @Test
  func `a worker, or who makes workers, killed at any call of theirs, leaves the same verdict or none`()
    async
  {
    await #expect(processExitsWith: .success) {
      let calls = try TracedCalls()
      let policy = try LoadedPolicy(try Self.bundle())
      let worker = try calls.script(.kill, Repository.program("lazaret-worker"))
      var kills = 0
      for number in stride(from: 1, to: 100_000, by: Proof.extent(150, whole: 1)) {
        try calls.choose(number)
        try Self.examineOnce(policy, worker, number)
        if try calls.hits == 0 { break }
        kills += 1
      }
      #expect(kills > 1)
      try Proof.record(
        "\(kills) kills",
        test:
          "a worker, or who makes workers, killed at any call of theirs, leaves the same verdict or none")
    }
  }

  private static let formats = Proof.extent(
    ["pickle"],
    whole: [
      "pickle", "torch-legacy", "zip", "gzip", "keras", "hdf5", "safetensors", "gguf", "onnx", "numpy",
    ])
  private static let filesOfFormat = 2

  private static let hostile = Array("cposix\nsystem\n(S'id'\ntR.".utf8)

  private static func bundle() throws -> PolicyBundle {
    try PolicyBundle(
      try PolicyDirectory.read(Repository.root + "/policies").files.filter {
        !Repository.isLibraryList($0.path)
      })
  }

  /// Examines a file again and again, its workers killed at their first call, their second, and so on, until one
  /// ends by itself.
  private static func killAtEachCall(
    _ supervisor: Supervisor, _ calls: TracedCalls, _ file: borrowing FileDescriptor, _ name: String
  ) throws -> (count: Int, last: Int) {
    try calls.choose(0)
    let undisturbed = supervisor.examine(file)
    try #require(undisturbed.outcome == .finished, "\(name): \(undisturbed)")
    var crashes = 0
    for number in 1..<100_000 {
      try calls.choose(number)
      // Takes the worker that may have been made before the choice.
      _ = supervisor.examine(file)
      let examination = supervisor.examine(file)
      if examination.outcome == .finished {
        #expect(examination.report == undisturbed.report && examination.verdict == undisturbed.verdict)
        #expect(crashes > 3, "\(name): it was killed at work \(crashes) times only")
        return (number - 1, number - 1)
      }
      #expect(examination.verdict >= .incomplete, "\(name), call \(number): \(examination)")
      if examination.outcome == .crashed(signal: Signal.kill) {
        crashes += 1
      } else {
        // It died before it had its file, and so did those that were taken in its place.
        guard case .unavailable(let reason) = examination.outcome,
          reason.hasPrefix("a worker was lost before it had the file")
        else {
          Issue.record("\(name), call \(number): \(examination.outcome)")
          continue
        }
      }
    }
    throw SystemCallError.badMessage("CallTracer", "\(name): the worker does not end")
  }

  /// Starts a supervisor, one of whose processes is killed, and examines a file that is allowed and one that is not.
  private static func examineOnce(_ policy: LoadedPolicy, _ worker: String, _ number: Int) throws {
    var family: [ProcessTable.Entry] = []
    do {
      let supervisor = try Supervisor(
        SupervisorConfiguration(workerPath: worker, policy: policy, idleWorkers: 1))
      for (bytes, verdict) in [(Real.pickle(numbers: 3), Verdict.allow), (hostile, .deny)] {
        let examination = supervisor.examine(try .file(bytes))
        let isWhole = examination.outcome == .finished
        #expect(isWhole ? examination.verdict == verdict : examination.verdict >= .incomplete, "\(number)")
      }
      family = try ProcessTable().descendants(of: Process.id)
    } catch let error as SupervisorError {
      #expect(!error.reason.isEmpty, "\(number)")
    }
    let end = MonotonicClock.nanoseconds + 60_000_000_000
    while MonotonicClock.nanoseconds < end {
      let left = Set(try ProcessTable().entries.filter { $0.state != "Z" }.map(\.id))
      if family.allSatisfy({ !left.contains($0.id) }) { return }
    }
    Issue.record("\(number): of \(family) some are left")
  }
}
