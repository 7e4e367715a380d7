import ByteParsing
import Digest
import Findings
import Glibc
import Linux
import Policy
import Scanning
import Supervisor
import Worker

/// How long one file takes, over and over, from opening it to a classified verdict in memory.
enum Latency {
  /// Runs before the measured ones, so that everything is warm.
  private static let warmUp = 200

  /// Between two files that do not come back to back: time for the next worker to be forked and confined.
  static func pause() { usleep(3_000) }

  /// Examines the file through a warm supervisor and confined workers; prints the figures as JSON.
  ///
  /// - Parameter spaced: whether there is a pause before each file, so that a worker is always ready. Without it the
  ///   making of workers is measured too.
  static func measureConfined(_ path: String, count: Int, spaced: Bool) throws {
    let supervisor = try Supervisor(
      SupervisorConfiguration(
        workerPath: folder(of: CommandLine.arguments[0]) + "/lazaret-worker",
        policy: try policy(), idleWorkers: 4))
    try report(count: count, prepare: { if spaced { pause() } }) {
      let examination = supervisor.examine(try .open(path))
      guard examination.outcome == .finished else {
        throw SupervisorError("\(examination.outcome)")
      }
    }
  }

  /// Does the same work in this process: the file examined, hashed and judged; prints the figures as JSON.
  static func measureUnconfined(_ path: String, count: Int) throws {
    let policy = try policy().policy
    let examiner = Examiner(
      globals: policy.globals, limits: policy.limits, decompressor: LibraryDecompressor(),
      archives: LibraryArchiveOpener())
    var verdicts: Set<Verdict> = []
    try report(count: count) {
      let file = try FileDescriptor.open(path)
      let size = try file.identity().size
      let digest = try SHA256.hexadecimal(of: try file.readAll(limit: size))
      guard let source = FileSource(path) else { throw SupervisorError("\(path) cannot be opened") }
      var found = Report()
      examiner.examine(Input(source), into: &found)
      found.coverage.finished = true
      guard digest.count == 64 else { throw SupervisorError("no digest") }
      verdicts.insert(policy.scan.verdict(of: found))
    }
  }

  /// - Parameter prepare: Runs before each, untimed.
  static func report(
    count: Int, prepare: () throws -> Void = {}, _ once: () throws -> Void
  ) throws {
    var times: [UInt64] = []
    for run in -warmUp..<count {
      try prepare()
      let start = MonotonicClock.nanoseconds
      try once()
      if run >= 0 { times.append(MonotonicClock.nanoseconds - start) }
    }
    times.sort()
    func microseconds(_ share: Double) -> Double { Double(times[Int(Double(count - 1) * share)]) / 1_000 }
    print(
      """
      {"runs":\(count),"p50_microseconds":\(microseconds(0.5)),"p90_microseconds":\(microseconds(0.9)),\
      "p99_microseconds":\(microseconds(0.99))}
      """)
  }

  /// The repository's policies, from their compiled table where there is one: as the programs have them.
  static func policy() throws -> LoadedPolicy { try LoadedPolicy(try PolicyFolder(root + "/policies")) }

  static let root = folder(of: folder(of: folder(of: #filePath)))

  private static func folder(of path: String) -> String {
    path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
  }
}
