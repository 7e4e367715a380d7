/// The CRC-32 of ZIP, gzip and PNG: reflected polynomial 0xEDB88320, all ones before and after.
///
/// Source: APPNOTE.TXT 4.4.7; ITU-T V.42, 8.1.1.6.2.
package struct CRC32: Sendable {
  private static let tables = CRCTables(polynomial: 0xEDB8_8320)
  private var register: UInt32 = 0xFFFF_FFFF

  package init() {}

  /// Takes the next bytes of the stream.
  package mutating func update(_ bytes: RawSpan) { register = Self.tables.advance(register, over: bytes) }

  /// The checksum of what was taken so far.
  package var value: UInt32 { ~register }
}
