import Digest
import Testing

@Suite struct SHA256Tests {
  /// The examples of FIPS 180-4, and the empty message.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func `known messages have their known digests`(message: String, digest: String) throws {
    #expect(try SHA256.hexadecimal(of: Array(message.utf8)) == digest)
  }

  @Test func `a message in parts has the digest of the whole`() throws {
    let message = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let parts = try SHA256()
    for start in stride(from: 0, to: message.count, by: 977) {
      try parts.update(Array(message[start..<min(start + 977, message.count)]))
    }
    #expect(try parts.finishHexadecimal() == SHA256.hexadecimal(of: message))
  }
}
