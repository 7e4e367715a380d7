internal import Glibc

/// What to wait for on a descriptor, and what was there.
package struct PollEvents: OptionSet, Hashable, Sendable {
  package let rawValue: Int16
  package init(rawValue: Int16) { self.rawValue = rawValue }

  package static let input = PollEvents(rawValue: Int16(POLLIN))
  package static let output = PollEvents(rawValue: Int16(POLLOUT))
  /// The other end is gone; always reported.
  package static let hangUp = PollEvents(rawValue: Int16(POLLHUP))
  /// The descriptor is in error; always reported.
  package static let error = PollEvents(rawValue: Int16(POLLERR))
  /// The descriptor is not open; always reported.
  package static let invalid = PollEvents(rawValue: Int16(POLLNVAL))
}

/// A descriptor to wait for.
package struct PollEntry: Sendable {
  package var descriptor: Int32
  package var interest: PollEvents
  /// What the last wait found.
  package var found: PollEvents = []

  package init(_ descriptor: Int32, _ interest: PollEvents = .input) {
    self.descriptor = descriptor
    self.interest = interest
  }
}

/// Waits until one of the entries has something, or the time is over. A wait that a signal interrupts begins
/// anew with the whole time. poll(2)
///
/// - Parameter milliseconds: nil waits without end.
/// - Returns: how many entries have something; 0 where the time is over.
@discardableResult
package func poll(
  _ entries: inout [PollEntry], milliseconds: Int?
) throws(SystemCallError) -> Int {
  var raw = entries.map { pollfd(fd: $0.descriptor, events: $0.interest.rawValue, revents: 0) }
  let timeout = milliseconds.map { Int32(clamping: max(0, $0)) } ?? -1
  // SAFETY: the pointer and the count are of one array.
  let count = try systemCall("poll") { unsafe Glibc.poll(&raw, nfds_t(raw.count), timeout) }
  for index in entries.indices { entries[index].found = PollEvents(rawValue: raw[index].revents) }
  return Int(count)
}
