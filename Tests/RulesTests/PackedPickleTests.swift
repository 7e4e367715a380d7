import Rules
import TestSupport
import Testing

@Suite struct PackedPickleTests {
  private static let call = [UInt8](pickle(.proto(4), .global("os", "abort"), .emptyTuple, .reduce, .stop))
  private static let old = Array("cos\nabort\n(tR.".utf8)
  private static let marked = Array("(cos\nabort\no.".utf8)

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  @Test(arguments: [call, old, marked]) func `a pickle is found in either notation, and comes out whole`(
    bytes: [UInt8]
  ) {
    let base64 = StableBaselinesBuilder.base64(bytes)
    for text in [base64, " \n!\(base64)", base64.map { "\($0)-" }.joined()] {
      let packed = PackedPickle(Array(text.utf8))
      #expect(packed == .base64, "\(text)")
      #expect(packed?.decoded(Array(text.utf8)) == bytes, "\(text)")
    }
    let digits = Self.hexadecimal(bytes)
    for text in [digits, digits.uppercased(), "\n\(digits)\n", digits.replacing("00", with: "00 ")] {
      let packed = PackedPickle(Array(text.utf8))
      #expect(packed == .hexadecimal, "\(text)")
      #expect(packed?.decoded(Array(text.utf8)) == bytes, "\(text)")
    }
  }

  @Test(arguments: [
    "", "g", "gAJ", "Yes, it is.", "Keras", "80", "8002", "63", "2024-01-01", "8000000000000000",
    "gAAAAAAAAAA=",
    "6d3f2b1c9a8e7d6c5b4a39281706f5e4", "https://example.org/a", "Y2F0",
  ]) func `other texts are none`(text: String) {
    #expect(PackedPickle(Array(text.utf8)) == nil)
  }
}
