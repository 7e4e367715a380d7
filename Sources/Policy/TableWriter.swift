import ByteParsing

/// Writes the parts of a compiled table: arrays of little-endian integers and texts, the count before each.
struct TableWriter {
  private(set) var bytes: [UInt8] = []

  mutating func append<Word: FixedWidthInteger & UnsignedInteger>(_ words: [Word]) {
    append(UInt32(words.count))  // a bundle's bytes bound the names
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
  /// Reads an array that `TableWriter` wrote.
  ///
  /// - Throws: `.truncated` where fewer bytes follow than its count says.
  mutating func readWords<Word: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ field: StaticString
  ) throws(ParseError) -> [Word] {
    let count = Int(try readInteger(UInt32.self, field))
    return try readIntegers(Word.self, count: count, field)
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
