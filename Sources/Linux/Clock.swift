internal import Glibc

/// The clock that never goes back. Nanoseconds from an arbitrary start. clock_gettime(2), CLOCK_MONOTONIC
package enum MonotonicClock {
  package static var nanoseconds: UInt64 {
    var time = timespec()
    // SAFETY: the kernel writes one `timespec`.
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(clamping: time.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: time.tv_nsec)
  }
}
