import Findings
import Linux
import Policy
import Supervisor
import TestSupport
import Testing

/// The supervisor over the real worker program and the repository's own policies.
@Suite struct RealWorkerTests {
  @Test func `a worker is confined by every required layer and finishes`() throws {
    let examination = try Real.supervisor().examine(try .file(Real.pickle(numbers: 3)))
    #expect(examination.outcome == .finished)
    #expect(examination.verdict == .allow, "\(examination.report)")
    #expect(examination.sandbox.missing == [])
    for layer in ["no-new-privs", "seccomp", "rlimits", "credentials", "deadline"] {
      #expect(examination.sandbox.layers.contains(layer), "\(layer)")
    }
  }

  @Test func `a pickle that runs a command is denied`() throws {
    let text = Array("cposix\nsystem\n(S'id'\ntR.".utf8)
    let examination = try Real.supervisor().examine(try .file(text))
    #expect(examination.verdict == .deny)
    #expect(examination.outcome == .finished)
  }

  @Test func `more idle workers than a worker has descriptors are no trouble`() throws {
    let supervisor = try Real.supervisor(idleWorkers: 40)
    let file = try FileDescriptor.file(Real.pickle(numbers: 3))
    for _ in 0..<60 { #expect(supervisor.examine(file).verdict == .allow) }
  }

  @Test func `real workers killed at random instants never allow, and leave nothing behind`() async {
    await #expect(processExitsWith: .success) {
      try killAtRandom(program: "lazaret-worker", file: try .file(Real.pickle(numbers: 300_000)))
    }
  }
}

/// Real workers, and files for them.
enum Real {
  static func supervisor(idleWorkers: Int = 2) throws -> Supervisor {
    let files = try PolicyDirectory.read(Repository.root + "/policies").files
      .filter { !Repository.isLibraryList($0.path) }
    return try Supervisor(
      SupervisorConfiguration(
        workerPath: Repository.program("lazaret-worker"), bundle: try PolicyBundle(files),
        idleWorkers: idleWorkers))
  }

  /// A harmless pickle that is all opcodes: a list of that many numbers.
  static func pickle(numbers: Int) -> [UInt8] {
    var bytes: [UInt8] = [0x80, 4, 0x5D, 0x28]
    for index in 0..<numbers { bytes += [0x4B, UInt8(truncatingIfNeeded: index)] }
    return bytes + [0x65, 0x2E]
  }
}
