/// Makes tar archives of plain members.
package enum TarBuilder {
  /// A header and its data, filled up to whole blocks.
  package static func member(_ name: String, _ data: [UInt8], type: Character = "0") -> [UInt8] {
    var block = Array(name.utf8) + [UInt8](repeating: 0, count: 100 - name.utf8.count)
    block += Array("0000644\0".utf8) + Array("0000000\0".utf8) + Array("0000000\0".utf8)
    block += octal(data.count, digits: 11) + [0]
    block += Array("00000000000\0".utf8) + Array("        ".utf8)
    block += [type.asciiValue ?? 0] + [UInt8](repeating: 0, count: 100)
    block += Array("ustar\u{0}00".utf8)
    block += [UInt8](repeating: 0, count: 512 - block.count)
    let sum = block.reduce(0) { $0 + Int($1) }
    block.replaceSubrange(148..<156, with: octal(sum, digits: 6) + [0, 0x20])
    let padding = (512 - data.count % 512) % 512
    return block + data + [UInt8](repeating: 0, count: padding)
  }

  /// The members one after the other, and the two empty blocks of the end.
  package static func archive(_ members: [UInt8]...) -> [UInt8] {
    members.flatMap { $0 } + [UInt8](repeating: 0, count: 1024)
  }

  private static func octal(_ value: Int, digits: Int) -> [UInt8] {
    (0..<digits).map { UInt8(0x30 + (value >> (3 * (digits - 1 - $0))) & 7) }
  }
}
