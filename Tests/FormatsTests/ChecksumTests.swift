import Testing

@testable import Formats

/// The check values of the catalogue of CRCs, and the same bytes in any pieces.
@Suite struct ChecksumTests {
  private static let digits = Array("123456789".utf8)

  @Test func `the checksums of nine digits are those of the catalogue`() {
    var crc = CRC32()
    crc.update(unsafe Self.digits.span.bytes)
    #expect(crc.value == 0xCBF4_3926)
    var castagnoli = CRC32C()
    castagnoli.update(Self.digits[...])
    #expect(castagnoli.value == 0xE306_9283)
  }

  @Test func `it does not matter in which pieces bytes come`() {
    let bytes = (0..<100).map { UInt8(truncatingIfNeeded: $0 * 37) }
    var whole = CRC32()
    whole.update(unsafe bytes.span.bytes)
    for cut in 0...bytes.count {
      let (first, second) = (Array(bytes[..<cut]), Array(bytes[cut...]))
      var parts = CRC32()
      parts.update(unsafe first.span.bytes)
      parts.update(unsafe second.span.bytes)
      #expect(parts.value == whole.value)
    }
  }
}
