import Findings
import Pickle
import TestSupport
import Testing

/// Functions whose constant arguments are read, and a generator whose state is computed with.
@Suite struct ConstantArgumentTests {
  private func pattern(_ text: String, flags: Int32 = 32) -> [UInt8] {
    pickle(.proto(4), .global("re", "_compile"), .text(text), .integer(flags), .tuple2, .reduce, .stop)
  }

  @Test(arguments: [
    "(?u)\\b\\w\\w+\\b", "[^\\W\\d_]+|[.,!?;]", "(?i)[a-z0-9_-]+", "(?i:'s|'t|'re)|[à-ÿ]+",
    String(repeating: "[A-Za-z]", count: 2000),
  ]) func `an honest regular expression is allowed`(text: String) {
    #expect(judge(pattern(text)).verdict == .allow)
  }

  @Test func `a regular expression that takes long to compile needs a person`() {
    let wide = String(repeating: "[\u{1}-\u{10FFFF}]", count: 5)
    #expect(judge(pattern(wide)).verdict == .allow)
    #expect(judge(pattern(wide, flags: 34)).verdict == .review)
    for flag in ["(?i)", "(?mi:", "(?-s:(?xi:"] {
      #expect(judge(pattern(flag + wide)).verdict == .review, "\(flag)")
    }
    #expect(judge(pattern("(?i)" + String(repeating: "[a-\\U0010ffff]", count: 5))).verdict == .review)
    #expect(judge(pattern(String(repeating: "[\u{1}-\u{FFFF}]", count: 3000))).verdict == .review)
    #expect(judge(pattern(String(repeating: "a", count: 1 << 18) + "b")).verdict == .review)
  }

  private func geometry(_ bytes: [UInt8]) -> Verdict {
    judge(pickle(.proto(4), .global("shapely.io", "from_wkb"), .bytes(bytes), .tuple1, .reduce, .stop))
      .verdict
  }

  private static let point: [UInt8] = [1, 1, 0, 0, 0] + [UInt8](repeating: 0, count: 16)
  private static let collection: [UInt8] = [1, 7, 0, 0, 0, 1, 0, 0, 0]

  @Test func `honest geometries are allowed`() {
    #expect(geometry(Self.point) == .allow)
    #expect(geometry(Self.collection + Self.point) == .allow)
    // With a reference system and a height; big-endian; a polygon of one ring of one point.
    #expect(geometry([1, 1, 0, 0, 0xA0, 1, 0, 0, 0] + [UInt8](repeating: 0, count: 24)) == .allow)
    #expect(geometry([0, 0, 0, 0x03, 0xE9] + [UInt8](repeating: 0, count: 24)) == .allow)
    #expect(
      geometry([1, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0] + [UInt8](repeating: 0, count: 16)) == .allow)
  }

  @Test func `geometries as deep in each other as their reader cannot bear need a person`() {
    let deep = (0..<40).flatMap { _ in Self.collection } + Self.point
    #expect(geometry(deep) == .review)
    #expect(geometry(Self.collection) == .review)
    #expect(geometry([1, 99, 0, 0, 0]) == .review)
    // Both ways of saying that there is a height; a bit that says nothing; a byte order that is none.
    #expect(geometry([1, 0xE9, 0x03, 0, 0x80] + [UInt8](repeating: 0, count: 32)) == .review)
    #expect(geometry([1, 1, 0, 1, 0] + [UInt8](repeating: 0, count: 32)) == .review)
    #expect(geometry([2] + Self.point.dropFirst()) == .review)
    #expect(geometry([1, 2, 0, 0, 0, 255, 255, 255, 255]) == .review)
  }

  @Test func `the state of Python's random numbers is made of numbers`() {
    func random(_ element: PickleOpcode) -> Verdict {
      judge(
        pickle(
          .proto(4), .global("random", "Random"), .emptyTuple, .reduce, .integer(3), .mark, element,
          .integer(7), .tuple, .none, .tuple3, .build, .stop)
      ).verdict
    }
    #expect(random(.integer(1)) == .allow)
    #expect(random(.text("%2000000000d")) == .review)
  }
}
