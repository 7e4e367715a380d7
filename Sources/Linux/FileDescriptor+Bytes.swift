internal import CLinux
internal import Glibc

extension FileDescriptor {
  /// Reads once at `offset`, without moving the file's own offset. pread(2)
  ///
  /// - Returns: how many bytes were read; 0 at the end of the file.
  package func read(
    at offset: Int, into buffer: inout MutableRawSpan
  ) throws(SystemCallError) -> Int {
    let number = self.number
    // SAFETY: the span gives its own base and length; pread writes no more than that length.
    return try systemCall("pread") {
      unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe pread(number, bytes.baseAddress, bytes.count, off_t(offset))
      }
    }
  }

  /// The bytes of the whole file, from its start.
  ///
  /// - Throws: `EFBIG` where there are more than `limit`.
  package func readAll(limit: Int) throws(SystemCallError) -> [UInt8] {
    // One read gets what the file has now; the loop sees that it has ended, or has grown.
    let expected = min(max(try identity().size, 0), limit)
    let number = self.number
    var trouble: SystemCallError?
    var result = unsafe [UInt8](unsafeUninitializedCapacity: expected) { buffer, count in
      do throws(SystemCallError) {
        // SAFETY: the buffer has `expected` bytes, and counts as filled what pread says it wrote.
        count = try systemCall("pread") { unsafe pread(number, buffer.baseAddress, expected, 0) }
      } catch {
        trouble = error
      }
    }
    if let trouble { throw trouble }
    var block = [UInt8](repeating: 0, count: 4096)
    while true {
      var span = block.mutableSpan
      var raw = unsafe span.mutableBytes
      let count = try read(at: result.count, into: &raw)
      if count == 0 { return result }
      guard count <= limit - result.count else { throw SystemCallError("pread", EFBIG) }
      result.append(contentsOf: block[..<count])
    }
  }

  /// Reads once from a pipe, socket or event counter, at most `limit` bytes; empty at its end. read(2)
  package func read(limit: Int) throws(SystemCallError) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: limit)
    // SAFETY: the array has `limit` bytes.
    let count = try systemCall("read") { unsafe Glibc.read(number, &result, limit) }
    result.removeLast(limit - count)
    return result
  }

  /// Writes all bytes. write(2)
  package func write(_ bytes: [UInt8]) throws(SystemCallError) { try write(bytes[...]) }

  /// Writes all bytes. write(2)
  package func write(_ bytes: ArraySlice<UInt8>) throws(SystemCallError) {
    var written = 0
    while written < bytes.count {
      let start = written
      // SAFETY: the pointer and the count are of the rest of one slice.
      written += try systemCall("write") {
        unsafe bytes.withUnsafeBytes { all in
          unsafe Glibc.write(number, all.baseAddress.map { unsafe $0 + start }, all.count - start)
        }
      }
    }
  }

  /// Brings what was written to the disk. fsync(2)
  package func synchronize() throws(SystemCallError) {
    try systemCall("fsync") { fsync(number) }
  }

  /// A memory file that holds `bytes` and can never change again. memfd_create(2)
  package static func sealedMemory(
    _ bytes: [UInt8], name: String
  ) throws(SystemCallError) -> FileDescriptor {
    try sealedMemory([bytes[...]], name: name)
  }

  /// A memory file that holds these parts one after the other and can never change again. memfd_create(2)
  package static func sealedMemory(
    _ parts: [ArraySlice<UInt8>], name: String
  ) throws(SystemCallError) -> FileDescriptor {
    let file = try memory(name: name)
    for part in parts { try file.write(part) }
    try file.seal()
    return file
  }

  /// An empty memory file that `seal` can close for good.
  package static func memory(name: String) throws(SystemCallError) -> FileDescriptor {
    FileDescriptor(
      // SAFETY: the string ends in a zero and outlives the call.
      owning: try systemCall("memfd_create", name) { unsafe clinux_memory_file(name) })
  }

  /// Makes a memory file unchangeable.
  package func seal() throws(SystemCallError) {
    try systemCall("fcntl", "F_ADD_SEALS") { clinux_seal(number) }
  }

  /// Whether nothing can change this memory file any more.
  package func isSealed() throws(SystemCallError) -> Bool {
    try systemCall("fcntl", "F_GET_SEALS") { clinux_seals(number) } == 1
  }
}
