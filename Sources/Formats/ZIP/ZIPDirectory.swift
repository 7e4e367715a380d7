package import ByteParsing

/// Reads the entries of a directory one at a time, through a window: a directory of a million entries is
/// never in memory.
package struct ZIPDirectory {
  private let input: Input
  private let end: Int
  private var window: [UInt8] = []
  private var windowOffset = 0
  /// Where the next entry begins.
  package private(set) var offset: Int

  /// At the first entry of the archive's directory.
  package init(_ archive: ZIPArchive) {
    input = archive.input
    offset = archive.directory.lowerBound
    end = archive.directory.upperBound
  }

  /// The next entry, or nil at the end of the directory.
  ///
  /// - Throws: `.malformed` or `.truncated` where what is left is no entry; the next call gives nil.
  package mutating func next() throws(ParseError) -> ZIPEntry? {
    guard offset < end else { return nil }
    do {
      return try read()
    } catch {
      offset = end
      throw error
    }
  }

  private mutating func read() throws(ParseError) -> ZIPEntry {
    // The longest entry there can be: three lengths of 16 bits.
    let longest = ZIPEntry.size + 3 * 0xFFFF
    if offset + longest > windowOffset + window.count, windowOffset + window.count < end {
      windowOffset = offset
      window = try input.bytes(at: offset, count: min(2 * longest, end - offset), "central directory")
    }
    // SAFETY: plain bytes; the reader checks every access and does not outlive `window`.
    var reader = unsafe ByteReader(window.span.bytes, base: windowOffset)
    try reader.skip(offset - windowOffset, "central directory")
    let entry = try ZIPEntry(parsing: &reader)
    offset = reader.offset
    return entry
  }
}
