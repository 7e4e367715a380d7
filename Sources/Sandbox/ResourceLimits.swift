internal import ByteParsing
internal import CLinux
internal import Linux

/// What the kernel lets one worker use.
enum ResourceLimits {
  /// Deeper than any reader goes, and less than a recursion needs to become slow before it ends.
  private static let stackBytes: UInt64 = 8 << 20
  /// A worker holds five. The number is larger because the kernel also compares it with how many descriptors the
  /// whole user has sent and nobody has received yet, those of all idle workers among them, and refuses to send
  /// the listener where they are more (unix(7), ETOOMANYREFS). What keeps a worker from opening anything is the
  /// filter.
  private static let descriptors: UInt64 = 1024

  /// Sets them for this process, for good: soft and hard limits are the same, except that the soft one of
  /// processor time comes first, so that its signal tells it from every other end.
  static func apply(_ limits: Limits) throws(SystemCallError) {
    let seconds = UInt64(clamping: limits.cpuSeconds)
    let table: [(clinux_limit, UInt64, UInt64)] = [
      (clinux_limit_address_space, UInt64(clamping: limits.memoryBytes), UInt64(clamping: limits.memoryBytes)),
      (clinux_limit_processor_time, seconds, seconds &+ 2),
      (clinux_limit_file_size, 0, 0),
      (clinux_limit_descriptors, descriptors, descriptors),
      (clinux_limit_processes, 0, 0),
      (clinux_limit_core, 0, 0),
      (clinux_limit_stack, stackBytes, stackBytes),
      (clinux_limit_locked_memory, 0, 0),
      (clinux_limit_message_queues, 0, 0),
    ]
    for (resource, soft, hard) in table {
      try systemCall("setrlimit", "resource \(resource.rawValue)") { clinux_set_limit(resource, soft, hard) }
    }
  }
}
