import Linux
import Testing

/// Events of fanotify, as the kernel writes them.
struct FanotifyTests {
  /// `event_len`, `vers`, `reserved`, `metadata_len`, `mask`, `fd`, `pid`.
  private static func event(
    length: UInt8 = 24, version: UInt8 = 3, head: UInt8 = 24, mask: [UInt8],
    descriptor: [UInt8] = [5, 0, 0, 0],
    more: [UInt8] = []
  ) -> [UInt8] {
    [length, 0, 0, 0, version, 0, head, 0] + mask + descriptor + [0x39, 0x05, 0, 0] + more
  }

  private static let opening: [UInt8] = [0, 0, 1, 0, 0, 0, 0, 0]
  private static let written: [UInt8] = [8, 0, 0, 0, 0, 0, 0, 0]

  @Test func `events are read one after another, whatever follows their heads`() throws {
    let bytes =
      Self.event(mask: Self.opening) + Self.event(length: 28, mask: Self.written, more: [1, 2, 3, 4])
      + Self.event(mask: [0, 0x40, 0, 0, 0, 0, 0, 0], descriptor: [0xFF, 0xFF, 0xFF, 0xFF])
    #expect(
      try FanotifyEvent.parse(bytes) == [
        FanotifyEvent(kind: .opening, descriptor: 5, process: 1337),
        FanotifyEvent(kind: .written, descriptor: 5, process: 1337),
        FanotifyEvent(kind: .other, descriptor: -1, process: 1337),
      ])
    #expect(try FanotifyEvent.parse([]) == [])
  }

  @Test func `half an event is refused, wherever it is cut`() {
    let bytes = Self.event(mask: Self.opening)
    for length in 1..<bytes.count {
      #expect(throws: SystemCallError.self) { try FanotifyEvent.parse(Array(bytes.prefix(length))) }
    }
  }

  @Test func `events of other sizes and versions are refused`() {
    for bytes in [
      Self.event(length: 0, mask: Self.opening), Self.event(length: 23, mask: Self.opening),
      Self.event(length: 25, mask: Self.opening), Self.event(version: 2, mask: Self.opening),
      Self.event(version: 4, mask: Self.opening), Self.event(head: 16, mask: Self.opening),
      Self.event(head: 32, mask: Self.opening),
    ] {
      #expect(throws: SystemCallError.self) { try FanotifyEvent.parse(bytes) }
    }
  }
}
