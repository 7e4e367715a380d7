import Formats
import TestSupport
import Testing

@Suite struct Base64Tests {
  @Test(arguments: 0...9) func `what is encoded comes back`(count: Int) {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 83 + 7) }
    let decoded = Base64(decoding: Array(StableBaselinesBuilder.base64(bytes).utf8))
    #expect(decoded.bytes == bytes)
    #expect(decoded.isStrict)
  }

  @Test(arguments: [
    "QQ", "QQ=", "QQ===", "QUI", "Q", "QQ==QQ==", " QQ==", "QQ==\n", "Q-==", "QR==", "QUJ=", "====",
  ])
  func `what decoders read differently is not strict`(text: String) {
    #expect(!Base64(decoding: Array(text.utf8)).isStrict)
  }

  @Test func `characters that are not base64 are passed over`() {
    #expect(Base64(decoding: Array("Q U\nJ!D".utf8)).bytes == Array("ABC".utf8))
  }
}
