import Linux
import TestSupport
import Testing

@Suite struct SealedMemoryTests {
  @Test(arguments: [0, 1, 4096, 1_500_000]) func `it has the bytes that it was made of`(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) }
    #expect(try SealedMemory(copying: bytes, name: "test").array == bytes)
  }

  @Test func `a copy of a file stays as the file was`() throws {
    let folder = try TemporaryDirectory()
    let path = try folder.write("file", Array("before".utf8))
    let memory = try SealedMemory(copying: .open(path, .readOnly), limit: 6, name: "test")
    try folder.write("file", Array("after!".utf8))
    #expect(memory.array == Array("before".utf8))
    #expect(throws: SystemCallError.self) {
      try SealedMemory(copying: .open(path, .readOnly), limit: 5, name: "test")
    }
  }

  @Test func `a memory file that could still change is refused`() throws {
    let file = try FileDescriptor.memory(name: "test")
    try file.write(Array("x".utf8)[...])
    #expect(throws: SystemCallError.self) { try SealedMemory(file.duplicate()) }
    try file.seal()
    #expect(try SealedMemory(file.duplicate()).array == Array("x".utf8))
  }
}

extension SealedMemory {
  fileprivate var array: [UInt8] { unsafe bytes.withUnsafeBytes { unsafe Array($0) } }
}
