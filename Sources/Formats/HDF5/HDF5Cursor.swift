import ByteParsing

/// Reads the fields of one structure of an HDF5 file. Addresses and lengths are as wide as the file's superblock says.
///
/// Integers are little-endian. Nothing is read past the structure: a short one throws `.truncated`.
struct HDF5Cursor {
  /// The address of the first byte.
  let start: Int
  let offsetSize: Int
  let lengthSize: Int
  private let bytes: [UInt8]
  private(set) var position = 0

  init(_ bytes: [UInt8], at start: Int, offsetSize: Int, lengthSize: Int) {
    self.bytes = bytes
    self.start = start
    self.offsetSize = offsetSize
    self.lengthSize = lengthSize
  }

  /// The address of the next byte.
  var address: Int { start + position }

  var remaining: Int { bytes.count - position }

  /// The same structure from its beginning.
  var rewound: HDF5Cursor {
    HDF5Cursor(bytes, at: start, offsetSize: offsetSize, lengthSize: lengthSize)
  }

  /// A reader of other bytes with the same widths.
  func reader(of bytes: [UInt8], at start: Int) -> HDF5Cursor {
    HDF5Cursor(bytes, at: start, offsetSize: offsetSize, lengthSize: lengthSize)
  }

  private func require(_ count: Int, _ field: StaticString) throws(ParseError) {
    guard count >= 0, count <= remaining else { throw ParseError(.truncated, at: address, "HDF5 \(field)") }
  }

  func malformed(_ field: StaticString) -> ParseError {
    ParseError(.malformed, at: address, "HDF5 \(field)")
  }

  func unsupported(_ what: String) -> ParseError { ParseError(.unsupported, at: address, "HDF5 \(what)") }

  /// An integer of `width` bytes, at most 8.
  mutating func unsigned(_ width: Int, _ field: StaticString) throws(ParseError) -> UInt64 {
    try require(width, field)
    var value: UInt64 = 0
    for index in 0..<width { value |= UInt64(bytes[position + index]) << UInt64(8 * index) }
    position += width
    return value
  }

  mutating func byte(_ field: StaticString) throws(ParseError) -> UInt8 {
    UInt8(truncatingIfNeeded: try unsigned(1, field))
  }

  /// An integer of `width` bytes that is a count or size.
  mutating func int(_ width: Int, _ field: StaticString) throws(ParseError) -> Int {
    let at = address
    return try Checked.int(try unsigned(width, field), at: at, field)
  }

  /// An address; nil for the undefined one, whose bits are all set.
  mutating func offset(_ field: StaticString) throws(ParseError) -> Int? {
    let at = address
    let value = try unsigned(offsetSize, field)
    let undefined = offsetSize == 8 ? UInt64.max : (1 << UInt64(8 * offsetSize)) - 1
    return value == undefined ? nil : try Checked.int(value, at: at, field)
  }

  /// An address that has to be defined.
  mutating func definedOffset(_ field: StaticString) throws(ParseError) -> Int {
    guard let offset = try offset(field) else { throw malformed(field) }
    return offset
  }

  mutating func length(_ field: StaticString) throws(ParseError) -> Int { try int(lengthSize, field) }

  mutating func skip(_ count: Int, _ field: StaticString) throws(ParseError) {
    try require(count, field)
    position += count
  }

  mutating func array(_ count: Int, _ field: StaticString) throws(ParseError) -> [UInt8] {
    try require(count, field)
    defer { position += count }
    return Array(bytes[position..<position + count])
  }

  /// Moves to the next multiple of `width` bytes from the first.
  mutating func align(_ width: Int, _ field: StaticString) throws(ParseError) {
    let over = position % width
    if over > 0 { try skip(width - over, field) }
  }

  /// Text up to its NUL, which is passed.
  mutating func text(_ field: StaticString) throws(ParseError) -> [UInt8] {
    guard let end = bytes[position...].firstIndex(of: 0) else {
      throw ParseError(.truncated, at: address, "HDF5 \(field)")
    }
    defer { position = end + 1 }
    return Array(bytes[position..<end])
  }

  /// Passes the four letters that a structure begins with, and its version.
  mutating func signature(_ letters: String, version: UInt8 = 0) throws(ParseError) {
    let found = try array(4, "signature")
    guard found.elementsEqual(letters.utf8) else {
      throw ParseError(.malformed, at: start, "HDF5 structure that should begin with \(letters)")
    }
    let number = try byte("version")
    guard number == version else { throw unsupported("\(letters) of version \(number)") }
  }
}

/// How wide a count up to a limit is stored (`H5VM_limit_enc_size`).
enum HDF5Width {
  static func bytes(for limit: Int) -> Int { limit < 1 ? 1 : log2(limit) / 8 + 1 }

  /// The number of the highest bit; 0 for what has none.
  static func log2(_ value: Int) -> Int { value < 1 ? 0 : Int.bitWidth - 1 - value.leadingZeroBitCount }
}
