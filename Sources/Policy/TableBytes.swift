import ByteParsing

/// A part of a compiled table, which it shares: an array of little-endian integers or of characters.
struct TableBytes: Sendable {
  private let bytes: SharedBytes

  init(_ bytes: SharedBytes) { self.bytes = bytes }

  func count<Word: FixedWidthInteger>(of type: Word.Type) -> Int { bytes.count / MemoryLayout<Word>.size }

  /// The integer with that index, which must be one of them.
  func word<Word: FixedWidthInteger & BitwiseCopyable>(_ index: Int, _ type: Word.Type = Word.self) -> Word
  {
    // SAFETY: the load checks its bounds, and any bytes are an integer.
    Word(
      littleEndian: unsafe bytes.span.unsafeLoadUnaligned(
        fromByteOffset: index * MemoryLayout<Word>.size, as: type))
  }

  /// Whether `count` bytes from `start` are these; false where they lead out of the part.
  func has(_ other: Span<UInt8>, start: UInt32, count: UInt32) -> Bool {
    guard Int(count) == other.count, let part = part(start: start, count: count) else { return false }
    let span = part.span
    // SAFETY: the load checks its bounds.
    for index in other.indices
    where unsafe span.unsafeLoad(fromByteOffset: index, as: UInt8.self) != other[index] { return false }
    return true
  }

  /// Some of the bytes as text; empty where they lead out of the part.
  func string(start: UInt32, count: UInt32) -> String {
    String(decoding: part(start: start, count: count)?.array ?? [], as: UTF8.self)
  }

  private func part(start: UInt32, count: UInt32) -> SharedBytes? {
    guard Int(start) <= bytes.count, Int(count) <= bytes.count - Int(start) else { return nil }
    return bytes[Int(start)..<Int(start) + Int(count)]
  }
}

/// Writes the parts of a compiled table, the number of its bytes before each.
struct TableWriter {
  private(set) var bytes: [UInt8] = []

  mutating func append<Word: FixedWidthInteger & UnsignedInteger>(_ words: [Word]) {
    append(UInt32(words.count * MemoryLayout<Word>.size))  // a bundle's bytes bound the names
    bytes.reserveCapacity(bytes.count + words.count * MemoryLayout<Word>.size)
    for word in words { append(word) }
  }

  mutating func append(_ text: String) { append(Array(text.utf8)) }

  mutating func append<Word: FixedWidthInteger & UnsignedInteger>(_ word: Word) {
    for shift in stride(from: 0, to: word.bitWidth, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: word >> Word(shift)))
    }
  }
}

extension ByteReader {
  /// Moves past a part that `TableWriter` wrote.
  ///
  /// - Parameter bytes: what the reader reads, from its first byte.
  /// - Throws: `.truncated` where fewer bytes follow than it says.
  mutating func readPart(of bytes: SharedBytes, _ field: StaticString) throws(ParseError) -> TableBytes {
    let count = Int(try readInteger(UInt32.self, field))
    let start = offset
    try skip(count, field)
    return TableBytes(bytes[start..<start + count])
  }

  /// Reads a text that `TableWriter` wrote.
  ///
  /// - Throws: `.truncated`; `.malformed` where it is not UTF-8.
  mutating func readText(_ field: StaticString) throws(ParseError) -> String {
    try readUTF8(count: Int(try readInteger(UInt32.self, field)), field)
  }
}
