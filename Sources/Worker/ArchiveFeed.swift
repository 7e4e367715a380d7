internal import ByteParsing
internal import CArchive
internal import Glibc

/// What libarchive reads: an input, at a place that moves.
@safe final class ArchiveFeed {
  private static let chunkBytes = 1 << 16

  private let input: Input
  private var offset = 0
  /// Keeps its address, because libarchive reads from it after the callback has returned.
  private let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkBytes, alignment: 16)
  /// Why the input could not be read, which libarchive cannot say.
  private(set) var error: ParseError?

  init(_ input: Input) { self.input = input }

  deinit { unsafe chunk.deallocate() }

  static func of(_ client: UnsafeMutableRawPointer?) -> ArchiveFeed {
    guard let client = unsafe client else { preconditionFailure("a callback without its data") }
    // SAFETY: whoever opened the archive gave it this object, which outlives it.
    return unsafe Unmanaged<ArchiveFeed>.fromOpaque(client).takeUnretainedValue()
  }

  /// Puts the next bytes into the chunk and `buffer` at it; 0 at the end, below 0 after an error.
  func read(_ buffer: UnsafeMutablePointer<UnsafeRawPointer?>?) -> Int {
    let count = min(Self.chunkBytes, input.count - offset)
    guard count > 0 else { return 0 }
    var span = unsafe MutableRawSpan(
      _unsafeBytes: UnsafeMutableRawBufferPointer(rebasing: chunk[..<count]))
    do throws(ParseError) {
      try input.read(at: offset, into: &span)
    } catch {
      self.error = error
      return -1
    }
    offset += count
    unsafe buffer?.pointee = unsafe UnsafeRawPointer(chunk.baseAddress)
    return count
  }

  /// Moves on, as far as there is something; says how far.
  func skip(_ count: Int) -> Int {
    let count = max(0, min(count, input.count - offset))
    offset += count
    return count
  }

  /// Moves to a place counted from the start, from here or from the end; below 0 where there is no such place.
  func seek(_ distance: Int, from whence: Int32) -> Int64 {
    let base =
      switch whence {
      case SEEK_SET: 0
      case SEEK_CUR: offset
      default: input.count
      }
    let (place, overflow) = base.addingReportingOverflow(distance)
    guard !overflow, place >= 0, place <= input.count else { return Int64(ARCHIVE_FATAL) }
    offset = place
    return Int64(place)
  }
}
