package import ByteParsing

/// What an HDF5 file says of itself at its signature.
///
/// | version | from the signature | then |
/// | --- | --- | --- |
/// | 0, 1 | versions, widths of addresses and lengths, tree sizes, flags | base, free space, end and driver addresses, the root's entry |
/// | 2, 3 | widths, flags | base, extension, end and root addresses, a checksum |
///
/// Source: HDF5 File Format Specification 3.0, section II.A.
package struct HDF5Superblock: Sendable {
  package static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

  /// Where the signature stands: bytes before it are the user's.
  package let base: Int
  package let version: UInt8
  package private(set) var offsetSize = 8
  package private(set) var lengthSize = 8
  /// The address behind the last byte that the file uses.
  package private(set) var end = 0
  /// What the file says its base is, where that is another place than the signature's.
  package private(set) var statedBase: Int?
  package private(set) var root = 0
  private(set) var `extension`: Int?
  /// Whether a driver spreads the file over others.
  package private(set) var hasDriver = false

  private static let count = 128

  /// Where the signature stands: at the beginning, or at 512 bytes and each time twice as far.
  package static func find(in input: Input) -> Int? {
    var offset = 0
    while offset <= input.count - signature.count {
      if let found = try? input.bytes(at: offset, count: signature.count), found == signature {
        return offset
      }
      let (next, overflow) = offset.multipliedReportingOverflow(by: 2)
      if overflow { return nil }
      offset = offset == 0 ? 512 : next
    }
    return nil
  }

  /// - Throws: `.truncated`, `.malformed`, `.unsupported` for a version that does not exist yet.
  package init(parsing input: Input, at base: Int) throws(ParseError) {
    self.base = base
    let head = try input.bytes(at: base, count: min(Self.count, input.count - base), "HDF5 superblock")
    guard head.count > 16 else { throw ParseError(.truncated, at: base, "HDF5 superblock") }
    version = head[8]
    switch version {
    case 0, 1: (offsetSize, lengthSize) = (Int(head[13]), Int(head[14]))
    case 2, 3: (offsetSize, lengthSize) = (Int(head[9]), Int(head[10]))
    default: throw ParseError(.unsupported, at: base + 8, "HDF5 superblock of version \(version)")
    }
    guard [2, 4, 8].contains(offsetSize), [2, 4, 8].contains(lengthSize) else {
      throw ParseError(
        .unsupported, at: base + 9, "HDF5 addresses of \(offsetSize) and lengths of \(lengthSize) bytes")
    }
    var cursor = HDF5Cursor(head, at: 0, offsetSize: offsetSize, lengthSize: lengthSize)
    if version < 2 { try readOld(&cursor) } else { try readNew(&cursor) }
  }

  private mutating func readOld(_ cursor: inout HDF5Cursor) throws(ParseError) {
    try cursor.skip(version == 0 ? 24 : 28, "superblock")
    try readBase(&cursor)
    _ = try cursor.offset("free space address")
    try readEnd(&cursor)
    hasDriver = try cursor.offset("driver address") != nil
    _ = try cursor.offset("root link name")
    root = try cursor.definedOffset("root address")
  }

  private mutating func readNew(_ cursor: inout HDF5Cursor) throws(ParseError) {
    try cursor.skip(12, "superblock")
    try readBase(&cursor)
    `extension` = try cursor.offset("superblock extension")
    try readEnd(&cursor)
    root = try cursor.definedOffset("root address")
  }

  private mutating func readBase(_ cursor: inout HDF5Cursor) throws(ParseError) {
    let stated = try cursor.definedOffset("base address")
    if stated != base { statedBase = stated }
  }

  /// The end is an offset of the file, and becomes an address here.
  private mutating func readEnd(_ cursor: inout HDF5Cursor) throws(ParseError) {
    end = try cursor.definedOffset("end of file address") - (statedBase ?? base)
    guard end > 0 else { throw cursor.malformed("end of file address") }
  }
}
