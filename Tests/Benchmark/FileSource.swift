import ByteParsing
import Glibc

/// A file as a byte source.
final class FileSource: ByteSource {
  private let descriptor: Int32
  let count: Int

  /// Opens a file; nil where that does not work.
  init?(_ path: String) {
    // SAFETY: the string outlives the call.
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    count = Int(lseek(descriptor, 0, SEEK_END))
    guard count >= 0 else { return nil }
  }

  deinit { close(descriptor) }

  func read(at offset: Int, into buffer: inout MutableRawSpan) throws(ParseError) {
    let length = buffer.byteCount
    // SAFETY: the closure's pointer is not kept, and `pread` writes at most its length.
    let read = unsafe buffer.withUnsafeMutableBytes { target in
      unsafe pread(descriptor, target.baseAddress, length, off_t(offset))
    }
    guard read == length else { throw ParseError(.changed, at: offset, "file") }
  }
}
