internal import CLinux
internal import Glibc

/// A memory file that nobody can change any more, mapped for reading. It may be passed on to other processes, which
/// share its pages. memfd_create(2), mmap(2)
@safe package final class SealedMemory: Sendable {
  package let file: FileDescriptor
  // SAFETY: the mapping is there until `deinit`, and the seals keep everybody from writing to it.
  private nonisolated(unsafe) let memory: UnsafeRawBufferPointer

  /// Maps a memory file that is sealed.
  ///
  /// - Throws: also where it is not.
  package init(_ file: consuming FileDescriptor) throws(SystemCallError) {
    guard try file.isSealed() else { throw .badMessage("fcntl", "the memory file could still change") }
    unsafe memory = try Self.map(file)
    self.file = file
  }

  /// A copy of these bytes.
  package convenience init(copying bytes: [UInt8], name: String) throws(SystemCallError) {
    try self.init(.sealedMemory(bytes, name: name))
  }

  /// A copy of a file, whatever becomes of it later.
  ///
  /// - Throws: also where it has more than `limit` bytes.
  package convenience init(
    copying file: borrowing FileDescriptor, limit: Int, name: String
  ) throws(SystemCallError) {
    let size = try file.identity().size
    guard size <= limit else { throw .badMessage("fstat", "more than \(limit) bytes") }
    let copy = try FileDescriptor.memory(name: name)
    try copy.fill(from: file, size: size)
    try copy.seal()
    try self.init(copy)
  }

  package var bytes: RawSpan {
    @_lifetime(borrow self)
    get {
      // SAFETY: the mapping lives as long as `self`.
      let span = unsafe RawSpan(_unsafeBytes: memory)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  deinit {
    // SAFETY: whoever uses the bytes keeps this object. That they cannot be unmapped is no reason to end.
    if let start = unsafe memory.baseAddress {
      unsafe munmap(UnsafeMutableRawPointer(mutating: start), memory.count)
    }
  }

  private static func map(_ file: borrowing FileDescriptor) throws(SystemCallError)
    -> UnsafeRawBufferPointer
  {
    let size = try file.identity().size
    if size == 0 { return unsafe UnsafeRawBufferPointer(start: nil, count: 0) }
    let start = try systemCall("mmap") {
      // SAFETY: a new mapping of the whole file, which the seals keep as long as it is.
      unsafe Int(bitPattern: mmap(nil, size, PROT_READ, MAP_SHARED, file.number, 0))
    }
    return unsafe UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: start), count: size)
  }
}
