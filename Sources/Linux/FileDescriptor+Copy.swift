internal import CLinux
internal import Glibc

extension FileDescriptor {
  /// Bytes that one call copies, so that a signal does not wait long.
  private static let copyChunk = 1 << 28
  private static let bufferSize = 1 << 20

  /// Fills this new, empty file with the first `size` bytes of another: shared until one of them is written to
  /// where the file system can do that, else copied inside the kernel, else read and written.
  ///
  /// Where the other grows or shrinks meanwhile, this may have more or fewer bytes: the caller compares its
  /// identity before and after. Nothing but bytes is copied.
  package func fill(from source: borrowing FileDescriptor, size: Int) throws(SystemCallError) {
    let from = source.number
    do throws(SystemCallError) {
      try systemCall("ioctl", "FICLONE") { clinux_clone(number, from) }
    } catch {
      if error.isOfDevice { throw error }
      let copied = try copyInKernel(from: from, size: size)
      if copied < size { try copyBytes(of: source, from: copied, size: size) }
    }
  }

  /// How far the kernel could copy.
  private func copyInKernel(from source: Int32, size: Int) throws(SystemCallError) -> Int {
    var offset = 0
    while offset < size {
      let (start, count) = (offset, min(Self.copyChunk, size - offset))
      do throws(SystemCallError) {
        let copied = try systemCall("copy_file_range") {
          clinux_copy_range(number, source, start, count)
        }
        if copied == 0 { return offset }
        offset += copied
      } catch {
        if error.isOfDevice { throw error }
        return offset
      }
    }
    return offset
  }

  /// Moves the file's own offset, where the next `write` writes. lseek(2)
  package func seek(to offset: Int) throws(SystemCallError) {
    try systemCall("lseek") { lseek(number, off_t(offset), SEEK_SET) }
  }

  private func copyBytes(
    of source: borrowing FileDescriptor, from start: Int, size: Int
  ) throws(SystemCallError) {
    var offset = start
    var block = [UInt8](repeating: 0, count: min(Self.bufferSize, size - start))
    // The kernel's copy does not move this file's own offset.
    try seek(to: start)
    while offset < size {
      var span = block.mutableSpan
      var bytes = unsafe span.mutableBytes
      let count = min(try source.read(at: offset, into: &bytes), size - offset)
      if count == 0 { return }
      try write(block[..<count])
      offset += count
    }
  }
}

extension SystemCallError {
  /// The device or its quota is at fault, and another way of copying would not help.
  fileprivate var isOfDevice: Bool { [ENOSPC, EDQUOT, EIO, EFBIG].contains(errno) }
}
