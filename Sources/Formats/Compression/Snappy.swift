package import ByteParsing

/// Snappy's raw form, as blocks of LevelDB's tables have it.
///
/// Source: google/snappy, `format_description.txt`.
package enum Snappy {
  /// Unpacks a whole block.
  ///
  /// - Throws: `.malformed` for bytes that are none, `.limit` where more would come out than `limit`.
  package static func unpack(_ packed: [UInt8], limit: Int) throws(ParseError) -> [UInt8] {
    var reader = ProtobufReader(Input(packed))
    let length = try reader.readVarint(packed.count)
    guard length <= UInt64(limit) else {
      throw ParseError(.limit, at: 0, "Snappy block of \(length) bytes")
    }
    var output: [UInt8] = []
    output.reserveCapacity(Int(length))
    var index = reader.offset
    func integer(_ count: Int) throws(ParseError) -> Int {
      guard count <= packed.count - index else { throw ParseError(.truncated, at: index, "Snappy element") }
      let value = packed[index..<index + count].reversed().reduce(0) { $0 << 8 | Int($1) }
      index += count
      return value
    }
    while index < packed.count {
      let tag = Int(packed[index])
      index += 1
      if tag & 3 == 0 {
        let short = tag >> 2
        var count = short + 1
        if short >= 60 { count = try integer(short - 59) + 1 }
        guard count <= packed.count - index, output.count + count <= Int(length) else {
          throw ParseError(.malformed, at: index, "Snappy literal")
        }
        output += packed[index..<index + count]
        index += count
        continue
      }
      let count = tag & 3 == 1 ? (tag >> 2 & 7) + 4 : (tag >> 2) + 1
      let distance: Int
      switch tag & 3 {
      case 1: distance = (tag >> 5) << 8 | (try integer(1))
      case 2: distance = try integer(2)
      default: distance = try integer(4)
      }
      guard distance > 0, distance <= output.count, output.count + count <= Int(length) else {
        throw ParseError(.malformed, at: index, "Snappy copy")
      }
      // The copied bytes may be among those that the copy makes.
      for _ in 0..<count { output.append(output[output.count - distance]) }
    }
    guard output.count == Int(length) else { throw ParseError(.truncated, at: index, "Snappy block") }
    return output
  }
}
