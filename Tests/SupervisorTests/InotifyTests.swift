import Linux
import TestSupport
import Testing

/// What the kernel says about watched directories and leases.
struct InotifyTests {
  /// `wd`, `mask`, `cookie`, `len` and a name filled with zeros.
  private static func event(_ watch: UInt8, _ mask: [UInt8], _ name: String, length: UInt8) -> [UInt8] {
    let text = Array(name.utf8)
    return [watch, 0, 0, 0] + mask + [0, 0, 0, 0] + [length, 0, 0, 0] + text
      + [UInt8](repeating: 0, count: Int(length) - text.count)
  }

  @Test func `events are read one after another, with their names`() throws {
    let bytes =
      Self.event(1, [0, 1, 0, 0], "model.bin", length: 16)
      + Self.event(2, [0x80, 0, 0, 0x40], "d", length: 16)
      + [0xFF, 0xFF, 0xFF, 0xFF, 0, 0x40, 0, 0] + [UInt8](repeating: 0, count: 8)
    let events = try InotifyEvent.parse(bytes)
    #expect(
      events == [
        InotifyEvent(watch: 1, kinds: .created, name: Array("model.bin".utf8)),
        InotifyEvent(watch: 2, kinds: [.movedHere, .ofDirectory], name: [UInt8(ascii: "d")]),
        InotifyEvent(watch: -1, kinds: .overflow, name: []),
      ])
    #expect(try InotifyEvent.parse([]) == [])
  }

  @Test func `half an event is refused, wherever it is cut`() throws {
    let bytes = Self.event(1, [0, 1, 0, 0], "model.bin", length: 16)
    for length in 1..<bytes.count {
      #expect(throws: SystemCallError.self) { try InotifyEvent.parse(Array(bytes.prefix(length))) }
    }
    // A name that would end beyond everything.
    #expect(throws: SystemCallError.self) {
      try InotifyEvent.parse(Array(bytes.prefix(12)) + [0xFF, 0xFF, 0xFF, 0xFF] + [1, 2, 3, 4])
    }
  }

  @Test func `a directory is watched by what it is, not by its name`() throws {
    let place = try TemporaryDirectory()
    let directory = try FileDescriptor.open(place.path, [.readOnly, .directory])
    let inotify = try Inotify()
    let watch = try inotify.watch(directory)
    #expect(try inotify.watch(directory) == watch)
    #expect(try inotify.events() == [])
    try place.write("a", [1])
    #expect(place.remove("a"))
    let events = try inotify.events()
    #expect(events.allSatisfy { $0.watch == watch && $0.name == [UInt8(ascii: "a")] })
    #expect(events.map(\.kinds) == [.created, .modified, .written, .removed])
    try inotify.end(watch)
    #expect(try inotify.events().map(\.kinds) == [.ended])
    try inotify.end(watch)
  }

  @Test func `whether somebody has a file open for writing is known, mappings and duplicates included`()
    throws
  {
    let place = try TemporaryDirectory()
    let path = try place.write("a", [1])
    let reader = try FileDescriptor.open(path)
    #expect(reader.isOpenForWriting() == false)
    do {
      let writer = try FileDescriptor.open(path, .writeOnly)
      let second = try writer.duplicate()
      #expect(reader.isOpenForWriting() == true)
      _ = consume writer
      #expect(reader.isOpenForWriting() == true)
      _ = consume second
    }
    #expect(reader.isOpenForWriting() == false)
    #expect(try reader.takeReadLease())
    #expect(try reader.holdsReadLease())
    try reader.endLease()
    #expect(try !reader.holdsReadLease())
    try reader.endLease()
  }
}
