internal import CCrypto

/// A digest by OpenSSL's libcrypto, which uses the processor's own instructions where it has them.
///
/// Source: FIPS 180-4; `EVP_DigestInit_ex` and the rest of OpenSSL 3.
@safe package struct MessageDigest: ~Copyable {
  package enum Algorithm: String, CaseIterable, Sendable {
    /// Where another's protocol has chosen it.
    case sha1, sha256, sha512

    /// Bytes of a digest.
    package var byteCount: Int {
      switch self {
      case .sha1: 20
      case .sha256: 32
      case .sha512: 64
      }
    }
  }

  private let context: OpaquePointer
  private let algorithm: Algorithm

  /// A digest of nothing yet.
  ///
  /// - Throws: ``DigestError`` where libcrypto has no memory or not this algorithm (a configuration may forbid it).
  package init(_ algorithm: Algorithm) throws(DigestError) {
    guard let context = unsafe EVP_MD_CTX_new() else { throw DigestError(call: "EVP_MD_CTX_new") }
    let method =
      switch algorithm {
      case .sha1: unsafe EVP_sha1()
      case .sha256: unsafe EVP_sha256()
      case .sha512: unsafe EVP_sha512()
      }
    guard unsafe EVP_DigestInit_ex(context, method, nil) == 1 else {
      unsafe EVP_MD_CTX_free(context)
      throw DigestError(call: "EVP_DigestInit_ex")
    }
    unsafe self.context = unsafe context
    self.algorithm = algorithm
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

  /// The digest of everything that was added.
  ///
  /// - Throws: ``DigestError`` where libcrypto refuses.
  package consuming func finish() throws(DigestError) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: algorithm.byteCount)
    // SAFETY: the buffer has the bytes that the algorithm writes.
    let status = unsafe digest.withUnsafeMutableBufferPointer { buffer in
      unsafe EVP_DigestFinal_ex(context, buffer.baseAddress, nil)
    }
    guard status == 1 else { throw DigestError(call: "EVP_DigestFinal_ex") }
    return digest
  }

  /// The digest of everything that was added, as lowercase hexadecimal digits.
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
}

/// A call of libcrypto that failed.
package struct DigestError: Error, Equatable, CustomStringConvertible {
  /// `EVP_DigestUpdate`.
  package let call: String

  package var description: String { "\(call) of libcrypto failed" }
}
