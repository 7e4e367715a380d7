package import ByteParsing

/// One header block of a tar archive.
///
/// | offset | size | meaning |
/// | --- | --- | --- |
/// | 0 | 100 | name, to the first NUL |
/// | 100 | 8 | permission bits in octal |
/// | 124 | 12 | size in octal, or base 256 where the first byte has its highest bit |
/// | 148 | 8 | sum of all bytes of the block in octal, these eight counted as spaces |
/// | 156 | 1 | type: `0` and NUL are files, `1` and `2` links, `5` a folder |
/// | 157 | 100 | where a link leads |
/// | 257 | 8 | `ustar`, NUL, `00`; `ustar`, two spaces, NUL for GNU |
/// | 345 | 155 | what stands before the name; GNU has times and a sparse map here |
///
/// Source: POSIX.1-2017, pax, "ustar Interchange Format"; CPython, `Lib/tarfile.py`, `TarInfo.frombuf`; GNU tar,
/// `tar.h`.
package struct TarHeader: Equatable, Sendable {
  package static let blockSize = 512

  /// The name field alone.
  package let name: [UInt8]
  package let prefix: [UInt8]
  package let link: [UInt8]
  package let size: Int
  package let permissions: UInt32?
  package let type: UInt8
  /// Whether it has the magic of GNU tar, for which `prefix` is something else.
  package let isGNU: Bool
  /// Where the block is.
  package let offset: Int

  package enum Kind: Sendable {
    case file, link, folder
    /// A header of its own for the member after it: a long name, extended attributes.
    case description
    case other
  }

  package var kind: Kind {
    switch type {
    case 0, UInt8(ascii: "0"), UInt8(ascii: "7"): .file
    case UInt8(ascii: "1"), UInt8(ascii: "2"): .link
    case UInt8(ascii: "5"): .folder
    case UInt8(ascii: "x"), UInt8(ascii: "g"), UInt8(ascii: "X"), UInt8(ascii: "L"), UInt8(ascii: "K"):
      .description
    default: .other
    }
  }

  /// Where the member's bytes begin.
  package var dataOffset: Int { offset + Self.blockSize }

  /// Where the next header is: behind the data, at the next multiple of 512.
  ///
  /// - Throws: where no input is that long.
  package func end() throws(ParseError) -> Int { try Self.end(of: size, at: dataOffset) }

  /// The next multiple of 512 behind `size` bytes that begin at `start`.
  ///
  /// - Throws: where no input is that long.
  static func end(of size: Int, at start: Int) throws(ParseError) -> Int {
    let end = try Checked.sum(start, size, at: start, "tar member")
    let padding = (blockSize - size % blockSize) % blockSize
    return try Checked.sum(end, padding, at: start, "tar member")
  }

  /// Reads the block at `offset`; nil where it is empty, which ends the archive.
  ///
  /// - Throws: `.truncated`; `.malformed` where the sum or the size is wrong.
  package init?(_ input: Input, at offset: Int) throws(ParseError) {
    let block = try input.bytes(at: offset, count: Self.blockSize, "tar header")
    if block.allSatisfy({ $0 == 0 }) { return nil }
    guard Self.isHeader(block) else { throw ParseError(.malformed, at: offset, "sum of a tar header") }
    guard let size = Self.number(block[124..<136]) else {
      throw ParseError(.malformed, at: offset, "size of a tar member")
    }
    self.name = Self.text(block[..<100])
    self.prefix = Self.text(block[345..<500])
    self.link = Self.text(block[157..<257])
    self.size = size
    self.permissions = Self.number(block[100..<108]).flatMap(UInt32.init(exactly:))
    self.type = block[156]
    self.isGNU = block[257..<265].elementsEqual(Array("ustar  \0".utf8))
    self.offset = offset
  }

  private static func text(_ field: ArraySlice<UInt8>) -> [UInt8] { Array(field.prefix { $0 != 0 }) }

  /// Whether a block's sum is right, its bytes taken as unsigned or, as some writers did, as signed.
  package static func isHeader(_ block: [UInt8]) -> Bool {
    guard block.count >= blockSize, let expected = number(block[148..<156]) else { return false }
    var unsigned = 8 * 0x20
    var signed = 8 * 0x20
    for (index, byte) in block[..<blockSize].enumerated() where !(148..<156).contains(index) {
      unsigned += Int(byte)
      signed += Int(Int8(bitPattern: byte))
    }
    return expected == unsigned || expected == signed
  }

  /// A number in octal digits with spaces or NULs around them, or in base 256; nil where it is neither or negative.
  static func number(_ field: ArraySlice<UInt8>) -> Int? {
    if field.first == 0x80 {
      return field.dropFirst().reduce(into: Optional(0)) { result, byte in
        guard let value = result, value <= Int.max >> 9 else { return result = nil }
        result = value << 8 | Int(byte)
      }
    }
    let text = field.prefix { $0 != 0 }.drop { $0 == 0x20 }
    let digits = text.prefix { $0 != 0x20 }
    guard text.dropFirst(digits.count).allSatisfy({ $0 == 0x20 }) else { return nil }
    var result = 0
    for digit in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit) else { return nil }
      result = result << 3 | Int(digit - UInt8(ascii: "0"))  // twelve digits are 36 bits
    }
    return result
  }
}
