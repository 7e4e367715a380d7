import Findings
import Linux
import Supervisor

/// How long one file takes, over and over, from opening it to a classified verdict in memory.
enum Latency {
  /// Runs before the measured ones, so that everything is warm.
  private static let warmUp = 200

  /// Examines the file through a warm supervisor and confined workers; prints the figures as JSON.
  static func measureConfined(_ path: String, count: Int) throws {
    let supervisor = try Supervisor(
      SupervisorConfiguration(
        workerPath: folder(of: CommandLine.arguments[0]) + "/lazaret-worker",
        bundle: try PolicyDirectory.read(root + "/policies"), idleWorkers: 4))
    try report(count: count) {
      let examination = supervisor.examine(try .open(path))
      guard examination.outcome == .finished else {
        throw SupervisorError("\(examination.outcome)")
      }
    }
  }

  private static func report(count: Int, _ once: () throws -> Void) throws {
    for _ in 0..<warmUp { try once() }
    var times: [UInt64] = []
    for _ in 0..<count {
      let start = MonotonicClock.nanoseconds
      try once()
      times.append(MonotonicClock.nanoseconds - start)
    }
    times.sort()
    func microseconds(_ share: Double) -> Double { Double(times[Int(Double(count - 1) * share)]) / 1_000 }
    print(
      """
      {"runs":\(count),"p50_microseconds":\(microseconds(0.5)),"p90_microseconds":\(microseconds(0.9)),\
      "p99_microseconds":\(microseconds(0.99))}
      """)
  }

  private static let root = folder(of: folder(of: folder(of: #filePath)))

  private static func folder(of path: String) -> String {
    path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
  }
}
