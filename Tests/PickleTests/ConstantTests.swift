import ByteParsing
import Pickle
import TestSupport
import Testing

@Suite struct ConstantTests {
  @Test func `every opcode of a constant gives its value`() {
    #expect(described(.none) == "None")
    #expect(described(.newTrue) == "True")
    #expect(described(.newFalse) == "False")
    #expect(described(.integer(7)) == "7")
    #expect(described(.integer(0xFFFE)) == "65534")
    #expect(described(.integer(-3)) == "-3")
    #expect(described(.counted(.long1, [])) == "0")
    #expect(described(.counted(.long1, [0xFE, 0xFF])) == "-2")
    #expect(described(.counted(.long1, [0, 0, 0, 0, 0, 0, 0x40])) == "\(1 << 54)")
    #expect(described(.counted(.long1, [0, 0, 0, 0, 0, 0, 0x80])) == "\(-1 << 55)")
    #expect(described(.counted(.long1, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F])) == "\(Int.max)")
    #expect(described(.counted(.long1, Array(repeating: 0x7F, count: 9))) == "<long integer>")
    #expect(described(.counted(.long4, [0xFF])) == "-1")
    #expect(described(.float(1.5)) == "1.5")
    #expect(described(.text("a'b\n")) == "'a\\'b\\n'")
    #expect(described(.counted(.binunicode, Array("x".utf8))) == "'x'")
    #expect(described(.counted(.binunicode8, Array("é".utf8))) == "'é'")
    #expect(described(.counted(.binstring, Array("x".utf8))) == "'x'")
    #expect(described(.counted(.shortBinstring, Array("x".utf8))) == "'x'")
    #expect(described(.bytes([0, 0x41])) == "b'\\x00A'")
    #expect(described(.counted(.binbytes, [0x41])) == "b'A'")
    #expect(described(.counted(.binbytes8, [0x41])) == "b'A'")
    #expect(described(.counted(.bytearray8, [0x41])) == "bytearray(b'A')")
  }

  @Test func `every text form of protocol 0 gives its value`() {
    #expect(described(.lines(.int, "12")) == "12")
    #expect(described(.lines(.int, "-12")) == "-12")
    #expect(described(.lines(.int, "01")) == "True")
    #expect(described(.lines(.int, "00")) == "False")
    #expect(described(.lines(.int, "\(Int.max)")) == "\(Int.max)")
    #expect(described(.lines(.long, "12L")) == "12")
    #expect(described(.lines(.long, "\(Int.min)L")) == "\(Int.min)")
    #expect(described(.lines(.long, String(repeating: "9", count: 40) + "L")) == "<long integer>")
    #expect(described(.lines(.float, "1.5")) == "1.5")
    #expect(described(.lines(.string, "'a\\x62\\143\\n\\q\\''")) == "'abc\\n\\\\q\\''")
    #expect(described(.lines(.string, "\"a'\"")) == "'a\\''")
    #expect(described(.lines(.unicode, "\\u006fs\\\\")) == "'os\\\\\\\\'")
    #expect(described(.lines(.unicode, "\\U0001F600")) == "'😀'")
  }

  @Test func `a raw-unicode-escape takes other bytes as Latin-1`() {
    #expect(described(.raw([0x56, 0xE9, 0x0A])) == "'é'")
  }

