internal import CLinux
internal import Glibc

/// The clock that never goes back. Nanoseconds from an arbitrary start. clock_gettime(2), CLOCK_MONOTONIC
package enum MonotonicClock {
  package static var nanoseconds: UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(clamping: time.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: time.tv_nsec)
  }
}

/// The time of day, which people set.
package enum WallClock {
  /// Since 1970, UTC. clock_gettime(2), CLOCK_REALTIME
  package static var milliseconds: Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) &* 1000 &+ Int64(time.tv_nsec) / 1_000_000
  }

  /// As file systems stamp their files with it: nanoseconds since 1970, in the steps of the kernel's tick.
  /// clock_gettime(2), CLOCK_REALTIME_COARSE
  package static var tickNanoseconds: Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME_COARSE, &time)
    return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}
