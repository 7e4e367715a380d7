internal import CCrypto

/// SHA-256 by OpenSSL's libcrypto, which uses the processor's own instructions where it has them.
///
/// Source: FIPS 180-4; `EVP_DigestInit_ex` and the rest of OpenSSL 3.
@safe package struct SHA256: ~Copyable {
  /// Bytes of a digest.
  package static let byteCount = 32

  private let context: OpaquePointer

  /// A digest of nothing yet.
  ///
  /// - Throws: ``DigestError`` where libcrypto has no memory or no SHA-256 (a configuration may forbid it).
  package init() throws(DigestError) {
    guard let context = unsafe EVP_MD_CTX_new() else { throw DigestError(call: "EVP_MD_CTX_new") }
    guard unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      unsafe EVP_MD_CTX_free(context)
      throw DigestError(call: "EVP_DigestInit_ex")
    }
    unsafe self.context = unsafe context
  }

  deinit {
    // SAFETY: made in `init`, owned by this value alone, freed once.
    unsafe EVP_MD_CTX_free(context)
  }

  /// Adds bytes to what is digested.
  ///
  /// - Throws: ``DigestError`` where libcrypto refuses.
  package func update(_ bytes: RawSpan) throws(DigestError) {
    // SAFETY: libcrypto reads exactly `count` bytes from the start of the buffer, during the call.
    let status = unsafe bytes.withUnsafeBytes { part in
      unsafe EVP_DigestUpdate(context, part.baseAddress, part.count)
    }
    guard status == 1 else { throw DigestError(call: "EVP_DigestUpdate") }
  }

  /// Adds bytes to what is digested.
  ///
  /// - Throws: ``DigestError`` where libcrypto refuses.
  package func update(_ bytes: [UInt8]) throws(DigestError) {
    // SAFETY: the span does not outlive the array, which nothing changes meanwhile.
    try update(unsafe bytes.span.bytes)
  }

  /// The digest of everything that was added, 32 bytes.
  ///
  /// - Throws: ``DigestError`` where libcrypto refuses.
  package consuming func finish() throws(DigestError) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Self.byteCount)
    // SAFETY: the buffer has the 32 bytes that SHA-256 writes.
    let status = unsafe digest.withUnsafeMutableBufferPointer { buffer in
      unsafe EVP_DigestFinal_ex(context, buffer.baseAddress, nil)
    }
    guard status == 1 else { throw DigestError(call: "EVP_DigestFinal_ex") }
    return digest
  }

  /// The digest of everything that was added, as 64 lowercase hexadecimal digits.
  ///
  /// - Throws: ``DigestError`` where libcrypto refuses.
  package consuming func finishHexadecimal() throws(DigestError) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in try finish() {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The digest of `bytes` as 64 lowercase hexadecimal digits.
  ///
  /// - Throws: ``DigestError`` where libcrypto refuses.
  package static func hexadecimal(of bytes: [UInt8]) throws(DigestError) -> String {
    let digest = try SHA256()
    try digest.update(bytes)
    return try digest.finishHexadecimal()
  }
}

/// A call of libcrypto that failed.
package struct DigestError: Error, Equatable, CustomStringConvertible {
  /// `EVP_DigestUpdate`.
  package let call: String

  package var description: String { "\(call) of libcrypto failed" }
}
