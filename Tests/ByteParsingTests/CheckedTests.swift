import ByteParsing
import Testing

@Suite struct CheckedTests {
  @Test func `a sum that overflows is malformed, not a trap`() {
    #expect(throws: ParseError.self) { try Checked.sum(.max, 1, at: 3, "length") }
  }
}
