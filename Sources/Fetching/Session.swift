package import Linux
package import Wire

/// The line to the process that asked.
package final class Session {
  private static let interval: UInt64 = 250_000_000

  private let control: FileDescriptor
  private var bytes = 0
  private var expected = 0
  private var saidAt: UInt64 = 0

  package init(_ control: consuming FileDescriptor) { self.control = control }

  /// Says something. Where nobody listens any more, there is nothing left to do, and the process is about to be ended.
  package func send(_ message: FetchMessage) {
    do throws(SystemCallError) { try control.send(message.encoded()) } catch {}
  }

  func receive() throws(SystemCallError) -> [UInt8]? {
    try control.receive(limit: WireLimit.message)?.bytes
  }

  /// From here on, progress is of so many bytes.
  func expect(_ bytes: Int) { expected = bytes }

  /// Says that it lives, and how far it is, a few times a second.
  func beat(adding count: Int = 0) {
    bytes += count
    let now = MonotonicClock.nanoseconds
    guard now - saidAt >= Self.interval else { return }
    saidAt = now
    send(.progress(bytes: bytes, of: max(bytes, expected)))
  }
}
