import Fuzzing
import Glibc
import Linux
import Policy
import Supervisor
import TestSupport

/// Gives scanners a great many damaged copies of their seeds, and says how long the slowest took.
///
/// A trap ends the process: the number of the copy is said first, and `mutation NAME NUMBER` writes it down.
enum MutationRun {
  private static let seed: UInt64 = 0x6C61_7A61_7265_74
  /// What no copy may take.
  private static let limitMilliseconds = 1000.0

  /// What every worker may have besides its own size.
  private static let memoryLimit: rlim_t = 2 << 30

  /// Runs the scanner of that format, or all of them one after the other, and prints a line for each.
  ///
  /// - Returns: whether nothing was too slow.
  static func run(_ format: String, count: Int) throws -> Bool {
    let formats = format == "all" ? Self.formats : [format]
    limitMemory()
    announceDeath()
    let policy = try PolicySet(parsing: try PolicyDirectory.read(Latency.root + "/policies"))
    var isFast = true
    for format in formats where try !run(format, count, policy) { isFast = false }
    return isFast
  }

  /// The formats that have seeds.
  private static var formats: [String] {
    var formats: [String] = []
    for seeds in Seeds.all + Seeds.interfaces where !formats.contains(seeds.scanner) {
      formats.append(seeds.scanner)
    }
    return formats
  }

  private static func damage(_ format: String) throws -> RandomDamage {
    let samples = (Seeds.all + Seeds.interfaces).filter { $0.scanner == format }.flatMap(\.files)
    guard !samples.isEmpty else { throw SupervisorError("no seeds for the format \(format)") }
    return RandomDamage(of: samples, seed: seed)
  }

  private static func run(_ format: String, _ count: Int, _ policy: PolicySet) throws -> Bool {
    guard let target = FuzzTarget(format, policy: policy) else {
      throw SupervisorError("there is no format \(format)")
    }
    let damage = try damage(format)
    let clock = ContinuousClock()
    let start = clock.now
    var slowest = (milliseconds: 0.0, number: 0)
    for number in 0..<count {
      let bytes = damage.copy(number)
      // SAFETY: nobody else is running but a handler that ends the process.
      unsafe current = number
      // More than the limit: another program may have the processor meanwhile.
      if number.isMultiple(of: 256) { alarm(60) }
      let milliseconds = time(target, bytes, clock)
      if milliseconds > slowest.milliseconds { slowest = (milliseconds, number) }
      if milliseconds > limitMilliseconds { print("\(format): copy \(number) took \(milliseconds) ms") }
    }
    alarm(0)
    let wall = (clock.now - start) / .seconds(1)
    print(
      """
      {"format":"\(format)","mutations":\(count),"seconds":\(wall),\
      "slowestMilliseconds":\(slowest.milliseconds),"slowest":\(slowest.number),\
      "peakKilobytes":\(usage().ru_maxrss)}
      """)
    fflush(nil)
    return slowest.milliseconds <= limitMilliseconds
  }

  /// Milliseconds that a copy takes; processor time where it seems to be much.
  private static func time(_ target: FuzzTarget, _ bytes: [UInt8], _ clock: ContinuousClock) -> Double {
    let begin = clock.now
    target.run(bytes, asAnything: false)
    let wall = (clock.now - begin) / .milliseconds(1)
    guard wall > limitMilliseconds / 20 else { return wall }
    let before = usage()
    target.run(bytes, asAnything: false)
    return 1000 * (seconds(usage().ru_utime) - seconds(before.ru_utime))
  }

  /// Writes the copy of that number to standard output.
  static func write(_ format: String, _ number: Int) throws {
    let bytes = try damage(format).copy(number)
    let output = try FileDescriptor.open("/dev/stdout", [.writeOnly])
    try output.write(bytes)
  }

  private static func limitMemory() {
    var limit = rlimit(rlim_cur: memoryLimit, rlim_max: memoryLimit)
    // SAFETY: the structure is borrowed for the call.
    _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
  }

  /// The copy that is being examined, for the handler of signals.
  nonisolated(unsafe) private static var current = 0

  /// Has the process say at which copy it dies.
  private static func announceDeath() {
    for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGALRM] {
      _ = signal(number) { number in
        // SAFETY: the process ends here, and nobody else is running.
        unsafe print("signal \(number) at copy \(MutationRun.current)")
        fflush(nil)
        _exit(1)
      }
    }
  }
}
