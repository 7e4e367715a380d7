internal import ByteParsing
internal import Linux

/// The worker's input: an open file, read at offsets through one window.
///
/// Nothing is mapped, because a mapped file that becomes shorter kills whoever looks at it, and the file's own
/// offset, which is shared with the supervisor, stays where it is.
final class FileSource: ByteSource {
  /// Bytes of the window. Small reads come from it; larger ones go past it.
  private static let windowSize = 256 * 1024

  let count: Int
  private let file: FileDescriptor
  private var window: [UInt8] = []
  private var windowStart = 0

  /// - Parameter count: the size that the supervisor saw. A file that is shorter by now reads as changed.
  init(_ file: consuming FileDescriptor, count: Int) {
    self.file = file
    self.count = count
  }

  func read(at offset: Int, into buffer: inout MutableRawSpan) throws(ParseError) {
    let length = buffer.byteCount
    guard offset >= 0, offset <= count, length <= count - offset else {
      throw ParseError(.truncated, at: offset, "bytes of the file")
    }
    guard length < Self.windowSize else { return try fill(&buffer, at: offset) }
    // Not `windowStart + window.count`: compared from the left, nothing can overflow.
    if offset < windowStart || offset - windowStart > window.count - length { try moveWindow(to: offset) }
    let first = offset - windowStart
    // SAFETY: `moveWindow` has put `length` bytes from `offset` into the window, or they were there before.
    unsafe window.withUnsafeBytes { bytes in
      unsafe buffer.withUnsafeMutableBytes { target in
        unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[first..<first + length]))
      }
    }
  }

  private func moveWindow(to offset: Int) throws(ParseError) {
    let length = min(Self.windowSize, count - offset)
    var bytes = window
    // Taken apart first, so that the window is empty where reading fails.
    window = []
    if bytes.count != length { bytes = [UInt8](repeating: 0, count: length) }
    var span = bytes.mutableSpan
    // SAFETY: the span is of bytes, so any value is a valid one.
    var raw = unsafe span.mutableBytes
    try fill(&raw, at: offset)
    window = bytes
    windowStart = offset
  }

  /// Fills the whole buffer from the file; the caller has compared it with `count`.
  private func fill(_ buffer: inout MutableRawSpan, at offset: Int) throws(ParseError) {
    let wanted = buffer.byteCount
    let found: Int
    do {
      found = try file.read(at: offset, into: &buffer)
    } catch {
      throw ParseError(.changed, at: offset, "the file: \(error)")
    }
    guard found == wanted else { throw ParseError(.changed, at: offset + found, "the file became shorter") }
  }
}
