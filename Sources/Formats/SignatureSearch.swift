package import ByteParsing

/// Looks for a four-byte signature in a range of an input, in windows.
package enum SignatureSearch {
  private static let window = 1 << 16

  /// Calls `visit` with the offset of each occurrence in order, until it returns false.
  ///
  /// - Throws: what reading the input throws.
  package static func run(
    _ input: Input, _ range: Range<Int>, for signature: UInt32, visit: (Int) -> Bool
  ) throws(ParseError) {
    var start = range.lowerBound
    while range.upperBound - start >= 4 {
      let length = min(window, range.upperBound - start)
      let bytes = try input.bytes(at: start, count: length, "signature search")
      let first = UInt8(truncatingIfNeeded: signature)
      let span = bytes.span
      for index in 0...(length - 4) where span[index] == first {
        let found =
          UInt32(span[index]) | UInt32(span[index + 1]) << 8 | UInt32(span[index + 2]) << 16
          | UInt32(span[index + 3]) << 24
        if found == signature, !visit(start + index) { return }
      }
      // The last three bytes may begin a signature that the next window ends.
      start += length - 3
    }
  }
}
