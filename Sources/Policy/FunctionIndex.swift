import ByteParsing

/// An index from the 64-bit hashes of pairs of names to numbers, inside a compiled table: the hashes in ascending order.
///
/// Only for names whose call is denied: two pairs with one hash would deny the one that is not listed, and nothing else.
/// Whoever looks for such a pair gets a worse verdict for it.
struct FunctionIndex: Sendable {
  private let hashes: TableBytes
  /// One for each of `hashes`.
  private let values: TableBytes

  /// An index of nothing.
  init() {
    hashes = TableBytes(SharedBytes([]))
    values = TableBytes(SharedBytes([]))
  }

  /// Finds what `append` wrote.
  ///
  /// - Throws: `.truncated`, and `.malformed` where there is not one value for each hash.
  init(_ reader: inout ByteReader, of bytes: SharedBytes) throws(ParseError) {
    hashes = try reader.readPart(of: bytes, "function hashes")
    values = try reader.readPart(of: bytes, "function entries")
    guard hashes.count(of: UInt64.self) == values.count(of: UInt16.self) else {
      throw ParseError(.malformed, at: reader.offset, "function hashes and entries")
    }
  }

  /// The value of a pair.
  func value(module: Span<UInt8>, name: Span<UInt8>) -> Int? {
    let wanted = NameHash.hash(module, name)
    var low = 0
    var high = hashes.count(of: UInt64.self)
    while low < high {
      let middle = low + (high - low) / 2
      let found = hashes.word(middle, UInt64.self)
      if found == wanted { return Int(values.word(middle, UInt16.self)) }
      if found < wanted { low = middle + 1 } else { high = middle }
    }
    return nil
  }

  /// Writes an index of these pairs.
  ///
  /// - Throws: the value of the later one of two pairs with one hash.
  static func append(
    _ pairs: [(hash: UInt64, value: UInt16)], to writer: inout TableWriter
  ) throws(RepeatedHash) {
    let sorted = pairs.sorted { ($0.hash, $0.value) < ($1.hash, $1.value) }
    for index in sorted.indices.dropFirst() where sorted[index].hash == sorted[index - 1].hash {
      throw RepeatedHash(value: sorted[index].value)
    }
    writer.append(sorted.map(\.hash))
    writer.append(sorted.map(\.value))
  }

  struct RepeatedHash: Error {
    let value: UInt16
  }
}
