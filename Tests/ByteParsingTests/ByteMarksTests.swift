import ByteParsing
import Testing

@Suite struct ByteMarksTests {
  private static let marks = ByteMarks(["ab", "abc", "b", "xyz"])

  @Test(
    arguments: [
      ("", nil), ("a", nil), ("xy", nil), ("ab", "ab"), ("cab", "ab"), ("acb", "b"), ("xxyz", "xyz"),
      ("xyb", "b"),
    ] as [(String, String?)])
  func `the first mark is found wherever it stands`(_ text: String, _ expected: String?) {
    #expect(Self.marks.first(in: Array(text.utf8).span) == expected)
  }

  @Test func `every place of a long text is looked at`() {
    for place in [0, 1, 511, 4093, 4094] {
      var bytes = [UInt8](repeating: UInt8(ascii: "-"), count: 4096)
      bytes.replaceSubrange(place..<place + 2, with: Array("ab".utf8))
      #expect(Self.marks.first(in: bytes.span) == "ab")
    }
  }
}
