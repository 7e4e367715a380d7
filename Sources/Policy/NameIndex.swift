import ByteParsing

/// An index from pairs of names, compared byte by byte, to numbers. Built once, then only read.
///
/// Byte by byte, because Swift's strings are equal where Python's differ: U+212A (the Kelvin sign) and `K`
/// are one string here and two modules there.
struct NameIndex: Sendable {
  /// Where a name stands in `text`.
  struct Name: Equatable, Sendable {
    var start: UInt32
    var count: UInt32
  }

  struct Pair: Sendable {
    var module: Name
    var name: Name
    var value: UInt32
  }

  private(set) var pairs: [Pair] = []
  private var text: [UInt8] = []
  /// Open addressing with linear probing, never more than half full; 0 is empty, otherwise 1 + the pair.
  private var slots: [UInt32] = [UInt32](repeating: 0, count: 64)

  init() {}

  /// Keeps a copy of a name for pairs that are added later.
  mutating func intern(_ name: [UInt8]) -> Name {
    let start = text.count
    text += name
    return Name(start: UInt32(truncatingIfNeeded: start), count: UInt32(truncatingIfNeeded: name.count))
  }

  func string(of name: Name) -> String {
    String(decoding: text[Int(name.start)..<Int(name.start + name.count)], as: UTF8.self)
  }

  /// Adds a pair. Where it is there already, nothing changes and its value is the result.
  mutating func insert(module: Name, name: Name, value: UInt32) -> UInt32? {
    if pairs.count * 2 >= slots.count { grow() }
    let slot = self.slot(of: bytes(of: module), bytes(of: name))
    if slots[slot] != 0 { return pairs[Int(slots[slot]) - 1].value }
    pairs.append(Pair(module: module, name: name, value: value))
    slots[slot] = UInt32(pairs.count)
    return nil
  }

  /// The value of a pair.
  func value(module: Span<UInt8>, name: Span<UInt8>) -> UInt32? {
    let slot = slots[slot(of: module, name)]
    return slot == 0 ? nil : pairs[Int(slot) - 1].value
  }

  @_lifetime(borrow self)
  private func bytes(of name: Name) -> Span<UInt8> {
    text.span.extracting(Int(name.start)..<Int(name.start + name.count))
  }

  /// The slot that holds the pair, or the empty one where it belongs. There is always an empty one.
  private func slot(of module: Span<UInt8>, _ name: Span<UInt8>) -> Int {
    let mask = slots.count - 1
    var slot = Int(Self.shortHash(module, name)) & mask
    while slots[slot] != 0 {
      let pair = pairs[Int(slots[slot]) - 1]
      if Self.equal(bytes(of: pair.name), name), Self.equal(bytes(of: pair.module), module) { break }
      slot = (slot + 1) & mask
    }
    return slot
  }

  private mutating func grow() {
    let mask = slots.count * 2 - 1
    slots = [UInt32](repeating: 0, count: slots.count * 2)
    for index in pairs.indices {
      let hash = Self.shortHash(bytes(of: pairs[index].module), bytes(of: pairs[index].name))
      var slot = Int(hash) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = UInt32(index + 1)
    }
  }

  private static func equal(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    for index in left.indices where left[index] != right[index] { return false }
    return true
  }

  /// FNV-1a over both names and a byte that neither holds. Lookups cannot add to the index, so whoever chooses
  /// colliding names only meets the longest run that the policy's own names make.
  static func hash(_ module: Span<UInt8>, _ name: Span<UInt8>) -> UInt64 {
    hash(hashState(module), name)
  }

  /// The hash so far, after a module.
  static func hashState(_ module: Span<UInt8>) -> UInt64 {
    (mixed(0xcbf2_9ce4_8422_2325, module) ^ 0xff) &* 0x0000_0100_0000_01b3
  }

  static func hash(_ state: UInt64, _ name: Span<UInt8>) -> UInt64 { mixed(state, name) }

  private static func mixed(_ state: UInt64, _ bytes: Span<UInt8>) -> UInt64 {
    var hash = state
    for index in bytes.indices { hash = (hash ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01b3 }
    return hash
  }

  private static func shortHash(_ module: Span<UInt8>, _ name: Span<UInt8>) -> UInt32 {
    let hash = hash(module, name)
    return UInt32(truncatingIfNeeded: hash ^ (hash >> 32))
  }

  func append(to writer: inout TableWriter) {
    writer.append(text)
    writer.append(slots)
    writer.append(
      pairs.flatMap { [$0.module.start, $0.module.count, $0.name.start, $0.name.count, $0.value] })
  }

  /// Reads what `append(to:)` wrote.
  ///
  /// - Throws: `.truncated`, and `.malformed` where a name leads out of the text, a value is not below `count`, or
  ///   the slots are not such that every search ends.
  init(_ reader: inout ByteReader, valueCount count: Int) throws(ParseError) {
    text = try reader.readWords("table text")
    slots = try reader.readWords("table slots")
    let words: [UInt32] = try reader.readWords("table pairs")
    let pairCount = words.count / 5
    guard words.count % 5 == 0, slots.count >= 64, slots.count & (slots.count - 1) == 0,
      pairCount <= slots.count / 2 + 1, slots.allSatisfy({ $0 <= pairCount }), slots.contains(0)
    else { throw ParseError(.malformed, at: reader.offset, "table slots") }
    pairs.reserveCapacity(pairCount)
    for first in stride(from: 0, to: words.count, by: 5) {
      let module = Name(start: words[first], count: words[first + 1])
      let name = Name(start: words[first + 2], count: words[first + 3])
      guard fits(module), fits(name), Int(words[first + 4]) < count else {
        throw ParseError(.malformed, at: reader.offset, "table pair")
      }
      pairs.append(Pair(module: module, name: name, value: words[first + 4]))
    }
  }

  private func fits(_ name: Name) -> Bool {
    Int(name.start) <= text.count && Int(name.count) <= text.count - Int(name.start)
  }
}
