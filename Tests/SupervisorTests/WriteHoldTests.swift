import Findings
import Glibc
import Linux
import TestSupport
import Testing

@testable import Supervisor

/// Whether an examination is of the bytes that its digest is of, whoever else has the file.
@Suite struct WriteHoldTests {
  private let place: TemporaryDirectory
  private let path: String

  init() throws {
    place = try TemporaryDirectory()
    path = try place.write("m.pkl", Real.pickle(numbers: 3))
  }

  /// Whether what was judged may be served again for the same digest.
  private func isRepeatable(_ file: borrowing FileDescriptor, isHeld: Bool = false) throws -> Bool {
    let examination = try Real.supervisor().examine(file, isHeld: isHeld)
    #expect(examination.verdict == .allow)
    return examination.repeatable
  }

  @Test func `a file that nobody can write is judged for all who have its bytes`() throws {
    let onDisk = try isRepeatable(try .open(path))
    let memory = try FileDescriptor.sealedMemory(Real.pickle(numbers: 3), name: "m").reopenedReadOnly()
    let inMemory = try isRepeatable(memory)
    #expect(onDisk && inMemory)
  }

  @Test func `a file that somebody has open for writing is judged for this time only`() throws {
    let writer = try FileDescriptor.open(path, .readWrite)
    let isRepeatable = try isRepeatable(try .open(path))
    #expect(!isRepeatable)
    _ = try writer.identity()
  }

  /// Writing through it changes no time stamp there.
  @Test func `so is a file that somebody has mapped for writing, with no descriptor left`() throws {
    let name = "/dev/shm/lazaret-test-\(Process.id)-\(UInt64.random(in: 0...(.max)))"
    let bytes = Real.pickle(numbers: 3)
    let map = try {
      let writer = try FileDescriptor.open(name, [.readWrite, .create, .exclusive], mode: 0o600)
      try writer.write(bytes)
      return unsafe mmap(nil, bytes.count, PROT_READ | PROT_WRITE, MAP_SHARED, writer.number, 0)
    }()
    defer {
      unsafe munmap(map, bytes.count)
      unsafe unlink(name)
    }
    #expect(unsafe map != MAP_FAILED)
    let isRepeatable = try isRepeatable(try .open(name))
    #expect(!isRepeatable)
  }

  @Test func `afterwards the file can be written without waiting, and a lease of the caller's stays`()
    throws
  {
    let file = try FileDescriptor.open(path)
    let first = try isRepeatable(file)
    #expect(first)
    let isHeld = try file.holdsReadLease()
    #expect(!isHeld)
    _ = try FileDescriptor.open(path, [.readWrite, .nonBlocking])
    Signal.ignore(Signal.leaseBreak)
    let isTaken = try file.takeReadLease()
    let second = try isRepeatable(file, isHeld: true)
    let stays = try file.holdsReadLease()
    #expect(isTaken && second && stays)
  }

  /// A client that passes its descriptor keeps another of the same open file.
  @Test func `whoever shares the open file cannot end the hold unseen`() throws {
    Signal.ignore(Signal.leaseBreak)
    let file = try FileDescriptor.open(path)
    let shared = try file.duplicate()
    let hold = WriteHold.begin(file, isHeld: false)
    try shared.endLease()
    #expect(throws: SystemCallError.self) { _ = try FileDescriptor.open(path, [.readWrite, .nonBlocking]) }
    let wasHeld = hold.end(file)
    #expect(!wasHeld)
  }

  @Test func `a file whose bytes come from elsewhere is judged for this time only`() throws {
    let file = try FileDescriptor.open("/proc/self/status")
    let isHeld = WriteHold.begin(file, isHeld: false).end(file)
    #expect(!isHeld)
    #expect(try file.fileSystem() == .foreign)
  }

  @Test func `the file system of a file is among the mounts, and one of no number is not`() throws {
    let device = try FileDescriptor.open("/proc/self/status").identity().device
    #expect(try Mount.isVisible(device: device))
    #expect(try !Mount.isVisible(device: 0xFFF_FFFF))
  }

  @Test func `whoever begins to write ends the hold`() throws {
    Signal.ignore(Signal.leaseBreak)
    let file = try FileDescriptor.open(path)
    let hold = WriteHold.begin(file, isHeld: false)
    #expect(throws: SystemCallError.self) { _ = try FileDescriptor.open(path, [.readWrite, .nonBlocking]) }
    let isHeld = hold.end(file)
    #expect(!isHeld)
  }
}
