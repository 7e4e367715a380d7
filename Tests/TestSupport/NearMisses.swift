package import Policy

/// Names that are almost on the lists.
package enum NearMisses {
  package typealias Pair = (module: String, name: String)

  /// Every listed pair; `anything` for the names of a module that is listed as a whole.
  package static func pairs(of table: GlobalTable) -> [Pair] {
    table.listings.map { ($0.module, $0.name == "*" ? "anything" : $0.name) }
  }

  /// Pairs one step from the known ones: a character changed, added or left out, a part moved between module and name,
  /// the modules of two pairs exchanged.
  package static func around(
    _ known: [Pair], count: Int, using random: inout SeededRandom
  ) -> [Pair] {
    var result: [Pair] = []
    while result.count < count {
      let pair = known[Int.random(in: known.indices, using: &random)]
      let other = known[Int.random(in: known.indices, using: &random)]
      switch Int.random(in: 0..<6, using: &random) {
      case 0: result.append((changed(pair.module, using: &random), pair.name))
      case 1: result.append((pair.module, changed(pair.name, using: &random)))
      case 2: result.append((other.module, pair.name))
      case 3: result.append((pair.module + "." + pair.name, other.name))
      case 4:
        let parts = pair.module.split(separator: ".")
        result.append(
          (parts.dropLast().joined(separator: "."), "\(parts.last ?? "").\(pair.name)"))
      default: result.append((pair.module, "\(pair.name).\(other.name)"))
      }
    }
    return result
  }

  private static func changed(_ text: String, using random: inout SeededRandom) -> String {
    var bytes = Array(text.utf8)
    let letters = Array("abcxyzABC_019.".utf8)
    let letter = letters[Int.random(in: letters.indices, using: &random)]
    guard !bytes.isEmpty else { return String(decoding: [letter], as: UTF8.self) }
    let index = Int.random(in: bytes.indices, using: &random)
    switch Int.random(in: 0..<3, using: &random) {
    case 0: bytes[index] = letter
    case 1: bytes.insert(letter, at: index)
    default: bytes.remove(at: index)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
