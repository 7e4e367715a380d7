import TestSupport
import Testing

@testable import CommandLine

struct EscapingTests {
  @Test(arguments: [
    ("plain/päth 🦠.pt", "plain/päth 🦠.pt"), ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
    ("\u{1B}[31mred", "\\u{1B}[31mred"),
    ("back\\slash", "back\\\\slash"), ("\u{202E}tp.a", "\\u{202E}tp.a"),
    ("zero\u{200B}width", "zero\\u{200B}width"),
    ("\u{9B}31m", "\\u{9B}31m"), ("\u{7F}", "\\u{7F}"), ("\u{0}", "\\u{0}"), ("\u{2028}", "\\u{2028}"),
    ("\u{FEFF}", "\\u{FEFF}"), ("\u{E0041}", "\\u{E0041}"), ("\u{E000}", "\\u{E000}"), ("", ""),
  ])
  func `what is no visible character is written as what it is`(text: String, shown: String) {
    #expect(Escaping.visible(text) == shown)
  }

  @Test func `bytes that are no UTF-8 are written in hexadecimal, the rest as text`() {
    #expect(Escaping.visible([0x61, 0xFF, 0x62, 0xC3, 0x28, 0xE2, 0x82]) == "a\\xFFb\\xC3(\\xE2\\x82")
    #expect(Escaping.text([0x61, 0x0A, 0xFF, 0x5C]) == "a\n\\xFF\\")
    #expect(Escaping.text(Array("é\u{1B}".utf8)) == "é\u{1B}")
  }

  @Test func `no two names look the same, and nothing shown can move a cursor`() {
    let seed: UInt64 = 0x1A2A_7E70
    var random = SeededRandom(seed: seed)
    var seen: [String: [UInt8]] = [:]
    for _ in 0..<20_000 {
      let pool: [UInt8] = [
        0x5C, 0x6E, 0x78, 0x46, 0x75, 0x7B, 0x31, 0x42, 0x7D, 0x0A, 0x1B, 0xFF, 0xC2, 0x9B, 0x61,
      ]
      let bytes = (0..<Int.random(in: 0...6, using: &random)).map { _ in
        pool[Int.random(in: 0..<pool.count, using: &random)]
      }
      let shown = Escaping.visible(bytes)
      #expect(shown.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "seed \(seed): \(bytes)")
      #expect(seen.updateValue(bytes, forKey: shown) ?? bytes == bytes, "seed \(seed): \(bytes)")
    }
  }

  @Test func `JSON keeps its meaning and loses what a terminal would obey`() {
    #expect(Escaping.json("{\"a\":\"b\"}\n") == "{\"a\":\"b\"}\n")
    #expect(Escaping.json("\"é\u{9B}\u{202E}\u{E0041}\"") == "\"é\\u009b\\u202e\\udb40\\udc41\"")
  }
}
