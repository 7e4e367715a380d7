internal import CLinux
internal import Glibc

/// The time of day, UTC.
package enum WallClock {
  /// Nanoseconds since 1970, in the steps of the kernel's tick, as file systems stamp their files.
  /// clock_gettime(2), CLOCK_REALTIME_COARSE
  package static var tickNanoseconds: Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME_COARSE, &time)
    return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }

  /// Milliseconds since 1970. clock_gettime(2), CLOCK_REALTIME
  package static var milliseconds: Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) &* 1000 &+ Int64(time.tv_nsec) / 1_000_000
  }

  /// `Sun Nov 29 12:00:00 2026`. asctime(3)
  ///
  /// - Parameter seconds: since 1970.
  package static func text(_ seconds: Int64) -> String {
    var time = time_t(seconds)
    var parts = unsafe tm()
    var buffer = [CChar](repeating: 0, count: 26)
    // SAFETY: all three outlive the calls, and the text has 26 bytes for every year of four digits.
    guard unsafe gmtime_r(&time, &parts) != nil, unsafe parts.tm_year < 8_100,
      unsafe asctime_r(&parts, &buffer) != nil
    else { return "\(seconds)" }
    return String(decoding: buffer.prefix { $0 > 0x1F }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
