import ByteParsing

/// A part of a compiled table, which it shares: an array of little-endian integers or of characters.
struct TableBytes: Sendable {
  private let bytes: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  func count<Word: FixedWidthInteger>(of type: Word.Type) -> Int { bytes.count / MemoryLayout<Word>.size }

  /// The integer with that index.
  func word<Word: FixedWidthInteger & UnsignedInteger>(_ index: Int, _ type: Word.Type = Word.self) -> Word
  {
    var word: Word = 0
    let first = bytes.startIndex + index * MemoryLayout<Word>.size
    for offset in 0..<MemoryLayout<Word>.size {
      word |= Word(truncatingIfNeeded: bytes[first + offset]) << Word(8 * offset)
    }
    return word
  }

  /// Whether `count` bytes from `start` are these; false where they lead out of the part.
  func has(_ other: Span<UInt8>, start: UInt32, count: UInt32) -> Bool {
    guard Int(count) == other.count, let part = part(start: start, count: count) else { return false }
    for index in other.indices where part[part.startIndex + index] != other[index] { return false }
    return true
  }

  /// Some of the bytes as text; empty where they lead out of the part.
  func string(start: UInt32, count: UInt32) -> String {
    String(decoding: part(start: start, count: count) ?? [], as: UTF8.self)
  }

  private func part(start: UInt32, count: UInt32) -> ArraySlice<UInt8>? {
    guard Int(start) <= bytes.count, Int(count) <= bytes.count - Int(start) else { return nil }
    let first = bytes.startIndex + Int(start)
    return bytes[first..<first + Int(count)]
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
  /// - Parameter bytes: what the reader reads.
  /// - Throws: `.truncated` where fewer bytes follow than it says.
  mutating func readPart(of bytes: ArraySlice<UInt8>, _ field: StaticString) throws(ParseError)
    -> TableBytes
  {
    let count = Int(try readInteger(UInt32.self, field))
    let start = bytes.startIndex + offset
    try skip(count, field)
    return TableBytes(bytes[start..<start + count])
  }

  /// Reads a text that `TableWriter` wrote.
  ///
  /// - Throws: `.truncated`; `.malformed` where it is not UTF-8.
  mutating func readText(_ field: StaticString) throws(ParseError) -> String {
    let count = Int(try readInteger(UInt32.self, field))
    guard let text = String(validating: try readArray(count: count, field), as: UTF8.self) else {
      throw ParseError(.malformed, at: offset, "\(field)")
    }
    return text
  }
}
