import Glibc
import Testing

@testable import Linux
@testable import Supervisor

@Suite struct FileIdentityTests {
  private func identity(changed: Int64) -> FileIdentity {
    var status = stat()
    status.st_ctim.tv_sec = Int(changed / 1_000_000_000)
    status.st_ctim.tv_nsec = Int(changed % 1_000_000_000)
    return FileIdentity(status)
  }

  @Test func `a file that changed long ago is examined at once`() {
    #expect(identity(changed: 5_000_000_001).settlingMilliseconds(at: 5_000_000_002) == 0)
    #expect(identity(changed: 5_000_000_000).settlingMilliseconds(at: 7_000_000_000) == 0)
  }

  @Test func `a file that changed in this tick is waited for`() {
    #expect(identity(changed: 5_000_000_001).settlingMilliseconds(at: 5_000_000_001) == 1)
    #expect(identity(changed: 5_004_000_001).settlingMilliseconds(at: 5_000_000_001) == 5)
  }

  @Test func `a stamp without a fraction may hide two seconds`() {
    #expect(identity(changed: 5_000_000_000).settlingMilliseconds(at: 5_500_000_000) == 1_500)
  }

  @Test func `a stamp in the far future or at the end of time is not waited for`() {
    #expect(identity(changed: 9_000_000_001).settlingMilliseconds(at: 5_000_000_000) == 0)
    #expect(identity(changed: .max).settlingMilliseconds(at: 5_000_000_000) == 0)
  }

  @Test func `a file that keeps changing is not waited for without end`() throws {
    let file = try FileDescriptor.memory(name: "test")
    let stop = try FileDescriptor.event()
    let (written, stopped) = (file.number, stop.number)
    let writer = try Thread(name: "writer") {
      var entries = [PollEntry(stopped)]
      repeat {
        #expect(unsafe pwrite(written, "x", 1, 0) == 1)
        do { try poll(&entries, milliseconds: 0) } catch { Issue.record("\(error)") }
      } while entries[0].found.isEmpty
    }
    #expect(throws: FileUnsettled.self) { while true { _ = try file.settledIdentity() } }
    try stop.write([1, 0, 0, 0, 0, 0, 0, 0])
    writer.join()
  }

  @Test func `a change right after a settled look is always seen`() throws {
    let file = try FileDescriptor.memory(name: "test")
    for _ in 0..<50 {
      try file.write([1])
      let before = try file.settledIdentity()
      #expect(unsafe pwrite(file.number, "x", 1, 0) == 1)
      #expect(try file.identity() != before)
    }
  }
}
