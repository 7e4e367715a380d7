import ByteParsing
import Formats

/// Makes ZIP archives, honest by default; every field can then be made to lie.
package struct ZIPBuilder {
  /// What one of the two headers says of a member.
  package struct Header {
    package var name: [UInt8]
    package var flags: UInt16 = 0
    package var method: UInt16 = 0
    package var crc: UInt32
    package var packedSize: UInt32
    package var unpackedSize: UInt32
    package var extra: [UInt8] = []
  }

  package struct Member {
    package var local: Header
    package var central: Header
    /// As packed.
    package var data: [UInt8]
    /// What follows the data.
    package var descriptor: [UInt8] = []
    package var madeBy: UInt16 = 20
    package var externalAttributes: UInt32 = 0
    /// Added to the true offset of the local header.
    package var offsetLie = 0
    /// Takes the offset of another member's local header.
    package var sharesHeaderOf: Int?
    package var isListed = true
    /// Bytes between this member and the next.
    package var gap: [UInt8] = []

    /// A stored member.
    package init(_ name: String, _ data: [UInt8]) {
      self.init(Array(name.utf8), data)
    }

    package init(_ name: [UInt8], _ data: [UInt8]) {
      let header = Header(
        name: name, crc: ZIPBuilder.crc(data), packedSize: UInt32(data.count),
        unpackedSize: UInt32(data.count))
      local = header
      central = header
      self.data = data
    }

    /// A deflated member: `packed` is a raw DEFLATE stream of `unpacked`.
    package init(_ name: String, packed: [UInt8], unpacked: [UInt8]) {
      self.init(name, packed)
      setBoth { header in
        header.method = 8
        header.crc = ZIPBuilder.crc(unpacked)
        header.unpackedSize = UInt32(unpacked.count)
      }
    }

    package mutating func setBoth(_ change: (inout Header) -> Void) {
      change(&local)
      change(&central)
    }

    /// As a writer that streams does it: nothing in the local header, everything behind the data.
    package mutating func stream(signed: Bool = true, wide: Bool = false) {
      setBoth { $0.flags |= 8 }
      descriptor = signed ? littleEndian(UInt32(0x0807_4B50)) : []
      descriptor += littleEndian(central.crc)
      descriptor += wide ? littleEndian(UInt64(central.packedSize)) : littleEndian(central.packedSize)
      descriptor += wide ? littleEndian(UInt64(central.unpackedSize)) : littleEndian(central.unpackedSize)
      local.crc = 0
      local.packedSize = 0
      local.unpackedSize = 0
    }
  }

  package var members: [Member]
  package var prefix: [UInt8] = []
  /// Whether written offsets count from the end of the prefix, as in a file that was put behind another.
  package var offsetsIgnorePrefix = false
  package var comment: [UInt8] = []
  package var commentLength: UInt16?
  package var tail: [UInt8] = []
  package var entryCount: Int?
  /// Whether ZIP64 records are written, as PyTorch always does.
  package var wide = false
  /// What stands between directory and end records.
  package var beforeEnd: [UInt8] = []
  /// A second ZIP64 end record and its place, at which the locator points.
  package var locatorOffset: UInt64?

  package init(_ members: [Member]) { self.members = members }

  /// The archive, and where its parts begin.
  package func build() -> [UInt8] {
    var output = prefix
    var offsets: [Int] = []
    for member in members {
      offsets.append(output.count)
      output += littleEndian(UInt32(0x0403_4B50)) + littleEndian(UInt16(20))
      output += fields(member.local) + lengths(member.local)
      output += member.local.name + member.local.extra + member.data + member.descriptor + member.gap
    }
    let directory = output.count
    let base = offsetsIgnorePrefix ? prefix.count : 0
    for (index, member) in members.enumerated() where member.isListed {
      let offset = offsets[member.sharesHeaderOf ?? index] - base + member.offsetLie
      output += littleEndian(UInt32(0x0201_4B50)) + littleEndian(member.madeBy) + littleEndian(UInt16(20))
      output += fields(member.central) + lengths(member.central)
      output += [0, 0, 0, 0, 0, 0] + littleEndian(member.externalAttributes) + littleEndian(UInt32(offset))
      output += member.central.name + member.central.extra
    }
    let end = Directory(
      entries: entryCount ?? members.count(where: \.isListed), size: output.count - directory,
      offset: directory - base)
    output += beforeEnd
    if wide {
      let record = output.count
      output += Self.wideEnd(end)
      output += Self.locator(locatorOffset ?? UInt64(record - base))
    }
    output += Self.end(end, commentLength: commentLength ?? UInt16(comment.count))
    return output + comment + tail
  }

  package struct Directory {
    package var entries: Int
    package var size: Int
    package var offset: Int

    package init(entries: Int, size: Int, offset: Int) {
      self.entries = entries
      self.size = size
      self.offset = offset
    }
  }

  package static func end(_ directory: Directory, commentLength: UInt16 = 0) -> [UInt8] {
    littleEndian(UInt32(0x0605_4B50)) + [0, 0, 0, 0] + littleEndian(UInt16(directory.entries))
      + littleEndian(UInt16(directory.entries)) + littleEndian(UInt32(directory.size))
      + littleEndian(UInt32(directory.offset)) + littleEndian(commentLength)
  }

  package static func wideEnd(_ directory: Directory) -> [UInt8] {
    littleEndian(UInt32(0x0606_4B50)) + littleEndian(UInt64(44)) + [45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]
      + littleEndian(UInt64(directory.entries)) + littleEndian(UInt64(directory.entries))
      + littleEndian(UInt64(directory.size)) + littleEndian(UInt64(directory.offset))
  }

  package static func locator(_ offset: UInt64) -> [UInt8] {
    littleEndian(UInt32(0x0706_4B50)) + littleEndian(UInt32(0)) + littleEndian(offset)
      + littleEndian(UInt32(1))
  }

  private func fields(_ header: Header) -> [UInt8] {
    littleEndian(header.flags) + littleEndian(header.method) + [0, 0, 0x21, 0] + littleEndian(header.crc)
      + littleEndian(header.packedSize) + littleEndian(header.unpackedSize)
  }

  private func lengths(_ header: Header) -> [UInt8] {
    littleEndian(UInt16(header.name.count)) + littleEndian(UInt16(header.extra.count))
  }

  package static func crc(_ data: [UInt8]) -> UInt32 {
    var crc = CRC32()
    // SAFETY: plain bytes, read before `data` ends.
    crc.update(unsafe data.span.bytes)
    return crc.value
  }

  /// A raw DEFLATE stream of stored blocks.
  package static func deflateStored(_ data: [UInt8], isLast: Bool = true) -> [UInt8] {
    var output: [UInt8] = []
    var rest = data[...]
    repeat {
      let block = rest.prefix(0xFFFF)
      rest = rest.dropFirst(block.count)
      output.append(rest.isEmpty && isLast ? 1 : 0)
      output += littleEndian(UInt16(block.count)) + littleEndian(~UInt16(block.count)) + block
    } while !rest.isEmpty
    return output
  }

  /// A raw DEFLATE stream of `1 + 258 * matches` zeros, 13 bits for each 258 of them.
  ///
  /// Where it is not the last, an empty stored block follows, so that the next begins with a whole byte.
  package static func deflateZeros(matches: Int, isLast: Bool = true) -> [UInt8] {
    var output: [UInt8] = []
    var bits = 0
    func put(_ text: String) {
      for character in text {
        if bits % 8 == 0 { output.append(0) }
        if character == "1" { output[output.count - 1] |= 1 << UInt8(bits % 8) }
        bits += 1
      }
    }
    put(isLast ? "110" : "010")  // fixed codes
    put("00110000")  // the literal 0
    for _ in 0..<matches { put("1100010100000") }  // length 258, distance 1
    put("0000000")  // end of block
    guard !isLast else { return output }
    put("000")
    return output + [0, 0, 0xFF, 0xFF]
  }
}

/// An integer in little-endian bytes.
package func littleEndian<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
  (0..<T.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> T($0 * 8)) }
}
