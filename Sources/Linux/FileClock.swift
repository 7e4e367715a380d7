internal import CLinux
internal import Glibc

/// The clock that file systems stamp files with.
package enum FileClock {
  /// Nanoseconds since 1970, in steps of the kernel's tick. clock_gettime(2), CLOCK_REALTIME_COARSE
  package static var nanoseconds: Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME_COARSE, &time)
    return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}
