/// The descriptors of a worker. The filters name them by number, so the numbers are part of the confinement.
package enum WorkerDescriptor {
  /// `/dev/null` is 0, 1 and 2: the runtime's last words go nowhere, and that they do is no violation.
  package static let null: Int32 = 0
  /// To the supervisor.
  package static let socket: Int32 = 3
  /// The seccomp listener, until it was handed over; the kernel gives it the lowest free number.
  package static let listener: Int32 = 4
  /// The input, which comes after the listener is closed and so takes its number.
  package static let input: Int32 = 4
}
