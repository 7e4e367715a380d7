import ByteParsing
import Testing
import TestSupport

/// A value written out again without spaces, strings as their bytes, so that tables can compare documents.
private func canonical(_ value: JSONValue) -> String {
  switch value.kind {
  case .null: "null"
  case .boolean: value.boolean == true ? "true" : "false"
  case .number: value.integer.map { "\($0)" } ?? "raw(\(value.source))"
  case .string: "<\(value.string ?? "")>"
  case .array: "[" + value.elements.map(canonical).joined(separator: ",") + "]"
  case .object:
    "{" + value.members.map { "\(canonical($0.key)):\(canonical($0.value))" }.joined(separator: ",") + "}"
  }
}

private func parse(_ text: String) throws(ParseError) -> JSONValue {
  try StrictJSON.parse(Array(text.utf8))
}

@Suite struct StrictJSONTests {
  @Test(arguments: [
    ("null", "null"), (" \t\r\n true ", "true"), ("false", "false"),
    ("0", "0"), ("-0", "0"), ("10", "10"), ("-7", "-7"),
    ("9223372036854775807", "9223372036854775807"), ("-9223372036854775808", "-9223372036854775808"),
    ("9223372036854775808", "raw(9223372036854775808)"),
    ("-9223372036854775809", "raw(-9223372036854775809)"),
    ("1.0", "raw(1.0)"), ("1e3", "raw(1e3)"), ("-0.5E+10", "raw(-0.5E+10)"), ("2E-7", "raw(2E-7)"),
    (#""""#, "<>"), (#""a b""#, "<a b>"), (#""é€𝄞""#, "<é€𝄞>"), ("\"\u{7f}\"", "<\u{7f}>"),
    (#""\"\\\/\b\f\n\r\t""#, "<\"\\/\u{8}\u{c}\n\r\t>"), (#""\u00e9\u20AC\u0000x""#, "<é€\u{0}x>"),
    (#""\ud834\udd1e""#, "<𝄞>"), (#""\uDBFF\uDFFFz""#, "<\u{10ffff}z>"), (#""\uFFFF""#, "<\u{ffff}>"),
    ("[]", "[]"), ("[ ]", "[]"), ("[1,[2,[3],[]],4]", "[1,[2,[3],[]],4]"), ("{}", "{}"),
    (#"{ "a" : 1 , "b" : [ { } , 2 ] }"#, "{<a>:1,<b>:[{},2]}"), (#"{"":{"":""}}"#, "{<>:{<>:<>}}"),
    (#"{"a":1,"a":2,"a":{}}"#, "{<a>:1,<a>:2,<a>:{}}"), (#"[{"a":[]},{"a":{}}]"#, "[{<a>:[]},{<a>:{}}]"),
  ]) func `valid text is read as it is`(text: String, expected: String) throws {
    #expect(canonical(try parse(text)) == expected)
  }

  @Test(arguments: [
    ("", ParseError.Kind.truncated, 0), ("  ", .truncated, 2), ("[", .truncated, 1), ("[1", .truncated, 2),
    ("[1,", .truncated, 3), ("{", .truncated, 1), (#"{"a""#, .truncated, 4), (#"{"a":"#, .truncated, 5),
    (#"{"a":1"#, .truncated, 6), (#"{"a":1,"#, .truncated, 7), ("\"abc", .truncated, 4),
    (#""\"#, .truncated, 2),
    (#""\u12"#, .truncated, 5), ("tru", .truncated, 3), ("-", .truncated, 1), ("1.", .truncated, 2),
    ("1e+", .truncated, 3), (#""\ud834"#, .truncated, 7),
    ("[1,]", .malformed, 3), ("[,1]", .malformed, 1), ("[1 2]", .malformed, 3), ("[1}", .malformed, 2),
    ("]", .malformed, 0), ("[[]", .truncated, 3), (#"{"a":1,}"#, .malformed, 7), ("{,}", .malformed, 1),
    ("{1:2}", .malformed, 1), (#"{"a" 1}"#, .malformed, 5), (#"{"a":}"#, .malformed, 5),
    (#"{"a":1]"#, .malformed, 6),
    (#"{"a":1 "b":2}"#, .malformed, 7), ("{a:1}", .malformed, 1), ("{null:1}", .malformed, 1),
    ("01", .malformed, 1), ("-01", .malformed, 2), ("+1", .malformed, 0), (".5", .malformed, 0),
    ("1.e3", .malformed, 2),
    ("1e", .truncated, 2), ("1ex", .malformed, 2), ("--1", .malformed, 1), ("0x10", .malformed, 1),
    ("1_000", .malformed, 1),
    ("NaN", .malformed, 0), ("Infinity", .malformed, 0), ("-Infinity", .malformed, 1),
    ("nul1", .malformed, 3),
    ("nullx", .malformed, 4), ("True", .malformed, 0), ("'a'", .malformed, 0),
    ("1 2", .malformed, 2), ("{}{}", .malformed, 2), ("null\0", .malformed, 4), ("// a\n1", .malformed, 0),
    ("[1/*a*/]", .malformed, 2), ("# a\n1", .malformed, 0), ("\u{feff}1", .malformed, 0),
    ("\u{a0}1", .malformed, 0),
    ("\"a\nb\"", .malformed, 2), ("\"a\tb\"", .malformed, 2), ("\"\u{1f}\"", .malformed, 1),
    ("\"\0\"", .malformed, 1),
    (#""\x41""#, .malformed, 2), (#""\'""#, .malformed, 2), (#""\u12g4""#, .malformed, 5),
    (#""\U0041""#, .malformed, 2),
    (#""\ud834""#, .malformed, 1), (#""\ud834x""#, .malformed, 1), (#""\ud834\n""#, .malformed, 1),
    (#""\udd1e""#, .malformed, 1), (#""\udd1e\ud834""#, .malformed, 1), (#""\ud834\ud834""#, .malformed, 1),
    (#""a\ud834\u0041""#, .malformed, 2),
  ]) func `invalid text is refused at the right place`(text: String, kind: ParseError.Kind, offset: Int) {
    do throws(ParseError) {
      let value = try parse(text)
      Issue.record("read as \(canonical(value))")
    } catch {
      #expect(error.kind == kind)
      #expect(error.offset == offset)
    }
  }

  @Test(
    arguments: [
      [0x80], [0xbf], [0xc0, 0xaf], [0xc1, 0xbf], [0xc2], [0xc2, 0x41], [0xe0, 0x80, 0xaf],
      [0xe0, 0x9f, 0xbf],
      [0xe2, 0x82], [0xe2, 0x82, 0x41], [0xed, 0xa0, 0x80], [0xed, 0xbf, 0xbf], [0xf0, 0x80, 0x80, 0x80],
      [0xf0, 0x8f, 0xbf, 0xbf], [0xf0, 0x9d, 0x84], [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80],
      [0xf8, 0x88, 0x80, 0x80, 0x80], [0xfe], [0xff],
    ] as [[UInt8]]) func `bytes that are not UTF-8 are refused`(bytes: [UInt8])
  {
    for text in [[0x22] + bytes + [0x22], [0x22, 0x61] + bytes + [0x61, 0x22], bytes] {
      #expect(throws: ParseError.self) { try StrictJSON.parse(text) }
    }
  }

  @Test func `every Unicode scalar is read raw and escaped`() throws {
    var raw: [UInt8] = []
    var escaped: [UInt8] = []
    var expected: [UInt8] = []
    for scalar in UInt32(0x20)...0x10ffff {
      guard let character = Unicode.Scalar(scalar), character != "\"", character != "\\" else { continue }
      raw += character.utf8
      guard scalar % 17 == 0 else { continue }
      expected += character.utf8
      for unit in character.utf16 {
        let digits = String(unit, radix: 16)
        escaped += Array(("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
      }
    }
    #expect(try StrictJSON.parse([0x22] + raw + [0x22]).utf8 == raw)
    #expect(try StrictJSON.parse([0x22] + escaped + [0x22]).utf8 == expected)
  }

  @Test func `keys are compared byte by byte`() throws {
    let value = try parse(#"{"\u212A":1,"K":2,"é":3,"e\u0301":4,"a\u0062":5}"#)
    #expect(value.first("K")?.integer == 2)
    #expect(value.first("\u{212a}")?.integer == 1)
    #expect(value.first("\u{e9}")?.integer == 3)
    #expect(value.first("e\u{301}")?.integer == 4)
    #expect(value.first("ab")?.integer == 5)
    #expect(value.first("a") == nil)
  }

  @Test func `values know their place`() throws {
    let value = try parse("{\n  \"a\": [\n    1,\n    {\"b\": null}]}")
    let array = try #require(value.first("a"))
    #expect((array.offset, array.line) == (9, 2))
    #expect(array.elements.map(\.line) == [3, 4])
    #expect(array.source == "[\n    1,\n    {\"b\": null}]")
  }

  @Test func `what a value is not, it does not give`() throws {
    let value = try parse(#"[1,"1",true]"#)
    #expect(value.integer == nil && value.string == nil && value.boolean == nil && value.first("x") == nil)
    let elements = Array(value.elements)
    #expect(elements[0].string == nil && elements[1].integer == nil && elements[2].integer == nil)
    #expect(Array(elements[0].elements.map(\.kind)).isEmpty)
    #expect(Array(value.members).isEmpty)
  }
}

@Suite struct StrictJSONBoundsTests {
  private func kind(_ bytes: [UInt8], _ bounds: StrictJSON.Bounds) -> ParseError.Kind? {
    do throws(ParseError) {
      _ = try StrictJSON.parse(bytes, bounds: bounds)
      return nil
    } catch {
      return error.kind
    }
  }

  private func nested(_ depth: Int, _ open: String, _ close: String) -> [UInt8] {
    Array((String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)).utf8)
  }

  @Test func `depth is bounded, and no depth overflows the stack`() {
    for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
      #expect(kind(nested(64, open, close), .init()) == nil)
      #expect(kind(nested(65, open, close), .init()) == .limit)
      #expect(kind(nested(1_000_000, open, close), .init()) == .limit)
      #expect(kind(nested(200_000, open, close), .init(depth: .max)) == nil)
    }
  }

  @Test func `the number of values is bounded`() {
    #expect(kind(Array("[1,2,3]".utf8), .init(values: 4)) == nil)
    #expect(kind(Array("[1,2,3]".utf8), .init(values: 3)) == .limit)
    #expect(kind(Array(#"{"a":1}"#.utf8), .init(values: 2)) == .limit)
  }

  @Test func `the size is bounded`() {
    #expect(kind(Array("[1]".utf8), .init(bytes: 3)) == nil)
    #expect(kind(Array("[1] ".utf8), .init(bytes: 3)) == .limit)
  }
}

@Suite struct StrictJSONPropertyTests {
  private let sample = Array(
    #"{"schema":1,"a":[true,null,{"b\u00e9":-12.5e3}],"c":"é\ud834\udd1e\n","a":{}, "n":[0,10,[[]]]}"#.utf8)

  /// Whatever comes back is wholly inside the text and can be walked.
  private func walk(_ bytes: [UInt8], _ what: String) -> Bool {
    do throws(ParseError) {
      let value = try StrictJSON.parse(bytes)
      _ = canonical(value)
      return true
    } catch {
      #expect(0...bytes.count ~= error.offset, "\(what)")
      return false
    }
  }

  @Test func `every truncation is an error`() {
    #expect(walk(sample, "whole"))
    for mutation in Mutations.truncations(of: sample) {
      #expect(!walk(mutation.bytes, mutation.what), "\(mutation.what)")
    }
  }

  @Test func `every changed byte is walked or refused`() throws {
    let whole = canonical(try StrictJSON.parse(sample))
    var refused = 0
    for mutation in Mutations.byteFlips(of: sample) {
      guard walk(mutation.bytes, mutation.what) else {
        refused += 1
        continue
      }
      // An escape may be written in two cases; anything else that is accepted reads as something else.
      let text = canonical(try StrictJSON.parse(mutation.bytes))
      #expect(text != whole, "\(mutation.what)")
    }
    #expect(refused > sample.count)
  }

  @Test func `any byte in any place is walked or refused`() {
    for index in sample.indices {
      for byte in UInt8.min...UInt8.max {
        var bytes = sample
        bytes[index] = byte
        _ = walk(bytes, "byte \(index) set to \(byte)")
      }
    }
  }

  @Test func `random texts of JSON's own characters never trap`() {
    var random = SeededRandom(seed: 0x4A53_4F4E)
    let alphabet = Array(#"[[[]]]{{}}"":,,\u01d89eE+-.tfn rulase"#.utf8) + [0xc3, 0xa9, 0x00, 0x20]
    var accepted = 0
    for _ in 0..<50_000 {
      let count = Int.random(in: 0...12, using: &random)
      let text = (0..<count).map { _ in alphabet.randomElement(using: &random) ?? 0 }
      if walk(text, "seed \(random.seed): \(String(decoding: text, as: UTF8.self))") { accepted += 1 }
    }
    #expect(accepted > 0)
  }

  @Test func `a random document is read back as it was written`() throws {
    var random = SeededRandom(seed: 0xD0C5)
    for _ in 0..<500 {
      let (text, expected) = document(depth: 5, &random)
      #expect(canonical(try parse(text)) == expected, "seed \(random.seed)")
    }
  }

  private func document(depth: Int, _ random: inout SeededRandom) -> (text: String, expected: String) {
    let space = [" ", "", "\n", "\t "].randomElement(using: &random) ?? ""
    switch Int.random(in: depth == 0 ? 2...4 : 0...4, using: &random) {
    case 0:
      let parts = (0..<Int.random(in: 0...4, using: &random)).map { _ in document(depth: depth - 1, &random)
      }
      return (
        "[" + space + parts.map(\.text).joined(separator: "," + space) + "]",
        "[" + parts.map(\.expected).joined(separator: ",") + "]"
      )
    case 1:
      let parts = (0..<Int.random(in: 0...4, using: &random)).map { _ in
        (key: "k\(Int.random(in: 0...2, using: &random))", value: document(depth: depth - 1, &random))
      }
      return (
        "{" + space + parts.map { "\"\($0.key)\"\(space):\($0.value.text)" }.joined(separator: space + ",")
          + "}",
        "{" + parts.map { "<\($0.key)>:\($0.value.expected)" }.joined(separator: ",") + "}"
      )
    case 2:
      let number = Int.random(in: .min ... .max, using: &random)
      return ("\(number)" + space, "\(number)")
    case 3: return ("\"\\u0061\\\\é\"", "<a\\é>")
    default: return ("null", "null")
    }
  }

  @Test(arguments: ["NaN", "Infinity", "-Infinity", "[NaN,-Infinity,-1]"])
  func `numbers that Python writes are read where they are asked for`(text: String) throws {
    let value = try StrictJSON.parse(
      Array(text.utf8), bounds: StrictJSON.Bounds(allowsPythonNumbers: true))
    #expect(value.source == text)
  }

  @Test(arguments: ["Nan", "-NaN", "Inf", "-Infinit", "+Infinity"])
  func `other names of numbers are read by no dialect`(text: String) {
    #expect(throws: ParseError.self) {
      try StrictJSON.parse(Array(text.utf8), bounds: StrictJSON.Bounds(allowsPythonNumbers: true))
    }
  }
}
