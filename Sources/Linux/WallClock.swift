internal import CLinux
internal import Glibc

/// The time of day, as file systems stamp their files with it.
package enum WallClock {
  /// Nanoseconds since 1970, in the steps of the kernel's tick. clock_gettime(2), CLOCK_REALTIME_COARSE
  package static var tickNanoseconds: Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME_COARSE, &time)
    return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}
