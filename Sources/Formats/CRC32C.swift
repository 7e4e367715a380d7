package import ByteParsing

/// The CRC-32C of LevelDB, TensorFlow and OCDBT: reflected polynomial 0x82F63B78, all ones before and after.
///
/// Source: RFC 3720, appendix B.4; the mask is LevelDB's (`util/crc32c.h`).
package struct CRC32C: Sendable {
  private static let tables = CRCTables(polynomial: 0x82F6_3B78)
  private var register: UInt32 = 0xFFFF_FFFF

  package init() {}

  package mutating func update(_ bytes: ArraySlice<UInt8>) {
    // SAFETY: plain bytes, lent for the call.
    register = Self.tables.advance(register, over: unsafe bytes.span.bytes)
  }

  /// Takes a range of an input, a window at a time.
  ///
  /// - Throws: what reading the input throws.
  package mutating func update(_ input: Input, _ range: Range<Int>) throws(ParseError) {
    var offset = range.lowerBound
    while offset < range.upperBound {
      let count = min(64 << 10, range.upperBound - offset)
      update(try input.bytes(at: offset, count: count, "checksummed bytes")[...])
      offset += count
    }
  }

  /// The checksum of what was taken so far.
  package var value: UInt32 { ~register }

  /// The checksum as files keep it, so that a checksum over bytes with checksums in them is not a constant.
  package var masked: UInt32 { (value &>> 15 | value &<< 17) &+ 0xA282_EAD8 }
}
