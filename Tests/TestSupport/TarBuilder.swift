/// Makes tar archives, honest ones and others.
package enum TarBuilder {
  /// A header's fields beyond the name.
  package struct Fields {
    package var type: Character = "0"
    package var link = ""
    package var prefix = ""
    /// `ustar`, NUL, `00`; GNU tar writes `ustar`, two spaces, NUL.
    package var magic = "ustar\u{0}00"
    /// The size that the header gives, where it is not that of the data.
    package var size: Int?
    /// Bytes that stand at offsets of the block in the end.
    package var raw: [(Int, [UInt8])] = []

    package init(type: Character = "0", link: String = "") {
      self.type = type
      self.link = link
    }
  }

  /// A header and its data, filled up to whole blocks.
  package static func member(_ name: String, _ data: [UInt8], type: Character = "0") -> [UInt8] {
    member(name, data, Fields(type: type))
  }

  package static func member(_ name: String, _ data: [UInt8], _ fields: Fields) -> [UInt8] {
    header(name, size: fields.size ?? data.count, fields) + padded(data)
  }

  package static func header(_ name: String, size: Int, _ fields: Fields) -> [UInt8] {
    var block = field(name, 100)
    block += Array("0000644\0".utf8) + Array("0000000\0".utf8) + Array("0000000\0".utf8)
    block += octal(size, digits: 11) + [0]
    block += Array("00000000000\0".utf8) + Array("        ".utf8)
    block += [fields.type.asciiValue ?? 0] + field(fields.link, 100)
    block += Array(fields.magic.utf8)
    block += [UInt8](repeating: 0, count: 345 - block.count) + field(fields.prefix, 155)
    block += [UInt8](repeating: 0, count: 512 - block.count)
    for (offset, bytes) in fields.raw { block.replaceSubrange(offset..<offset + bytes.count, with: bytes) }
    let sum = block.reduce(0) { $0 + Int($1) }
    block.replaceSubrange(148..<156, with: octal(sum, digits: 6) + [0, 0x20])
    return block
  }

  /// An extended header of pax, for the next member or, as type `g`, for all that follow.
  package static func pax(_ records: [(String, String)], type: Character = "x") -> [UInt8] {
    member("PaxHeader", Array(records.map(record).joined().utf8), type: type)
  }

  /// `length key=value`, the length counted with itself.
  private static func record(_ key: String, _ value: String) -> String {
    let rest = " \(key)=\(value)\n"
    var length = rest.utf8.count
    while "\(length)".utf8.count + rest.utf8.count != length {
      length = "\(length)".utf8.count + rest.utf8.count
    }
    return "\(length)\(rest)"
  }

  /// The members one after the other, and the two empty blocks of the end.
  package static func archive(_ members: [UInt8]...) -> [UInt8] {
    members.flatMap { $0 } + [UInt8](repeating: 0, count: 1024)
  }

  package static func padded(_ data: [UInt8]) -> [UInt8] {
    data + [UInt8](repeating: 0, count: (512 - data.count % 512) % 512)
  }

  /// A number as a header's field has it.
  package static func octal(_ value: Int, digits: Int) -> [UInt8] {
    (0..<digits).map { UInt8(0x30 + (value >> (3 * (digits - 1 - $0))) & 7) }
  }

  private static func field(_ text: String, _ count: Int) -> [UInt8] {
    Array(text.utf8) + [UInt8](repeating: 0, count: count - text.utf8.count)
  }
}
