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
  private func isRepeatable(_ file: borrowing FileDescriptor) throws -> Bool {
    let examination = try Real.supervisor().examine(file)
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
    let second = try isRepeatable(file)
    let stays = try file.holdsReadLease()
    #expect(isTaken && second && stays)
  }

  @Test func `whoever begins to write ends the hold`() throws {
    Signal.ignore(Signal.leaseBreak)
    let file = try FileDescriptor.open(path)
    let hold = WriteHold(file)
    #expect(throws: SystemCallError.self) { _ = try FileDescriptor.open(path, [.readWrite, .nonBlocking]) }
    let isHeld = hold.end(file)
    #expect(!isHeld)
  }
}
