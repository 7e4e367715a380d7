import ByteParsing
import Formats
import TestSupport
import Testing

@Suite struct YAMLReaderTests {
  static func read(_ bytes: [UInt8]) throws -> (events: [YAMLEvent], isWellFormed: Bool) {
    var reader = try YAMLReader(Input(bytes))
    var events: [YAMLEvent] = []
    while let event = try reader.next() { events.append(event) }
    return (events, reader.isWellFormed)
  }

  /// Values with their keys.
  static func values(_ text: String) throws -> [String] {
    try read(Array(text.utf8)).events.filter { $0.kind == .value }.map { "\($0.key ?? "-")=\($0.text)" }
  }

  @Test(arguments: [
    ("a: b\nc:\n  d: e\n", ["a=b", "d=e"]),
    ("a:\n  b\n", ["a=b"]),
    ("\"\\x5ftarget_\": os.system\n", ["_target_=os.system"]),
    ("? k\n: v\n", ["k=v"]),
    ("- a\n- k: v\n  l: w\n", ["-=a", "k=v", "l=w"]),
    ("k:\n- a\n- b\nl: c\n", ["k=a", "k=b", "l=c"]),
    ("{a: b, c: [d, {e: f}]}\n", ["a=b", "c=d", "e=f"]),
    ("{\"a\":\"b\"}\n", ["a=b"]),
    ("k: >-\n  os.\n  system\nl: x\n", ["k=os. system", "l=x"]),
    ("k: |\n  _target_: x\nl: y\n", ["k=_target_: x", "l=y"]),
    ("k: 'it''s' # c\nu: http://a:1/b\n", ["k=it's", "u=http://a:1/b"]),
    ("%YAML 1.1\n---\na: b\n...\n---\nc: d\n", ["a=b", "c=d"]),
    ("a: b\r\nc: d\r", ["a=b", "c=d"]),
  ])
  func `values come with their keys`(_ text: String, _ expected: [String]) throws {
    #expect(try Self.values(text) == expected)
  }

  @Test func `tags, anchors and aliases are events`() throws {
    let events = try Self.read(Array("a: &x !!python/name:os.system ''\nb: *x\n*x : c\n".utf8)).events
    #expect(events.map(\.kind) == [.key, .anchor, .tag, .value, .key, .alias, .alias, .value])
    #expect(events[2].text == "!!python/name:os.system" && events[5].text == "x")
  }

  @Test(arguments: [
    "name: \"n\"\nlayer {\n  type: \"Python\"\n}\n", "a: b c: d\n", "a: b\nplain words\n", "a: 'b' c\n",
    "text\n", "]\n",
  ])
  func `other texts are not well formed`(_ text: String) throws {
    #expect(try !Self.read(Array(text.utf8)).isWellFormed)
  }

  @Test(arguments: [
    "a: b\n", "- a\n-  b: c\n   d: e\n- - f\n  - g\n", "a:\n  - b\n  - c\nd: e\n",
    "a: one\n  two\nb: [c,\n  d]\n",
    "- one\n  two\n- three\n", "a: |\n text: x\n\n  more\nb: c\n", "# only\na: \"b\n  c\"\n",
    "a: &x {b: c}\nd: *x\n",
    "? a\n: b\n",
  ])
  func `YAML is well formed`(_ text: String) throws {
    #expect(try Self.read(Array(text.utf8)).isWellFormed)
  }

  @Test func `UTF-16 is read as text`() throws {
    var bytes: [UInt8] = [0xFF, 0xFE]
    for unit in "a: b".utf16 { bytes += littleEndian(unit) }
    #expect(try Self.read(bytes).events.map(\.text) == ["a", "b"])
  }

  @Test(arguments: ["a: 'b", "a: [b, c", "a: \"b\\"]) func `what stays open is an error`(_ text: String) {
    #expect(throws: ParseError.self) { try Self.read(Array(text.utf8)) }
  }

  @Test func `too many brackets are a limit`() {
    #expect(throws: ParseError.self) { try Self.read(Array(repeating: UInt8(ascii: "["), count: 1000)) }
  }

  @Test func `no damage traps or goes on for ever`() {
    let sample = Array(
      "%TAG ! tag:a,b:\n--- # c\na: &x [b, {c: 'd', \"e\\u0041\": *x}]\n? !!str k\n: >-2\n   text\n\n- - f\n*x : |\n  g\n"
        .utf8)
    for mutation in Mutations.truncations(of: sample) { Self.check(mutation) }
    for mutation in Mutations.byteFlips(of: sample) { Self.check(mutation) }
  }

  static func check(_ mutation: Mutation) {
    do {
      let events = try read(mutation.bytes).events
      #expect(events.count <= mutation.bytes.count + 1, "\(mutation.what)")
    } catch {
      #expect(error is ParseError, "\(mutation.what)")
    }
  }
}
