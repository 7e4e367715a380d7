/// A bounds-checked cursor over bytes that somebody hostile may have written.
///
/// Verbs: `read` moves the cursor, `peek` does not, `skip` moves without looking, `split` lends a
/// reader over a part. Nothing is read past the end: a short input throws `.truncated` and leaves the
/// cursor where it was. Offsets in errors count from the start of the stream that `base` places the
/// bytes in.
package struct ByteReader: ~Escapable {
  @usableFromInline let bytes: RawSpan
  /// The stream offset of the first byte.
  package let base: Int
  @usableFromInline var position: Int

  /// A reader at the first of `bytes`, which stand at `base` in their stream.
  @inlinable
  @_lifetime(copy bytes)
  package init(_ bytes: RawSpan, base: Int = 0) {
    self.bytes = bytes
    self.base = base
    self.position = 0
  }

  /// The stream offset of the next byte.
  @inlinable package var offset: Int { base &+ position }  // both were checked against a real count

  /// How many bytes are left.
  @inlinable package var remaining: Int { bytes.byteCount &- position }

  @inlinable package var isAtEnd: Bool { position == bytes.byteCount }

  /// Fails unless `count` more bytes are there. Compared with what remains, never added to a position.
  @inlinable
  func require(_ count: Int, _ field: StaticString) throws(ParseError) {
    guard count >= 0, count <= remaining else {
      throw ParseError(.truncated, at: offset, "\(field)")
    }
  }

  /// Reads one little-endian integer.
  @inlinable
  package mutating func readInteger<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type = T.self, _ field: StaticString
  ) throws(ParseError) -> T {
    let value = try peekInteger(type, field)
    position &+= MemoryLayout<T>.size
    return value
  }

  /// The little-endian integer at the cursor.
  @inlinable
  package func peekInteger<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type = T.self, _ field: StaticString
  ) throws(ParseError) -> T {
    try require(MemoryLayout<T>.size, field)
    // SAFETY: `require` has just proved that all bytes of `T` lie inside the span.
    return T(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: position, as: T.self))
  }

  /// Reads one big-endian integer.
  @inlinable
  package mutating func readBigEndian<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type = T.self, _ field: StaticString
  ) throws(ParseError) -> T {
    try readInteger(type, field).byteSwapped
  }

  @inlinable
  package mutating func readByte(_ field: StaticString) throws(ParseError) -> UInt8 {
    try readInteger(UInt8.self, field)
  }

  /// Reads `count` bytes into an array of their own. The caller has checked `count` against a limit.
  package mutating func readArray(
    count: Int, _ field: StaticString
  ) throws(ParseError) -> [UInt8] {
    let part = try split(count: count, field)
    // SAFETY: the span lends its own bytes, and the array copies them before it takes them back.
    return unsafe part.bytes.withUnsafeBytes { unsafe [UInt8]($0) }
  }

  /// Reads `count` bytes as text.
  ///
  /// - Throws: `.truncated`; `.malformed` where they are not UTF-8.
  package mutating func readUTF8(count: Int, _ field: StaticString) throws(ParseError) -> String {
    let part = try split(count: count, field)
    // SAFETY: the span lends its own bytes, and the text copies them before it takes them back.
    let text = unsafe part.bytes.withUnsafeBytes { unsafe String(validating: $0, as: UTF8.self) }
    guard let text else { throw ParseError(.malformed, at: part.base, "\(field)") }
    return text
  }

  /// Lends a reader over the next `count` bytes and moves past them.
  @_lifetime(copy self)
  package mutating func split(count: Int, _ field: StaticString) throws(ParseError) -> ByteReader {
    try require(count, field)
    let part = ByteReader(bytes.extracting(position..<position &+ count), base: offset)
    position &+= count
    return part
  }

  /// Moves past `count` bytes.
  @inlinable
  package mutating func skip(_ count: Int, _ field: StaticString) throws(ParseError) {
    try require(count, field)
    position &+= count
  }

  /// Whether the next bytes are exactly `expected`; moves past them if they are.
  package mutating func skipIfNext(_ expected: [UInt8]) -> Bool {
    guard expected.count <= remaining else { return false }
    for (index, byte) in expected.enumerated() {
      // SAFETY: `index < expected.count <= remaining`.
      let found = unsafe bytes.unsafeLoad(fromByteOffset: position &+ index, as: UInt8.self)
      guard found == byte else { return false }
    }
    position &+= expected.count
    return true
  }
}
