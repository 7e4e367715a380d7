/// A reflected CRC of 32 bits that takes eight bytes at a time: a table for each of the eight places, so that no step
/// waits for the one before it ("slicing by 8": Kounavis and Berry, 2005).
struct CRCTables: Sendable {
  private static let slices = 8
  /// 256 entries for each number of bytes that follow, from 0 to 7.
  private let entries: [UInt32]

  init(polynomial: UInt32) {
    var entries = (0..<256).map { index in
      (0..<8).reduce(UInt32(index)) { value, _ in
        value & 1 == 0 ? value &>> 1 : polynomial ^ (value &>> 1)
      }
    }
    for index in 256..<256 * Self.slices {
      let value = entries[index - 256]
      entries.append(entries[Int(value & 0xFF)] ^ value &>> 8)
    }
    self.entries = entries
  }

  /// The register after these bytes.
  func advance(_ register: UInt32, over bytes: RawSpan) -> UInt32 {
    let table = entries.span
    var value = register
    var index = 0
    while index &+ Self.slices <= bytes.byteCount {
      // SAFETY: the loop's condition leaves eight bytes from `index` on.
      let word = UInt64(
        littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
      let mixed = word ^ UInt64(value)
      value = 0
      for place in 0..<Self.slices {
        let byte = Int(truncatingIfNeeded: mixed &>> UInt64(8 &* place) & 0xFF)
        value ^= table[(Self.slices &- 1 &- place) &* 256 &+ byte]
      }
      index &+= Self.slices
    }
    while index < bytes.byteCount {
      // SAFETY: `index` is below the span's count.
      let byte = unsafe bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self)
      value = table[Int((value ^ UInt32(byte)) & 0xFF)] ^ value &>> 8
      index &+= 1
    }
    return value
  }
}
