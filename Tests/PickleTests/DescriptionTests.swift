import ByteParsing
import Pickle
import TestSupport
import Testing

@Suite struct DescriptionTests {
  @Test func `calls of calls read as Python`() {
    let text = described(
      .global("builtins", "getattr"), .global("builtins", "object"), .text("x"), .tuple2, .reduce,
      .emptyTuple,
      .reduce)
    #expect(text == "builtins.getattr(builtins.object, 'x')()")
  }

  @Test func `arguments that are no tuple are shown as such`() {
    #expect(described(.global("a", "f"), .text("x"), .reduce) == "a.f(*'x')")
  }

  @Test func `a description stays on one line and shows no control characters`() {
    let text = described(.text("a\r\n\u{1B}[31m\u{202E}\u{2028}\u{85}"))
    #expect(text == "'a\\r\\n\\x1b[31m\\u202e\\u2028\\x85'")
    #expect(described(.global("a\u{1B}", "b")) == "a\\x1b.b")
  }

  @Test func `long strings are shortened in the middle`() {
    let text = described(.text(String(repeating: "x", count: 100) + "END")) ?? ""
    #expect(text.count < 90)
    #expect(text.hasSuffix("END'"))
  }

  @Test func `strings too long to be read show their beginning and size`() {
    #expect(
      described(.text(String(repeating: "x", count: 10_000)))
        == "'\(String(repeating: "x", count: 80))… 10000 bytes'")
  }

  @Test func `bytes show their beginning and size`() {
    let text = described(.bytes([UInt8](repeating: 0x41, count: 50)))
    #expect(text == "b'\(String(repeating: "A", count: 32))… 50 bytes'")
  }

  @Test func `a description keeps to its limit`() {
    let items = [PickleOpcode](repeating: .integer(70_000), count: 300)
    let list = pickle([.mark] + items + [.list])
    for limit in [0, 1, 20, 200] {
      let text = described(.raw(list), limit: limit) ?? ""
      #expect(text.count <= limit + 1)
      #expect(text.hasSuffix("…"))
    }
  }
}