  @Test func `containers hold what stood above them`() {
    #expect(described(.emptyTuple) == "()")
    #expect(described(.integer(1), .tuple1) == "(1,)")
    #expect(described(.integer(1), .integer(2), .tuple2) == "(1, 2)")
    #expect(described(.integer(1), .integer(2), .integer(3), .tuple3) == "(1, 2, 3)")
    #expect(described(.mark, .integer(1), .integer(2), .tuple) == "(1, 2)")
    #expect(described(.emptyList) == "[]")
    #expect(described(.emptyList, .integer(1), .append) == "[1]")
    #expect(described(.emptyList, .mark, .integer(1), .integer(2), .appends) == "[1, 2]")
    #expect(described(.mark, .integer(1), .list) == "[1]")
    #expect(described(.emptyDict) == "{}")
    #expect(described(.emptyDict, .text("a"), .integer(1), .setitem) == "{'a': 1}")
    #expect(
      described(.emptyDict, .mark, .integer(1), .integer(2), .integer(3), .none, .setitems)
        == "{1: 2, 3: None}")
    #expect(described(.mark, .text("a"), .integer(1), .dict) == "{'a': 1}")
    #expect(described(.emptySet) == "set()")
    #expect(described(.emptySet, .mark, .integer(1), .additems) == "{1}")
    #expect(described(.mark, .integer(1), .frozenset) == "frozenset([1])")
  }

  @Test func `a container that grows one by one keeps its order over many chunks`() {
    var opcodes: [PickleOpcode] = [.global("m", "f"), .emptyList]
    for number in 0..<300 { opcodes += [.integer(Int32(number)), .append] }
    var numbers: [Int] = []
    let run = run(pickle(opcodes + [.tuple1, .reduce, .stop])) { effect, values in
      guard effect.kind == .reduce, let list = values.elements(effect.operand)?.first else { return }
      numbers = values.elements(list)?.compactMap { values.integer($0) } ?? []
    }
    #expect(run.result.end == .stop)
    #expect(numbers == Array(0..<300))
  }

  @Test func `a list that holds itself ends`() {
    #expect(described(.emptyList, .memoize, .binget(0), .append)?.contains("…") == true)
  }

  @Test func `contents are the written bytes as a part of the input`() throws {
    let sample = pickle(.global("m", "f"), .bytes([1, 2, 3]), .tuple1, .reduce, .stop)
    var place: (Int, Int)?
    _ = run(sample) { effect, values in
      guard let value = values.elements(effect.operand)?.first, let contents = values.contents(value) else {
        return
      }
      place = (contents.start, contents.count)
    }
    let found = try #require(place)
    #expect(Array(sample[found.0..<found.0 + found.1]) == [1, 2, 3])
  }

  @Test func `the contents of a line are found however long it is, up to a limit`() {
    let text = String(repeating: "x", count: 200_000)
    let sample = pickle(.global("m", "f"), .lines(.unicode, text), .tuple1, .reduce, .stop)
    var counts: [Int?] = []
    _ = run(sample) { effect, values in
      guard let value = values.elements(effect.operand)?.first else { return }
      counts = [200_000, 199_999, 1 << 26].map { values.contents(value, lineLimit: $0)?.count }
    }
    #expect(counts == [200_000, nil, 200_000])
  }

  @Test func `a string longer than the limit is not given`() {
    let text = String(repeating: "x", count: 50)
    for opcode in [PickleOpcode.text(text), .lines(.unicode, text), .lines(.string, "'\(text)'")] {
      let sample = pickle(.global("m", "f"), opcode, .tuple1, .reduce, .stop)
      var answers: [String?] = []
      _ = run(sample) { effect, values in
        guard let value = values.elements(effect.operand)?.first else { return }
        answers = [values.string(value, limit: 50), values.string(value, limit: 49)]
      }
      #expect(answers == [text, nil])
    }
  }

  @Test func `text that is not UTF-8 is shown by its bytes`() {
    #expect(described(.counted(.shortBinstring, [0xFF])) == "'\\xff'")
  }

  @Test(arguments: ["'abc", "abc'", "'a\"", "", "'", "'\\'", "'\\x4'", "'a\\'"])
  func `a STRING without whole quotes and escapes breaks`(_ argument: String) {
    #expect(run(pickle(.lines(.string, argument), .stop)).breakKind == .malformed)
  }

  @Test(arguments: ["\\u12", "\\U0001", "\\u00zz"])
  func `a UNICODE with half an escape breaks`(_ argument: String) {
    #expect(run(pickle(.lines(.unicode, argument), .stop)).breakKind == .malformed)
  }

  @Test(arguments: ["", "x", "1.2.3", "0x", "--1", "1L"])
  func `a line that no unpickler takes for an integer breaks`(_ argument: String) {
    #expect(run(pickle(.lines(.int, argument), .stop)).breakKind == .malformed)
  }
}
