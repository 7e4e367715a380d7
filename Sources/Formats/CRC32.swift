/// The CRC-32 of ZIP, gzip and PNG: reflected polynomial 0xEDB88320, all ones before and after.
///
/// Source: APPNOTE.TXT 4.4.7; ITU-T V.42, 8.1.1.6.2.
package struct CRC32: Sendable {
  private var register: UInt32 = 0xFFFF_FFFF

  package init() {}

  /// Takes the next bytes of the stream.
  package mutating func update(_ bytes: RawSpan) {
    var value = register
    let table = Self.table.span
    for index in 0..<bytes.byteCount {
      // SAFETY: `index` is below the span's count.
      let byte = unsafe bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self)
      value = table[Int((value ^ UInt32(byte)) & 0xFF)] ^ (value &>> 8)
    }
    register = value
  }

  /// The checksum of what was taken so far.
  package var value: UInt32 { ~register }

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in
      value & 1 == 0 ? value &>> 1 : 0xEDB8_8320 ^ (value &>> 1)
    }
  }
}
