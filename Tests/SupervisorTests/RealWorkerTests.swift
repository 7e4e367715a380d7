import Findings
import Linux
import Supervisor
import Testing

/// The supervisor over the real worker program and the repository's own policies.
@Suite struct RealWorkerTests {
  private func supervisor() throws -> Supervisor {
    try Supervisor(
      SupervisorConfiguration(
        workerPath: Repository.program("lazaret-worker"),
        bundle: try PolicyDirectory.read(Repository.root + "/policies"), idleWorkers: 2))
  }

  @Test func `a worker is confined by every required layer and finishes`() throws {
    let examination = try supervisor().examine(try .file("\u{80}\u{04}N."))
    print(examination)
    #expect(examination.outcome == .finished)
    #expect(examination.sandbox.missing == [])
    for layer in ["no-new-privs", "seccomp", "rlimits", "credentials", "deadline"] {
      #expect(examination.sandbox.layers.contains(layer))
    }
    #expect(examination.sha256 != nil)
  }
}
