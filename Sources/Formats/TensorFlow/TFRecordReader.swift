package import ByteParsing

/// Records as TensorFlow keeps examples and events.
///
/// | bytes | meaning |
/// | --- | --- |
/// | 8 | length of the data, little-endian |
/// | 4 | masked CRC-32C of the length |
/// | length | data |
/// | 4 | masked CRC-32C of the data |
///
/// Source: TensorFlow, `core/lib/io/record_writer.h`.
package struct TFRecordReader {
  private static let headerSize = 12
  private static let footerSize = 4
  private let input: Input
  private var offset = 0

  package init(_ input: Input) { self.input = input }

  package static func recognize(_ head: [UInt8]) -> Bool {
    guard head.count >= headerSize else { return false }
    var checksum = CRC32C()
    checksum.update(head[..<8])
    return checksum.masked == head[8..<12].littleEndian
  }

  /// The next record's data; nil at the end.
  ///
  /// - Throws: `.malformed` for a wrong checksum, `.truncated`.
  package mutating func next() throws(ParseError) -> Range<Int>? {
    guard offset < input.count else { return nil }
    let header = try input.bytes(at: offset, count: Self.headerSize, "header of a record")
    guard Self.recognize(header) else {
      throw ParseError(.malformed, at: offset, "checksum of a record's length")
    }
    let length = UInt64(header[4..<8].littleEndian) << 32 | UInt64(header[..<4].littleEndian)
    let start = offset + Self.headerSize
    guard length <= UInt64(input.count - start), input.count - start - Int(length) >= Self.footerSize else {
      throw ParseError(.truncated, at: offset, "record")
    }
    let range = start..<start + Int(length)
    var checksum = CRC32C()
    try checksum.update(input, range)
    let stored = try input.bytes(at: range.upperBound, count: Self.footerSize, "checksum of a record")
    guard checksum.masked == stored.littleEndian else {
      throw ParseError(.malformed, at: range.lowerBound, "checksum of a record's data")
    }
    offset = range.upperBound + Self.footerSize
    return range
  }
}
