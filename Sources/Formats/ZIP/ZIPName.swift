/// Names of members: how they are shown, and which of them some reader takes for the same.
package enum ZIPName {
  /// Bytes of a name that a report shows.
  package static let shownBytes = 256

  /// The name for reports, shortened; bytes that are not UTF-8 become U+FFFD.
  package static func shown(_ name: [UInt8]) -> String {
    let text = String(decoding: name.prefix(shownBytes), as: UTF8.self)
    return name.count > shownBytes ? text + "…" : text
  }

  /// A fingerprint of the name as it is.
  package static func fingerprint(_ name: [UInt8]) -> UInt64 { fnv(name) { $0 } }

  /// A fingerprint that is equal for names which a reader that folds case, slashes or Unicode composition
  /// cannot tell apart. miniz, which PyTorch uses, folds ASCII case; libarchive and 7-Zip turn backslashes
  /// into slashes; file systems compose.
  package static func foldedFingerprint(_ name: [UInt8]) -> UInt64 {
    let slashed = name.map { $0 == UInt8(ascii: "\\") ? UInt8(ascii: "/") : $0 }
    if slashed.allSatisfy({ $0 < 0x80 }) {
      return fnv(slashed) { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    }
    // A String hashes equal to its canonical equivalents.
    var hasher = Hasher()
    hasher.combine(String(decoding: slashed, as: UTF8.self).lowercased())
    return UInt64(bitPattern: Int64(hasher.finalize()))
  }

  /// FNV-1a of 64 bits. A collision can only add a finding to a file that was made to have one.
  private static func fnv(_ bytes: [UInt8], _ fold: (UInt8) -> UInt8) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64(fold($1))) &* 0x100_0000_01B3 }
  }
}
