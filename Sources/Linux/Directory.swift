internal import Glibc

/// A directory being listed.
@safe package struct Directory: ~Copyable {
  private let stream: OpaquePointer

  /// Lists an open directory, which it takes over. fdopendir(3)
  package init(_ descriptor: consuming FileDescriptor) throws(SystemCallError) {
    let number = descriptor.release()
    // SAFETY: the stream owns the descriptor from here on, unless making it failed.
    guard let stream = unsafe fdopendir(number) else {
      let error = SystemCallError("fdopendir", errno)
      close(number)
      throw error
    }
    unsafe self.stream = stream
  }

  // SAFETY: nobody else has the stream.
  deinit { unsafe closedir(stream) }

  /// The next name as its bytes, `.` and `..` left out; nil at the end. readdir(3)
  package mutating func next() throws(SystemCallError) -> [UInt8]? {
    while true {
      errno = 0
      // SAFETY: the stream lives as long as self; the entry is copied before the next call.
      guard let entry = unsafe readdir(stream) else {
        if errno == 0 { return nil }
        throw SystemCallError("readdir", errno)
      }
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe [UInt8](bytes.prefix { $0 != 0 })
      }
      if name != [0x2E], name != [0x2E, 0x2E] { return name }
    }
  }

  /// All names, in byte order, so that two walks of one tree agree.
  package consuming func names() throws(SystemCallError) -> [[UInt8]] {
    var names: [[UInt8]] = []
    while let name = try next() { names.append(name) }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
  }
}
