package import ByteParsing

/// A cpio archive in any of its dialects: the old binary one in both byte orders, `odc`, `newc` and `crc`.
///
/// | field | binary | odc | newc, crc |
/// | --- | --- | --- | --- |
/// | numbers | 16 bits, sizes in two of them, the high one first | octal digits | 8 hexadecimal digits |
/// | header | 26 bytes | 76 | 110 |
/// | mode | 6 | 18, 6 digits | 14 |
/// | size | 22 | 65, 11 digits | 54 |
/// | name size | 20 | 59, 6 digits | 94 |
/// | name and data filled up to | 2 bytes | 1 | 4 |
///
/// The name ends in a NUL; the member `TRAILER!!!` is the end. Source: cpio(5) of libarchive; GNU cpio 2.13, `copyin.c`.
package struct CpioArchive: RangedArchive {
  private let input: Input
  package private(set) var offset = 0

  package init(_ input: Input) { self.input = input }

  private static let nameLimit = 1 << 16
  private static let trailer = Array("TRAILER!!!".utf8)

  private struct Header {
    let mode: Int
    let size: Int
    let nameSize: Int
    let count: Int
    let alignment: Int
  }

  package mutating func next() throws(ParseError) -> RangedMember? {
    let start = offset
    let header = try header(at: start)
    guard (1...Self.nameLimit).contains(header.nameSize) else {
      throw ParseError(.malformed, at: start, "length of a cpio member's name")
    }
    let name = try input.bytes(at: start + header.count, count: header.nameSize, "cpio member's name")
    guard name.last == 0 else { throw ParseError(.malformed, at: start, "cpio member's name") }
    let dataStart = Self.aligned(start + header.count + header.nameSize, header.alignment)
    let data = try Self.range(dataStart, header.size, in: input)
    let next = Self.aligned(data.upperBound, header.alignment)
    offset = try Self.range(data.upperBound, next - data.upperBound, in: input).upperBound
    if name.dropLast().elementsEqual(Self.trailer), data.isEmpty { return nil }
    let kind = ArchiveMember.Kind(mode: UInt32(header.mode))
    let isLink = kind == .symbolicLink
    let target =
      isLink ? try input.bytes(at: data.lowerBound, count: min(data.count, Self.nameLimit), "link") : []
    return RangedMember(
      member: ArchiveMember(
        name: Array(name.dropLast()), kind: kind, target: target,
        permissions: UInt32(header.mode) & 0o7777, offset: start),
      data: isLink ? data.upperBound..<data.upperBound : data)
  }

  /// Archives, and what they are filled up to, count from the first byte.
  private static func aligned(_ offset: Int, _ alignment: Int) -> Int {
    offset + (alignment - offset % alignment) % alignment
  }

  private func header(at start: Int) throws(ParseError) -> Header {
    let magic = try input.bytes(at: start, count: min(6, input.count - start), "cpio header")
    if magic.elementsEqual("070701".utf8) || magic.elementsEqual("070702".utf8) {
      let block = try input.bytes(at: start, count: 110, "cpio header")
      return Header(
        mode: try Self.number(block[14..<22], radix: 16, at: start),
        size: try Self.number(block[54..<62], radix: 16, at: start),
        nameSize: try Self.number(block[94..<102], radix: 16, at: start), count: 110, alignment: 4)
    }
    if magic.elementsEqual("070707".utf8) {
      let block = try input.bytes(at: start, count: 76, "cpio header")
      return Header(
        mode: try Self.number(block[18..<24], radix: 8, at: start),
        size: try Self.number(block[65..<76], radix: 8, at: start),
        nameSize: try Self.number(block[59..<65], radix: 8, at: start), count: 76, alignment: 1)
    }
    let isLittle = magic.starts(with: [0xC7, 0x71])
    guard isLittle || magic.starts(with: [0x71, 0xC7]) else {
      throw ParseError(.malformed, at: start, "cpio header")
    }
    let block = try input.bytes(at: start, count: 26, "cpio header")
    func number(_ place: Int) -> Int {
      let (low, high) = isLittle ? (place, place + 1) : (place + 1, place)
      return Int(block[high]) << 8 | Int(block[low])
    }
    return Header(
      mode: number(6), size: number(22) << 16 | number(24), nameSize: number(20), count: 26, alignment: 2)
  }

  private static func number(
    _ digits: ArraySlice<UInt8>, radix: Int, at offset: Int
  ) throws(ParseError) -> Int {
    // `Int` would take a sign too.
    guard digits.first.map({ $0 != 0x2B && $0 != 0x2D }) == true,
      let value = Int(String(decoding: digits, as: UTF8.self), radix: radix)
    else { throw ParseError(.malformed, at: offset, "number in a cpio header") }
    return value
  }
}
