import Findings
import Linux
import TestSupport
import Testing
import Wire

/// The time of day jumps while the daemon serves. Its programs ask the C library for it, and are given another one.
struct ClockTests {
  /// Shifts the time of day, and no other clock, by as many seconds as a shared file says.
  private static let shim = """
    #define _GNU_SOURCE
    #include <fcntl.h>
    #include <stdlib.h>
    #include <sys/mman.h>
    #include <sys/syscall.h>
    #include <time.h>
    #include <unistd.h>

    static const volatile long *shift;

    __attribute__((constructor)) static void begin(void) {
      shift = mmap(0, sizeof *shift, PROT_READ, MAP_SHARED, open(getenv("CLOCK_SHIFT"), O_RDONLY | O_CLOEXEC), 0);
    }

    int clock_gettime(clockid_t clock, struct timespec *time) {
      const int result = (int)syscall(SYS_clock_gettime, clock, time);
      if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) time->tv_sec += *shift;
      return result;
    }
    """

  private static let compiler = "/usr/bin/cc"

  private static let canCompile: Bool = {
    do {
      if try Installed().runTool("/usr/bin/test", ["-x", compiler]) == 0 { return true }
    } catch {
      print("test: \(error)")
    }
    print("NOTICE: no \(compiler) here: THE CLOCK DID NOT JUMP")
    return false
  }()

  private static let year = 365 * 86_400
  private static let jumps = Proof.extent(
    [10 * year, -10 * year], whole: [10 * year, -10 * year, 0, -86_400, 86_400, 3_600, -3_600, 0])

  @Test(.enabled(if: canCompile))
  func `when the clock jumps, deadlines stay, verdicts are right, and the chain holds`() throws {
    let lazaret = try Installed()
    let source = try lazaret.place.write("shim.c", Array(Self.shim.utf8))
    let library = lazaret.place.path + "/shim.so"
    let made = try lazaret.run(
      Self.compiler, ["-shared", "-fPIC", "-o", library, source],
      environment: ["PATH": "/usr/bin:/bin", "TMPDIR": lazaret.place.path])
    try #require(made.status == 0, "\(made.errors)")
    let shift = try lazaret.place.write("shift", [UInt8](repeating: 0, count: 8))
    let daemon = try RunningDaemon(
      lazaret, worker: "StandInWorker", workers: 1, policies: try Self.policies(lazaret),
      environment: ["LD_PRELOAD=\(library)", "CLOCK_SHIFT=\(shift)"])
    let jumps = Self.jumps
    var scans = 0
    for (index, jump) in jumps.enumerated() {
      let client = try TestClient(daemon.socket)
      let endless = try lazaret.place.write("endless\(index)", Array("sleep \(index)".utf8))
      let slow = try lazaret.place.write("slow\(index)", Array("slow 20000 \(index)".utf8))
      for (path, outcome, verdict) in [
        (slow, WorkerOutcome.finished, Verdict.allow), (endless, .deadline(seconds: 2), .incomplete),
      ] {
        let start = MonotonicClock.nanoseconds
        _ = try client.scan(UInt64(scans + 1), path)
        try daemon.wait("it runs") { try daemon.counter("running") == 1 || outcome == .finished }
        try Self.set(jump, shift)
        guard case .verdict(_, let frame)? = try client.receiveEnd() else { throw WireError("no verdict") }
        #expect(frame.examination.outcome == outcome && frame.examination.verdict == verdict, "\(jump)")
        let seconds = (MonotonicClock.nanoseconds - start) / 1_000_000_000
        #expect(outcome == .finished || (1...Proof.extent(55, whole: 4)).contains(seconds), "\(seconds) s")
        scans += 1
      }
    }
    try Self.expectStamps(daemon.log, jumps: jumps)
    let verify = try lazaret.lazaret("store", "verify", "--store", daemon.store)
    #expect(verify.status == 0 && verify.output.contains("\(scans) examinations"), "\(verify.output)")
    try Proof.record("\(jumps.count) jumps of up to 20 years, \(scans) verdicts, all deadlines kept")
  }

  /// The policies with a limit by the clock that can be waited for.
  private static func policies(_ lazaret: Installed) throws -> String {
    let policies = lazaret.place.path + "/policies"
    #expect(try lazaret.runTool("/bin/cp", ["-r", Repository.root + "/policies", policies]) == 0)
    let limits = try FileDescriptor.open(policies + "/limits/default.json").readAll(limit: 1 << 20)
    let text = String(decoding: limits, as: UTF8.self)
      .replacing("\"wall_seconds\": 180", with: "\"wall_seconds\": 2")
    try lazaret.place.write("policies/limits/default.json", Array(text.utf8))
    return policies
  }

  private static func set(_ seconds: Int, _ path: String) throws {
    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: seconds >> ($0 * 8)) }
    // Not truncated: the daemon has it mapped.
    try FileDescriptor.open(path, .writeOnly).write(bytes)
  }

  /// Whether the daemon believed each of the jumps, as the stamps in its log show.
  private static func expectStamps(_ log: String, jumps: [Int]) throws {
    let stamps = try log.split(separator: "\n").map { try JSONDocument.parse(String($0)) }
      .filter { $0["event"].text == "scan" && $0["verdict"].text == "incomplete" }
      .compactMap { $0["time"].integer }
    try #require(stamps.count == jumps.count)
    for (stamp, jump) in zip(stamps, jumps) {
      #expect(abs(stamp / 1_000 - jump - Int(WallClock.milliseconds / 1_000)) < 1_800, "\(jump)")
    }
  }
}
