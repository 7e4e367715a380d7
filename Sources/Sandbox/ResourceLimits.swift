internal import ByteParsing
internal import CLinux
internal import Linux

/// What the kernel lets one confined process use.
enum ResourceLimits {
  /// Deeper than any reader goes, and less than a recursion needs to become slow before it ends.
  private static let stackBytes: UInt64 = 8 << 20

  /// Sets all but that of descriptors for this process, for good: soft and hard limits are the same, except that
  /// the soft one of processor time comes first, so that its signal tells it from every other end.
  static func apply(_ limits: Limits) throws(SystemCallError) {
    let seconds = UInt64(clamping: limits.cpuSeconds)
    try set([(clinux_limit_processor_time, seconds, seconds &+ 2)])
    try setHard([
      (clinux_limit_address_space, UInt64(clamping: limits.memoryBytes)), (clinux_limit_file_size, 0),
    ])
    try setHard(shared)
  }

  /// What no confined process needs.
  private static let shared: [(clinux_limit, UInt64)] = [
    (clinux_limit_processes, 0), (clinux_limit_core, 0), (clinux_limit_stack, stackBytes),
    (clinux_limit_locked_memory, 0), (clinux_limit_message_queues, 0),
  ]

  /// Sets those of the process that fetches models, for good.
  ///
  /// - Parameter fileBytes: the largest file that it may write.
  static func applyToFetcher(fileBytes: Int) throws(SystemCallError) {
    try setHard([
      (clinux_limit_address_space, 1 << 30), (clinux_limit_file_size, UInt64(clamping: fileBytes)),
      (clinux_limit_descriptors, 64),
    ])
    try setHard(shared)
  }

  private static func setHard(_ table: [(clinux_limit, UInt64)]) throws(SystemCallError) {
    try set(table.map { ($0.0, $0.1, $0.1) })
  }

  private static func set(_ table: [(clinux_limit, UInt64, UInt64)]) throws(SystemCallError) {
    for (resource, soft, hard) in table {
      try systemCall("setrlimit", "resource \(resource.rawValue)") {
        clinux_set_limit(resource, soft, hard)
      }
    }
  }

  /// Leaves room for a worker's own descriptors and for no other.
  ///
  /// Not before the worker's first message: the kernel holds the descriptors that all processes of this user have
  /// in messages under way against the sender's limit, and refuses the message (ETOOMANYREFS).
  static func applyToDescriptors() throws(SystemCallError) {
    let count = UInt64(WorkerDescriptor.input) + 1
    try systemCall("setrlimit", "descriptors") { clinux_set_limit(clinux_limit_descriptors, count, count) }
  }
}
