import ByteParsing

/// An index from pairs of names, compared byte by byte, to numbers, inside a compiled table.
///
/// Byte by byte, because Swift's strings are equal where Python's differ: U+212A (the Kelvin sign) and `K`
/// are one string here and two modules there. Whatever the bytes are, every search ends and none leaves them.
struct NameIndex: Sendable {
  struct Pair {
    let module: String
    let name: String
    let value: Int
  }

  private let text: TableBytes
  /// Open addressing with linear probing; 0 is empty, otherwise 1 + the pair.
  private let slots: TableBytes
  /// Five words each: start and count of the module, start and count of the name, the value.
  private let words: TableBytes
  private let slotCount: Int

  /// An index of nothing.
  init() {
    text = TableBytes(SharedBytes([]))
    slots = TableBytes(SharedBytes([]))
    words = TableBytes(SharedBytes([]))
    slotCount = 0
  }

  /// Finds what `NameIndexBuilder` wrote.
  ///
  /// - Throws: `.truncated`, and `.malformed` where the slots are no power of two.
  init(_ reader: inout ByteReader, of bytes: SharedBytes) throws(ParseError) {
    text = try reader.readPart(of: bytes, "table text")
    slots = try reader.readPart(of: bytes, "table slots")
    words = try reader.readPart(of: bytes, "table pairs")
    slotCount = slots.count(of: UInt32.self)
    guard slotCount > 0, slotCount & (slotCount - 1) == 0 else {
      throw ParseError(.malformed, at: reader.offset, "table slots")
    }
  }

  /// The value of a pair.
  func value(module: Span<UInt8>, name: Span<UInt8>) -> Int? {
    var slot = NameHash.slot(NameHash.hash(module, name), of: slotCount)
    for _ in 0..<slotCount {
      let number = slots.word(slot, UInt32.self)
      guard number != 0, Int(number) <= count else { return nil }
      let first = 5 * (Int(number) - 1)
      if text.has(name, start: word(first + 2), count: word(first + 3)),
        text.has(module, start: word(first), count: word(first + 1))
      {
        return Int(word(first + 4))
      }
      slot = (slot + 1) & (slotCount - 1)
    }
    return nil
  }

  /// All pairs, in the order they were added.
  var pairs: [Pair] {
    (0..<count).map { index in
      Pair(
        module: text.string(start: word(5 * index), count: word(5 * index + 1)),
        name: text.string(start: word(5 * index + 2), count: word(5 * index + 3)),
        value: Int(word(5 * index + 4)))
    }
  }

  private var count: Int { words.count(of: UInt32.self) / 5 }

  private func word(_ index: Int) -> UInt32 { words.word(index) }
}
