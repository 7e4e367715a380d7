package import ByteParsing

/// A sorted table of keys and values as LevelDB writes it, which the index of a checkpoint is.
///
/// | bytes | meaning |
/// | --- | --- |
/// | data blocks | entries: shared, own and value length as varints, the key's own bytes, the value; then restart offsets and their count, 32 bits each |
/// | after each block | 1 byte of compression (0 none, 1 Snappy), 4 bytes of masked CRC-32C over block and that byte |
/// | index block | as a data block; a value is offset and length of a data block |
/// | footer, 48 bytes | place of the meta-index and of the index as varints, zeros, magic |
///
/// Source: LevelDB, `doc/table_format.md`; TensorFlow, `core/lib/io/format.cc`.
package struct SortedTable {
  package static let magic: [UInt8] = [0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB]
  package static let footerSize = 48
  private static let trailerSize = 5
  private static let blockLimit = 64 << 20
  private static let entryLimit = 4 << 20

  private let input: Input
  private var read: [Range<Int>] = []
  private var entries = 0

  private init(_ input: Input) { self.input = input }

  package static func recognize(_ input: Input) -> Bool {
    guard input.count >= footerSize else { return false }
    return (try? input.bytes(at: input.count - magic.count, count: magic.count)) == magic
  }

  /// The value of the first entry; nil where there is none.
  ///
  /// - Throws: as ``read(_:_:)`` does, for the first blocks.
  package static func first(_ input: Input) throws(ParseError) -> [UInt8]? {
    guard recognize(input) else { return nil }
    var table = SortedTable(input)
    var footer = ProtobufReader(input, at: input.count - footerSize)
    _ = try table.handle(&footer, until: input.count - magic.count)
    let index = try table.handle(&footer, until: input.count - magic.count)
    guard let value = try table.block(index).first?.value else { return nil }
    var reader = ProtobufReader(Input(value))
    return try table.block(try table.handle(&reader, until: value.count)).first?.value
  }

  /// Reads every entry, in their order.
  ///
  /// - Throws: `.malformed` for a wrong checksum, blocks that overlap or leave bytes between them, keys that are not in order;
  ///   `.unsupported` for another compression; `.truncated`, `.limit`.
  package static func read(
    _ input: Input, _ visit: (_ key: [UInt8], _ value: [UInt8]) throws(ParseError) -> Void
  ) throws(ParseError) {
    guard recognize(input) else { throw ParseError(.malformed, at: 0, "footer of a table") }
    var table = SortedTable(input)
    let start = input.count - footerSize
    var footer = ProtobufReader(input, at: start)
    let metaIndex = try table.handle(&footer, until: input.count - magic.count)
    let index = try table.handle(&footer, until: input.count - magic.count)
    let padding = try input.bytes(at: footer.offset, count: input.count - magic.count - footer.offset)
    guard padding.allSatisfy({ $0 == 0 }) else {
      throw ParseError(.malformed, at: start, "footer of a table")
    }
    var last: [UInt8]?
    var end = 0
    for (_, value) in try table.block(index) {
      var reader = ProtobufReader(Input(value))
      let place = try table.handle(&reader, until: value.count)
      // A block without entries could be read again and again.
      guard place.lowerBound >= end else {
        throw ParseError(.malformed, at: place.lowerBound, "order of a table's blocks")
      }
      end = place.upperBound + trailerSize
      for (key, value) in try table.block(place) {
        if let last, !last.lexicographicallyPrecedes(key) {
          throw ParseError(.malformed, at: place.lowerBound, "order of a table's keys")
        }
        last = key
        try visit(key, value)
      }
    }
    _ = try table.block(metaIndex)
    try table.checkTiling(until: start)
  }

  /// Every byte before the footer belongs to one block.
  private func checkTiling(until end: Int) throws(ParseError) {
    var offset = 0
    for range in read.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      guard range.lowerBound == offset else {
        throw ParseError(.malformed, at: offset, "bytes between the blocks of a table")
      }
      offset = range.upperBound
    }
    guard offset == end else {
      throw ParseError(.malformed, at: offset, "bytes between the blocks of a table")
    }
  }

  private func handle(_ reader: inout ProtobufReader, until end: Int) throws(ParseError) -> Range<Int> {
    let at = reader.offset
    let offset = try reader.readVarint(end)
    let count = try reader.readVarint(end)
    let room = UInt64(input.count - Self.footerSize)
    guard offset <= room, count <= room - offset, count <= UInt64(Self.blockLimit),
      room - offset - count >= UInt64(Self.trailerSize)
    else { throw ParseError(.malformed, at: at, "place of a table's block") }
    return Int(offset)..<Int(offset + count)
  }

  private mutating func block(_ range: Range<Int>) throws(ParseError) -> [(key: [UInt8], value: [UInt8])] {
    read.append(range.lowerBound..<range.upperBound + Self.trailerSize)
    var bytes = try input.bytes(at: range.lowerBound, count: range.count + 1, "block of a table")
    let stored = try input.bytes(at: range.upperBound + 1, count: 4, "checksum of a block")
    var checksum = CRC32C()
    checksum.update(bytes[...])
    guard checksum.masked == stored.littleEndian else {
      throw ParseError(.malformed, at: range.lowerBound, "checksum of a table's block")
    }
    switch bytes.removeLast() {
    case 0: break
    case 1: bytes = try Snappy.unpack(bytes, limit: Self.blockLimit)
    default: throw ParseError(.unsupported, at: range.upperBound, "compression of a table's block")
    }
    return try entries(of: bytes, at: range.lowerBound)
  }

  private mutating func entries(
    of bytes: [UInt8], at offset: Int
  ) throws(ParseError) -> [(key: [UInt8], value: [UInt8])] {
    guard bytes.count >= 4 else { throw ParseError(.truncated, at: offset, "block of a table") }
    let restarts = Int(bytes[(bytes.count - 4)...].littleEndian)
    guard restarts <= (bytes.count - 4) / 4 else {
      throw ParseError(.malformed, at: offset, "restarts of a block")
    }
    let end = bytes.count - 4 - restarts * 4
    var position = 0
    var key: [UInt8] = []
    var result: [(key: [UInt8], value: [UInt8])] = []
    while position < end {
      let shared = try Self.varint(bytes, &position, end, offset)
      let own = try Self.varint(bytes, &position, end, offset)
      let count = try Self.varint(bytes, &position, end, offset)
      guard shared <= key.count, own <= end - position, count <= end - position - own else {
        throw ParseError(.malformed, at: offset, "entry of a table's block")
      }
      entries += 1
      guard entries <= Self.entryLimit else { throw ParseError(.limit, at: offset, "entries of a table") }
      key = Array(key[..<shared]) + bytes[position..<position + own]
      position += own
      result.append((key, Array(bytes[position..<position + count])))
      position += count
    }
    return result
  }

  /// A length of at most 32 bits.
  private static func varint(
    _ bytes: [UInt8], _ position: inout Int, _ end: Int, _ offset: Int
  ) throws(ParseError) -> Int {
    var value = 0
    for shift in stride(from: 0, to: 35, by: 7) {
      guard position < end else { break }
      let byte = bytes[position]
      position += 1
      value |= Int(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return value }
    }
    throw ParseError(.malformed, at: offset, "length in a table's block")
  }
}

extension Collection<UInt8> {
  /// The number that the bytes are, the lowest first; the first four count.
  var littleEndian: UInt32 { prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) } }
}
