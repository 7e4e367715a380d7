/// SHA-256, under which everything that is judged has its name.
package struct SHA256: ~Copyable {
  /// Bytes of a digest.
  package static let byteCount = MessageDigest.Algorithm.sha256.byteCount

  private let digest: MessageDigest

  /// A digest of nothing yet.
  ///
  /// - Throws: ``DigestError`` as `MessageDigest` does, here and below.
  package init() throws(DigestError) { digest = try MessageDigest(.sha256) }

  /// Adds bytes to what is digested.
  package func update(_ bytes: RawSpan) throws(DigestError) { try digest.update(bytes) }

  /// Adds bytes to what is digested.
  package func update(_ bytes: [UInt8]) throws(DigestError) { try digest.update(bytes) }

  /// The digest of everything that was added, 32 bytes.
  package consuming func finish() throws(DigestError) -> [UInt8] { try digest.finish() }

  /// The digest of everything that was added, as 64 lowercase hexadecimal digits.
  package consuming func finishHexadecimal() throws(DigestError) -> String {
    try digest.finishHexadecimal()
  }

  /// The digest of `bytes` as 64 lowercase hexadecimal digits.
  package static func hexadecimal(of bytes: [UInt8]) throws(DigestError) -> String {
    let digest = try SHA256()
    try digest.update(bytes)
    return try digest.finishHexadecimal()
  }
}
