import Pickle

/// A set of values that are nodes of the value table: a bit for each node up to the last one that is in it.
struct NodeSet {
  private var words: [UInt64] = []

  /// Adds a node; false where it was in the set already.
  mutating func insert(_ value: SymbolicValue) -> Bool {
    // Node indices are dense and count from 0, so the words never outgrow the table itself.
    let word = value.payload >> 6
    let bit: UInt64 = 1 << UInt64(value.payload & 63)
    guard word >= 0 else { return false }
    while words.count <= word { words.append(0) }
    guard words[word] & bit == 0 else { return false }
    words[word] |= bit
    return true
  }

  func contains(_ value: SymbolicValue) -> Bool {
    let word = value.payload >> 6
    guard word >= 0, word < words.count else { return false }
    return words[word] & (1 << UInt64(value.payload & 63)) != 0
  }
}
