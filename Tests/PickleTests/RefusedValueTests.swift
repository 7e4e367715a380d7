import ByteParsing
import Pickle
import TestSupport
import Testing

/// Values that no unpickler makes: the stream breaks where CPython breaks it.
@Suite struct RefusedValueTests {
  private static let unhashable: [PickleOpcode] = [
    .emptyList, .emptyDict, .emptySet, .counted(.bytearray8, [1]), .raw(pickle(.emptyList, .tuple1)),
    .raw(pickle(.none, .emptyDict, .tuple2, .tuple1)),
  ]
  private static let hashable: [PickleOpcode] = [
    .none, .text("k"), .float(1), .emptyTuple, .raw(pickle(.none, .tuple1, .tuple1)),
    .raw(pickle(.mark, .none, .frozenset)), .global("m", "C"),
    .raw(pickle(.global("m", "f"), .emptyTuple, .reduce, .tuple1)),
  ]

  /// The ways to make the value a key or an element of a set.
  private func uses(_ key: PickleOpcode) -> [[UInt8]] {
    [
      pickle(.emptyDict, key, .none, .setitem, .stop),
      pickle(.emptyDict, .mark, key, .none, .setitems, .stop),
      pickle(.mark, key, .none, .dict, .stop), pickle(.mark, key, .frozenset, .stop),
      pickle(.emptySet, .mark, .none, key, .additems, .stop),
    ]
  }

  @Test(arguments: unhashable) func `what cannot be hashed is no key`(_ key: PickleOpcode) {
    for sample in uses(key) { #expect(run(sample).breakKind == .malformed) }
    #expect(run(pickle(.emptyDict, .none, key, .setitem, .stop)).result.end == .stop)
    #expect(run(pickle(.emptyList, key, .append, .stop)).result.end == .stop)
  }

  @Test(arguments: hashable) func `what can be hashed, or may be, is one`(_ key: PickleOpcode) {
    for sample in uses(key) { #expect(run(sample).result.end == .stop) }
  }

  private static let notText: [[UInt8]] = [
    [0x80], [0xFF], [0xC3], [0x61, 0xC3], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x9F, 0xBF], [0xE2, 0x82],
    [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF0, 0x9F, 0x98],
    Array(repeating: 0x61, count: 70_000) + [0xA9],
  ]
  private static let text: [[UInt8]] = [
    [], [0], [0x61], Array("déjà vu €😀 12345678".utf8), [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF],
    [0xF4, 0x8F, 0xBF, 0xBF],
    [0xE0, 0xA0, 0x80], Array(repeating: 0x61, count: 65_535) + Array("é".utf8),
  ]

  private func opcodes(_ bytes: [UInt8]) -> [PickleOpcode] {
    [.counted(.binunicode, bytes), .counted(.binunicode8, bytes)]
      + (bytes.count < 256 ? [.counted(.shortBinunicode, bytes)] : [])
  }

  @Test(arguments: notText) func `text that is not UTF-8 breaks the stream`(_ bytes: [UInt8]) {
    for opcode in opcodes(bytes) {
      for rest in [0, 40] {  // near the end of the input and far from it
        let sample = pickle([opcode] + Array(repeating: .none, count: rest) + [.stop])
        #expect(run(sample).breakKind == .malformed)
      }
    }
  }

  @Test(arguments: text) func `UTF-8 and lone surrogates are text`(_ bytes: [UInt8]) {
    for opcode in opcodes(bytes) {
      for rest in [0, 40] {
        let sample = pickle([opcode] + Array(repeating: .none, count: rest) + [.stop])
        #expect(run(sample).result.end == .stop)
      }
    }
  }

  @Test func `the strings of Python 2 may be in any encoding`() {
    #expect(run(pickle(.counted(.shortBinstring, [0xFF]), .stop)).result.end == .stop)
    #expect(run(pickle(.counted(.binstring, [0xFF]), .stop)).result.end == .stop)
  }

  @Test func `an escape beyond the last character of Unicode breaks the stream`() {
    #expect(run(pickle(.lines(.unicode, "\\U00110000"), .stop)).breakKind == .malformed)
    #expect(run(pickle(.lines(.unicode, "\\U0010FFFF\\U0010FFFF"), .stop)).result.end == .stop)
    #expect(run(pickle(.lines(.unicode, "\\uD800"), .stop)).result.end == .stop)
  }

  @Test func `no items for a constant are an effect, for Python's unpickler looks for the method`() {
    let run = run(pickle(.none, .mark, .appends, .stop))
    #expect(run.effects == ["appendItems None ()"])
  }
}
