/// FNV-1a, 64 bits, over a module, a byte that no name holds, and a name.
///
/// Lookups cannot add to an index, so whoever chooses colliding names only meets the longest run that the policy's
/// own names make.
enum NameHash {
  static func hash(_ module: Span<UInt8>, _ name: Span<UInt8>) -> UInt64 { hash(state(module), name) }

  /// The hash so far, after a module.
  static func state(_ module: Span<UInt8>) -> UInt64 {
    (mixed(0xcbf2_9ce4_8422_2325, module) ^ 0xff) &* 0x0000_0100_0000_01b3
  }

  static func hash(_ state: UInt64, _ name: Span<UInt8>) -> UInt64 { mixed(state, name) }

  /// Where the search for a pair begins among that many slots, a power of two.
  static func slot(_ hash: UInt64, of count: Int) -> Int {
    Int(truncatingIfNeeded: hash ^ (hash >> 32)) & (count - 1)
  }

  private static func mixed(_ state: UInt64, _ bytes: Span<UInt8>) -> UInt64 {
    var hash = state
    for index in bytes.indices { hash = (hash ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01b3 }
    return hash
  }
}
