import ByteParsing
import Findings
import Pickle
import Rules
import TestSupport
import Testing

/// Files inside the constants of a pickle.
@Suite struct NestedConstantTests {
  static let inner = pickle(.proto(4), .global("os", "system"), .text("id"), .tuple1, .reduce, .stop)

  @Test func `a pickle among a call's arguments is handed on`() throws {
    let judged = judge(
      .proto(4), .global("lab.models", "restore"), .emptyDict, .text("state"), .bytes(Self.inner), .setitem,
      .tuple1,
      .reduce, .stop)
    let nested = try #require(judged.nested.first)
    #expect(judged.nested.count == 1)
    #expect(nested.format == .pickle && nested.reach == .argument)
    #expect(try nested.input.bytes(at: 0, count: nested.input.count) == Self.inner)
  }

  @Test func `the formats of nested files are told by their first bytes`() {
    func format(_ bytes: [UInt8]) -> NestedInput.Format? {
      judge(.proto(4), .global("lab.models", "restore"), .bytes(bytes), .tuple1, .reduce, .stop).nested
        .first?.format
    }
    #expect(format([0x50, 0x4b, 3, 4, 20, 0]) == .zip)
    #expect(format([0x1f, 0x8b, 8, 0, 0, 0]) == .compressed)
    #expect(format(Array("cposix\nsystem\n(S'id'\ntR.".utf8)) == .pickle)
    #expect(format(Array("(cposix\nsystem\nS'id'\no.".utf8)) == .pickle)
    #expect(format(Array("cats and dogs".utf8)) == nil)
    #expect(format([0x80, 0x40, 0, 0]) == nil)
  }

  @Test func `a pickle hidden in the text of protocol 2 is decoded`() throws {
    let text = String(String.UnicodeScalarView(Self.inner.map { Unicode.Scalar($0) }))
    let judged = judge(
      .proto(2), .global("torch.storage", "_load_from_bytes"), .global("_codecs", "encode"), .text(text),
      .text("latin1"), .tuple2, .reduce, .tuple1, .reduce, .stop)
    let nested = try #require(judged.nested.last)
    #expect(nested.reach == .loaded)
    #expect(try nested.input.bytes(at: 0, count: nested.input.count) == Self.inner)
  }

  @Test func `a pickle that is only carried is for a person`() {
    let hexadecimal = Self.inner.map { byte in
      String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
    }.joined()
    for constant: PickleOpcode in [.bytes(Self.inner), .text(hexadecimal), .text("gASVFwAAAAAAAAB9lIwJ")] {
      let judged = judge(.proto(4), .emptyDict, .text("a"), constant, .setitem, .stop)
      #expect(judged.rules == ["pickle.carried-pickle"], judged.account)
    }
    for text in ["gather", "8004 is a number", "gAS", "cosine\nsimilarity\nof two"] {
      #expect(judge(.proto(4), .text(text), .stop).verdict == .allow, "\(text)")
    }
  }

  @Test func `more nested files than are followed are a gap`() {
    let calls = (0..<300).flatMap { index -> [PickleOpcode] in
      [
        .global("lab.models", "restore"), .bytes(Self.inner + [UInt8(index & 0xFF)]), .tuple1, .reduce,
        .pop,
      ]
    }
    let judged = judge(pickle([.proto(4)] + calls + [.none, .stop]))
    #expect(judged.nested.count == 256)
    #expect(!judged.report.coverage.gaps.isEmpty)
  }
}
