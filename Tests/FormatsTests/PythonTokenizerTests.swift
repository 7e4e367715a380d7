import ByteParsing
import Formats
import TestSupport
import Testing

@Suite struct PythonTokenizerTests {
  static func read(_ bytes: [UInt8]) throws -> (tokens: [PythonToken], reader: PythonTokenizer) {
    var reader = try PythonTokenizer(Input(bytes))
    var tokens: [PythonToken] = []
    while let token = try reader.next() { tokens.append(token) }
    return (tokens, reader)
  }

  static func texts(_ source: String) throws -> [String] {
    try read(Array(source.utf8)).tokens.filter { $0.kind != .newline }.map(\.text)
  }

  @Test(arguments: [
    ("import os.path as p\n", ["import", "os", ".", "path", "as", "p"]),
    ("x = 1if y else 0x1F_2\n", ["x", "=", "1", "if", "y", "else", "0x1F_2"]),
    ("1.5e-3.real + 1..imag\n", ["1.5e-3", ".", "real", "+", "1.", ".", "imag"]),
    ("a **= b // c -> d\n", ["a", "**=", "b", "//", "c", "->", "d"]),
    ("(a,\n b)\n", ["(", "a", ",", "b", ")"]),
    ("a = \\\n  b\n", ["a", "=", "b"]),
    ("'a\\x62\\n' \"c\"\n", ["ab\n", "c"]),
    ("rb'\\x62' '''t\n'''\n", ["\\x62", "t\n"]),
    ("f'a{b}c'\n", ["a", "f{", "b", "f}", "c"]),
    (
      "f\"{x[\"k\"]!r:>{w}}\"\n",
      ["", "f{", "x", "[", "k", "]", "!", "r", "f:", ">", "f{", "w", "f}", "f}", ""]
    ),
    ("rf'\\{b}' f'\\N{DIGIT ONE}'\n", ["\\", "f{", "b", "f}", "", "?"]),
    ("f'{{}}'\n", ["{}"]),
  ])
  func `source becomes tokens`(_ source: String, _ expected: [String]) throws {
    #expect(try Self.texts(source) == expected)
  }

  @Test func `a carriage return ends a comment`() throws {
    #expect(try Self.texts("# a comment\rimport os") == ["import", "os"])
  }

  @Test func `variants of letters are the letters, and said to be variants`() throws {
    let token = try #require(try Self.read(Array("\u{1D42C}ystem".utf8)).tokens.first)
    #expect(token.text == "system" && token.isDisguised)
    let plain = try #require(try Self.read(Array("größe".utf8)).tokens.first)
    #expect(plain.text == "größe" && !plain.isDisguised)
  }

  @Test func `lines, columns and offsets are those of the source`() throws {
    let tokens = try Self.read(Array("a\r\n\tb = 'x'\n".utf8)).tokens
    let b = try #require(tokens.first { $0.text == "b" })
    #expect(b.line == 2 && b.column == 8 && b.offset == 4)
  }

  @Test(arguments: [
    ("x = $a\n", PythonIrregularity.badCharacter), ("'abc\n", .unterminatedString), ("(a]\n", .unbalanced),
    ("x\u{0}y\n", .nulByte), ("# \u{202E}a\nb\n", .openBidirectional), ("'a\u{200B}'\n", .invisible),
  ])
  func `what is odd is noted`(_ source: String, _ expected: PythonIrregularity) throws {
    #expect(try Self.read(Array(source.utf8)).reader.irregularities[expected] == 1)
  }

  @Test func `a change of direction that is taken back is only mentioned`() throws {
    let found = try Self.read(Array("x = '\u{202B}a\u{202C}'\n".utf8)).reader.irregularities
    #expect(found[.bidirectional] == 1 && found[.openBidirectional] == nil)
  }

  @Test(arguments: [
    ("# -*- coding: utf-8 -*-\n", PythonEncoding.transparent),
    ("#!/usr/bin/python\n# coding=cp1252\n", .transparent),
    ("# coding: utf-7\n", .hiding("utf-7")), ("# coding: utf--7\n", .hiding("utf--7")),
    ("# coding: unicode-_escape\n", .hiding("unicode-_escape")),
    ("\n# vim: set fileencoding=rot13 :\n", .hiding("rot13")),
    ("# coding: big5\n", .other("big5")), ("x = 1\n# coding: utf-7\n", .transparent),
    ("\n\n# coding: hex\n", .transparent),
  ])
  func `an encoding is what one of the first two lines says`(_ source: String, _ expected: PythonEncoding) {
    #expect(PythonEncoding(head: Array(source.utf8)) == expected)
  }

  @Test func `too many brackets are a limit`() {
    #expect(throws: ParseError.self) { try Self.read(Array(repeating: UInt8(ascii: "("), count: 500)) }
  }

  @Test func `a long text is read through its windows`() throws {
    let source = String(repeating: "value = 'x'  # comment\n", count: 20_000)
    #expect(try Self.read(Array(source.utf8)).tokens.count == 80_000)
  }

  @Test func `no damage traps or goes on for ever`() throws {
    let sample = Array(
      "# coding: utf-8\nimport os as o\nx = f'a{o.x[\"k\"]:>{w}}b' + r'\\d' * 0x1f\n@d\ndef f(a: int = 1) -> 'é': return ''' \\N{X} ''' \\\n + ''\n"
        .utf8)
    for mutation in Mutations.truncations(of: sample) { Self.check(mutation) }
    for mutation in Mutations.byteFlips(of: sample) { Self.check(mutation) }
  }

  static func check(_ mutation: Mutation) {
    do {
      let (tokens, _) = try read(mutation.bytes)
      #expect(tokens.count <= mutation.bytes.count + 2, "\(mutation.what)")
      #expect(zip(tokens, tokens.dropFirst()).allSatisfy { $0.offset <= $1.offset }, "\(mutation.what)")
    } catch {
      #expect(error is ParseError, "\(mutation.what)")
    }
  }
}
