import Findings
import Testing

@testable import CommandLine

/// An explanation as its readers see it.
struct ExplanationRendererTests {
  private static let lines = [
    ExplanationLine(.member, "zip; no pickle of its own"),
    ExplanationLine(.pickle, path: ["a/data.pkl"], offset: 0, "pickle, protocol 2"),
    ExplanationLine(.opcode, offset: 2, "GLOBAL 'posix' 'system'"),
    ExplanationLine(.import, offset: 2, judgement: .allow, "from posix import system"),
    ExplanationLine(.call, offset: 77, judgement: .deny, rule: "sample.danger", "_v0 = posix.system('id')"),
    ExplanationLine(
      .finding, offset: 77, judgement: .deny, rule: "sample.danger", "posix.system is called"),
    ExplanationLine(.finding, offset: 5, judgement: .review, rule: "sample.oddity", "odd"),
    ExplanationLine(.code, "code f(), line 1"),
    ExplanationLine(.folded, judgement: .allow, "… 2 more"),
    ExplanationLine(.gap, offset: 80, judgement: .incomplete, "the stream breaks here"),
    ExplanationLine(.weightsOnly, "yes"),
  ]

  private static func text(_ lines: [ExplanationLine], isColored: Bool = false) -> String {
    var renderer = TextExplanation(style: Style(isColored: isColored))
    return renderer.opening([]) + lines.map { renderer.line($0) }.joined()
  }

  @Test func `the text for people`() {
    #expect(
      Self.text(Self.lines) == """
        the file itself: zip; no pickle of its own

        a/data.pkl, byte 0: pickle, protocol 2
                 2              GLOBAL 'posix' 'system'
                 2  ok      from posix import system
                77  DENY    _v0 = posix.system('id')
                                sample.danger: posix.system is called
                 5  REVIEW  sample.oddity: odd
                                code f(), line 1
                    ok      … 2 more
                80  GAP     the stream breaks here
                            loads under torch weights_only: yes

        """)
  }

  @Test func `colour by judgement, and only where it is wanted`() {
    let line = [Self.lines[1], Self.lines[4]]
    #expect(Self.text(line, isColored: true).contains("\u{1B}[1;31mDENY\u{1B}[0m"))
    #expect(!Self.text(line).contains("\u{1B}"))
  }

  @Test func `nothing in a line is obeyed by a terminal`() {
    let path = ["a\u{1B}[2J\u{202E}"]
    let text = Self.text([ExplanationLine(.pickle, path: path, offset: 0, "p\u{7}"), Self.lines[4]])
    #expect(!text.unicodeScalars.contains { $0.isInvisible && $0 != "\n" })
    #expect(text.contains("a\\u{1B}[2J\\u{202E}, byte 0: p\\u{7}"))
  }

  @Test func `after the lines come the verdict and what no line has shown`() {
    var renderer = TextExplanation(style: Style(isColored: false))
    for line in Self.lines { _ = renderer.line(line) }
    // One of the three findings stands in a line, at the same place.
    let closing = renderer.closing(Sample.hostile)
    #expect(closing.hasPrefix("\ndeny        m/a.pt\n"))
    #expect(!closing.contains("Calls posix.system."))
    #expect(closing.contains("Calls it again."))
    #expect(closing.contains("not examined: b!/c, byte 9: encrypted"))
  }

  @Test func `an explanation without lines says so`() {
    let renderer = TextExplanation(style: Style(isColored: false))
    #expect(renderer.closing(Sample.hostile).hasPrefix("Nothing in it could be explained.\n"))
  }

  @Test func `the document for programs`() throws {
    var renderer = JSONExplanation(context: Sample.context)
    var text = try renderer.opening(Array("m/a.pt".utf8))
    for line in [Self.lines[0], Self.lines[1], Self.lines[4], Self.lines[10]] {
      text += try renderer.line(line)
    }
    text += try renderer.line(ExplanationLine(.cut, "cut"))
    text += try renderer.closing(Sample.hostile)
    let rest = text.components(upTo: "\"artifact\":")
    #expect(
      rest == """
        {"schema":1,"tool":{"name":"lazaret","version":"0.8.0"},"path":"m/a.pt","sections":[
        {"kind":"member","member":null,"offset":null,"title":"zip; no pickle of its own","lines":[]},
        {"kind":"pickle","member":"a/data.pkl","offset":0,"title":"pickle, protocol 2","lines":[
        {"judgement":"deny","kind":"call","offset":77,"rule":"sample.danger","text":"_v0 = posix.system('id')"},
        {"judgement":null,"kind":"weights-only","offset":null,"rule":null,"text":"yes"}]}],
        "weightsOnly":[{"answer":"yes","member":"a/data.pkl"}],"cut":true,"verdict":"deny",

        """)
    #expect(text.hasSuffix("}}\n"))
  }
}

extension String {
  /// The text before the first `end`.
  fileprivate func components(upTo end: String) -> String {
    firstRange(of: end).map { String(self[..<$0.lowerBound]) } ?? self
  }
}
