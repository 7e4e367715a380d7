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
}
