import ByteParsing

/// An index from the 64-bit hashes of pairs of names to numbers, in ascending order of hash.
///
/// Only for names whose call is denied: two pairs with one hash would deny the one that is not listed, and nothing else.
/// Whoever looks for such a pair gets a worse verdict for it.
struct FunctionIndex: Sendable {
  private(set) var hashes: [UInt64] = []
  /// One for each of `hashes`.
  private(set) var values: [UInt16] = []

  init() {}

  /// - Throws: the value of the later one of two pairs with one hash.
  init(_ pairs: consuming [(hash: UInt64, value: UInt16)]) throws(RepeatedHash) {
    pairs.sort { ($0.hash, $0.value) < ($1.hash, $1.value) }
    hashes.reserveCapacity(pairs.count)
    values.reserveCapacity(pairs.count)
    for pair in pairs {
      if pair.hash == hashes.last { throw RepeatedHash(value: pair.value) }
      hashes.append(pair.hash)
      values.append(pair.value)
    }
  }

  struct RepeatedHash: Error {
    let value: UInt16
  }

  /// The value of a pair.
  func value(module: Span<UInt8>, name: Span<UInt8>) -> UInt16? {
    let wanted = NameIndex.hash(module, name)
    var low = 0
    var high = hashes.count
    while low < high {
      let middle = low + (high - low) / 2
      if hashes[middle] < wanted { low = middle + 1 } else { high = middle }
    }
    return low < hashes.count && hashes[low] == wanted ? values[low] : nil
  }

  func append(to writer: inout TableWriter) {
    writer.append(hashes)
    writer.append(values)
  }

  /// Reads what `append(to:)` wrote.
  ///
  /// - Throws: `.truncated`, and `.malformed` where the hashes are out of order or a value is not below `count`.
  init(_ reader: inout ByteReader, entryCount count: Int) throws(ParseError) {
    hashes = try reader.readWords("function hashes")
    values = try reader.readWords("function entries")
    guard hashes.count == values.count else {
      throw ParseError(.malformed, at: reader.offset, "function hashes and entries")
    }
    var previous: UInt64?
    for index in hashes.indices {
      if let previous, hashes[index] <= previous {
        throw ParseError(.malformed, at: reader.offset, "function hashes out of order")
      }
      guard Int(values[index]) < count else {
        throw ParseError(.malformed, at: reader.offset, "function entry")
      }
      previous = hashes[index]
    }
  }
}
