package import ByteParsing

/// An `ar` archive: `!<arch>` and a newline, then members of 60 bytes of header, all in text, and their data, filled up
/// to an even place.
///
/// | offset | size | meaning |
/// | --- | --- | --- |
/// | 0 | 16 | name; GNU ends it with a slash, `/17` is one in the member `//`, BSD's `#1/17` stands before the data |
/// | 40 | 8 | mode in octal |
/// | 48 | 10 | size in decimal |
/// | 58 | 2 | a backquote and a newline |
///
/// Source: ar(5) of FreeBSD; GNU binutils, `bfd/archive.c`.
package struct ArArchive: RangedArchive {
  private let input: Input
  package private(set) var offset = 8
  /// The data of the member `//`.
  private var longNames: [UInt8] = []

  private static let nameLimit = 1 << 20

  package init(_ input: Input) { self.input = input }

  package mutating func next() throws(ParseError) -> RangedMember? {
    guard offset < input.count else { return nil }
    let start = offset
    let header = try input.bytes(at: start, count: 60, "ar header")
    guard header[58...].elementsEqual([0x60, 0x0A]) else {
      throw ParseError(.malformed, at: start, "end of an ar header")
    }
    let size = try Self.number(header[48..<58], at: start)
    var data = try Self.range(start + 60, size, in: input)
    offset = try Self.range(data.upperBound, size % 2, in: input).upperBound
    var name = Array(header[..<16].reversed().drop { $0 == 0x20 }.reversed())
    if name == Array("//".utf8) {
      longNames = try input.bytes(at: data.lowerBound, count: min(size, Self.nameLimit), "ar names")
    } else if name.starts(with: Array("#1/".utf8)) {
      let count = try Self.number(name[3...], at: start)
      guard count <= min(size, Self.nameLimit) else {
        throw ParseError(.malformed, at: start, "length of an ar member's name")
      }
      name = Array(try input.bytes(at: data.lowerBound, count: count, "ar name").prefix { $0 != 0 })
      data = data.lowerBound + count..<data.upperBound
    } else if name.first == UInt8(ascii: "/"), name.count > 1, (0x30...0x39).contains(name[1]) {
      let place = try Self.number(name[1...], at: start)
      guard place < longNames.count else {
        throw ParseError(.malformed, at: start, "place of an ar member's name")
      }
      name = Self.withoutSlash(Array(longNames[place...].prefix { $0 != 0x0A }))
    } else if !Self.tables.contains(name) {
      name = Self.withoutSlash(name)
    }
    return RangedMember(
      member: ArchiveMember(
        name: Self.tables.contains(name) ? Array("symbols".utf8) : name,
        kind: Self.tables.contains(name) ? .table : .file, offset: start), data: data)
  }

  /// Members of the linker: its index, and long names.
  private static let tables: Set<[UInt8]> = [Array("/".utf8), Array("//".utf8), Array("/SYM64/".utf8)]

  private static func withoutSlash(_ name: [UInt8]) -> [UInt8] {
    name.last == UInt8(ascii: "/") ? Array(name.dropLast()) : name
  }

  private static func number(_ field: ArraySlice<UInt8>, at offset: Int) throws(ParseError) -> Int {
    let digits = field.prefix { $0 != 0x20 }
    guard field.dropFirst(digits.count).allSatisfy({ $0 == 0x20 }) else {
      throw ParseError(.malformed, at: offset, "number in an ar header")
    }
    return try PaxRecords.number(digits, at: offset)
  }
}
