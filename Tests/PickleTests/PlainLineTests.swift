import Testing

@testable import Pickle

/// The quick readers of plain lines agree with the thorough ones.
@Suite struct PlainLineTests {
  private static let numbers = [
    "0", "7", "12", "-1", "-0", "00", "01", "007", "-07", "", "-", "+1", " 1", "1 ", "1_0", "0x1", "1L",
    "a",
    "1234567890123456", "-9999999999999999", "12345678901234567", "99999999999999999999",
  ]

  private func plainDecimal(_ bytes: [UInt8], _ end: Int) -> (value: Int, next: Int)? {
    // SAFETY: the array outlives the span, which only lends its bytes.
    let span = unsafe bytes.span.bytes
    return span.plainDecimal(at: 0, end: end)
  }

  private func plainString(_ bytes: [UInt8], _ end: Int) -> Int? {
    // SAFETY: as above.
    let span = unsafe bytes.span.bytes
    return span.plainString(at: 0, end: end)
  }

  private func plainText(_ bytes: [UInt8], _ end: Int) -> Int? {
    // SAFETY: as above.
    let span = unsafe bytes.span.bytes
    return span.plainText(at: 0, end: end)
  }

  @Test(arguments: numbers)
  func `a decimal is plain where it is canonical and short`(_ text: String) {
    let bytes = Array((text + "\nI1\n").utf8)
    let plain = plainDecimal(bytes, bytes.count)
    let thorough = NumberText.integer(text.utf8, anyBase: true)
    if thorough.isCanonical, text.utf8.count <= 16 {
      #expect(plain?.value == thorough.integer)
      #expect(plain?.next == text.utf8.count + 1)
    } else if !thorough.isCanonical {
      #expect(plain == nil)
    }
  }

  @Test func `a decimal that is not ended in time is not plain`() {
    let bytes = Array("123\n".utf8)
    for end in 0..<4 { #expect(plainDecimal(bytes, end) == nil) }
    #expect(plainDecimal(bytes, 4)?.value == 123)
  }

  @Test(arguments: ["'a'", "\"a'\"", "''"])
  func `a quoted string without escapes is plain`(_ text: String) {
    let bytes = Array((text + "\n").utf8)
    #expect(plainString(bytes, bytes.count) == bytes.count)
    for end in 0..<bytes.count { #expect(plainString(bytes, end) == nil) }
  }

  @Test(arguments: ["", "'", "a", "'a", "a'", "'a\"", "'\\''", "'a\\x41'", "'a\0'", "'a\r'"])
  func `anything else is not`(_ text: String) {
    let bytes = Array((text + "\nN.").utf8)
    #expect(plainString(bytes, bytes.count) == nil)
  }

  @Test func `text is plain without backslashes and control characters`() {
    for (text, isPlain) in [("", true), ("é", true), ("a\\u0041", false), ("a\r", false), ("\0", false)] {
      let bytes = Array((text + "\n").utf8)
      #expect((plainText(bytes, bytes.count) == bytes.count) == isPlain)
    }
  }
}
