/// Makes RAR archives of stored members, in both versions of the format.
package enum RARBuilder {
  /// RAR 4: blocks with a CRC of 16 bits, a type, flags, and a size (technote.txt of unrar 3).
  package static func version4(_ name: String, _ data: [UInt8]) -> [UInt8] {
    let file =
      littleEndian(UInt32(data.count)) + littleEndian(UInt32(data.count)) + [3]
      + littleEndian(ZIPBuilder.crc(data)) + littleEndian(UInt32(0x4A21_0000)) + [20, 0x30]
      + littleEndian(UInt16(name.utf8.count)) + littleEndian(UInt32(0o100644)) + Array(name.utf8)
    return Array("Rar!\u{1A}\u{07}\u{0}".utf8) + block4(0x73, 0, [UInt8](repeating: 0, count: 6))
      + block4(0x74, 0x8000, file) + data + block4(0x7B, 0x4000, [])
  }

  private static func block4(_ type: UInt8, _ flags: UInt16, _ body: [UInt8]) -> [UInt8] {
    let rest = [type] + littleEndian(flags) + littleEndian(UInt16(7 + body.count)) + body
    return littleEndian(UInt16(truncatingIfNeeded: ZIPBuilder.crc(rest))) + rest
  }

  /// RAR 5: blocks with a CRC of 32 bits, and numbers in groups of seven bits (technote.txt of unrar 5).
  package static func version5(_ name: String, _ data: [UInt8]) -> [UInt8] {
    // A file with a checksum, of no dictionary, made on Unix.
    let file =
      number(0x04) + number(data.count) + number(0o100644) + littleEndian(ZIPBuilder.crc(data)) + number(0)
      + number(1) + number(name.utf8.count) + Array(name.utf8)
    return Array("Rar!\u{1A}\u{07}\u{1}\u{0}".utf8) + block5(number(1) + number(0) + number(0))
      + block5(number(2) + number(2) + number(data.count) + file) + data
      + block5(number(5) + number(0) + number(0))
  }

  private static func block5(_ body: [UInt8]) -> [UInt8] {
    let rest = number(body.count) + body
    return littleEndian(ZIPBuilder.crc(rest)) + rest
  }

  private static func number(_ value: Int) -> [UInt8] {
    value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + number(value >> 7)
  }
}
