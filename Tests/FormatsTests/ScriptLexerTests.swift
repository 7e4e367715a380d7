import ByteParsing
import Formats
import TestSupport
import Testing

@Suite struct ScriptLexerTests {
  private func texts(_ source: String) throws -> [String] {
    var lexer = ScriptLexer(Array(source.utf8))
    var texts: [String] = []
    while let token = try lexer.next() { texts.append(lexer.text(token)) }
    return texts
  }

  @Test func `source is split into names, numbers, strings and characters`() throws {
    #expect(
      try texts("def f(x: Tensor=CONSTANTS.c0) -> int:\n  return torch.add(x, -1.5e-3)\n") == [
        "def", "f", "(", "x", ":", "Tensor", "=", "CONSTANTS", ".", "c0", ")", "-", ">", "int", ":", "\n",
        "return", "torch", ".", "add", "(", "x", ",", "-", "1.5e-3", ")", "\n",
      ])
  }

  @Test func `a method of a number is a method`() throws {
    #expect(try texts("1..save(p)") == ["1.", ".", "save", "(", "p", ")"])
    #expect(try texts("1.5.save") == ["1.5", ".", "save"])
    #expect(try texts("2e5.save") == ["2e5", ".", "save"])
    #expect(throws: ParseError.self) { try texts("1.save(p)") }
    #expect(throws: ParseError.self) { try texts("0x1f") }
  }

  @Test func `strings keep what is inside of them`() throws {
    #expect(try texts(#""a\"b.save(" 'c#d'"#) == [#""a\"b.save(""#, "'c#d'"])
    #expect(try texts("'''a'\nb''' x") == ["'''a'\nb'''", "x"])
    #expect(throws: ParseError.self) { try texts("'a\nb'") }
    #expect(throws: ParseError.self) { try texts("'abc") }
    #expect(throws: ParseError.self) { try texts("'abc\\") }
  }

  @Test func `comments are passed, but for those of types`() throws {
    #expect(try texts("x # torch.save\ny") == ["x", "\n", "y"])
    #expect(try texts("x # type: Tensor") == ["x", "Tensor"])
  }

  @Test(arguments: ["é", "x;y", "$", "`x`", "x\u{B}y"])
  func `characters that TorchScript does not have are errors`(source: String) {
    #expect(throws: ParseError.self) { try texts(source) }
  }

  @Test func `damage never goes beyond the source`() {
    let source = Array("class A(Module):\n  def f(self) -> str:\n    return \"a\\n\" + '''b''' # c\n".utf8)
    for mutation in Mutations.truncations(of: source) {
      _ = try? texts(String(decoding: mutation.bytes, as: UTF8.self))
    }
    for mutation in Mutations.byteFlips(of: source) {
      var lexer = ScriptLexer(mutation.bytes)
      var last = 0
      while let token = try? lexer.next() {
        #expect(token.range.lowerBound >= last && token.range.upperBound <= source.count)
        last = token.range.upperBound
      }
    }
  }
}
