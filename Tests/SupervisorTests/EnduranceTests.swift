import Findings
import Glibc
import Linux
import TestSupport
import Testing

@testable import Supervisor

/// What is left of a great many examinations. In a process of its own, so that what is open and what runs in it is the
/// supervisor's alone.
@Suite struct EnduranceTests {
  @Test func `many examinations leave no descriptor, process or memory behind`() async {
    await #expect(processExitsWith: .success) {
      try endure(
        Proof.extent(500, whole: 100_000),
        test: "many examinations leave no descriptor, process or memory behind")
    }
  }
}

/// What a supervisor has open and around it.
private struct Holdings: Equatable {
  let descriptors: Int
  /// The zygote, what stands between, and idle workers.
  let processes: Int
  let zombies: Int

  init() throws {
    descriptors = try ProcessTable.openDescriptors()
    let family = try ProcessTable().descendants(of: Process.id)
    processes = family.count
    zombies = family.count { $0.state == "Z" }
  }
}

/// Resident memory, in KiB.
private func residentKiB(_ process: Int32) throws -> Int {
  let text = String(
    decoding: try FileDescriptor.open("/proc/\(process)/statm").readAll(limit: 4096), as: UTF8.self)
  return try #require(Int(text.split(separator: " ")[1])) * 4
}

/// Has the supervisor examine the files in turn, by two threads.
private func examine(_ paths: [String], _ count: Int, _ supervisor: Supervisor) throws {
  let threads = try (0..<2).map { first in
    try HeldThread(name: "client") {
      for number in stride(from: first, to: count, by: 2) {
        do {
          let examination = supervisor.examine(try .open(paths[number % paths.count]))
          guard examination.outcome != .finished else { continue }
          Issue.record("\(examination)")
        } catch {
          Issue.record("\(error)")
        }
      }
    }
  }
  for thread in threads { thread.join() }
}

/// What is there once it is as it should be, or after ten seconds: the last workers' ends are seen a little later.
private func settled(_ isExpected: (Holdings) -> Bool) throws -> Holdings {
  let end = MonotonicClock.nanoseconds + 10_000_000_000
  while true {
    let holdings = try Holdings()
    if isExpected(holdings) || MonotonicClock.nanoseconds > end { return holdings }
    var nothing: [PollEntry] = []
    try poll(&nothing, milliseconds: 10)
  }
}

/// Examines seeds of some formats over and over, and looks at what grows.
private func endure(_ count: Int, test: String) throws {
  let place = try TemporaryDirectory()
  // Those that take workers little time: what is looked for is not in them.
  let paths = try Seeds.all.prefix(6).flatMap(\.files).enumerated().map { try place.write("f\($0)", $1) }
  let idleWorkers = 2
  let supervisor = try Real.supervisor(idleWorkers: idleWorkers)
  let zygote = try #require(supervisor.zygoteProcess)
  try examine(paths, count / 5, supervisor)
  let before = try settled { $0.zombies == 0 }
  let memory = try (residentKiB(Process.id), residentKiB(zygote))
  let start = MonotonicClock.nanoseconds
  try examine(paths, count, supervisor)
  let seconds = Double(MonotonicClock.nanoseconds - start) / 1e9
  let after = try settled { $0 == before }
  #expect(after == before)
  #expect(supervisor.zygoteProcess == zygote)
  let growth = try (residentKiB(Process.id) - memory.0, residentKiB(zygote) - memory.1)
  // A few pages more say nothing where it was only a few files.
  let allowed = max(count / 1_000, Proof.isWhole ? 0 : 16 << 10)
  #expect(growth.0 <= allowed && growth.1 <= allowed, "\(growth) KiB more than \(memory) KiB")
  try Proof.record(
    "\(count) examinations in \(Int(seconds)) s: \(after.descriptors - before.descriptors) descriptors, \(after.processes - before.processes) processes and \(max(0, growth.0)) KiB of the supervisor's, \(max(0, growth.1)) KiB of the zygote's memory left behind",
    test: test)
}
