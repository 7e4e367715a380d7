import FoundationEssentials
import Findings
import Testing

@testable import CommandLine

struct RendererTests {
  private static func rendered(_ renderer: any Renderer, _ results: [ArtifactResult]) throws -> String {
    var tally = Tally()
    var text = try renderer.opening()
    for result in results {
      text += try renderer.artifact(result, index: tally.artifacts)
      tally.add(result)
    }
    return text + (try renderer.closing(tally, milliseconds: 1234.5, nil))
  }

  private static let results = [
    Sample.result("m/good.pt", Sample.examination(cached: true)), Sample.hostile, Sample.unreadable,
  ]

  @Test func `text says verdict, path, findings, gaps, advice and counts`() throws {
    let text = try Self.rendered(TextRenderer(style: Style(isColored: false)), Self.results)
    #expect(
      text == """
        allow       m/good.pt
        deny        m/a.pt
            critical sample.danger at a/data.pkl, byte 77
                Calls posix.system.
                seen: posix.system('\\u{1B}[2Jid')
                \(Sample.danger.explanation)
            critical sample.danger at the file itself
                Calls it again.
            medium sample.oddity at a/\\u{202E}x
                \(Sample.oddity.title)
            not examined: b!/c, byte 9: encrypted
            what to do: \(Sample.danger.remediation)
        incomplete  m/\\xFF\\u{1B}\\\\n
            not examined: cannot be read: Permission denied

        3 files: 1 allow, 0 review, 1 incomplete, 1 deny; 1 known from the store; 1 failed; 1.23 s

        """)
  }

  @Test func `quiet text leaves out what is allowed, and the summary`() throws {
    let text = try Self.rendered(
      TextRenderer(style: Style(isColored: false), isQuiet: true),
      [Sample.result("a", Sample.examination()), Sample.result("b", Sample.examination(.review))])
    #expect(text == "review      b\n")
  }

  @Test func `many findings are cut, and the text says so`() {
    let findings = (0..<25).map { Finding(Sample.oddity, at: Location(offset: $0), detail: "x") }
    let gaps = (0..<12).map { Gap(at: Location(offset: $0), reason: "y") }
    let text = TextRenderer(style: Style(isColored: false)).artifact(
      Sample.result("a", Sample.examination(.review, findings: findings, gaps: gaps)), index: 0)
    #expect(text.contains("and 5 more findings: --format json shows all"))
    #expect(text.contains("and 2 more gaps: --format json shows all"))
    #expect(!text.contains("byte 20\n"))
  }

  @Test func `what decides is shown, however many smaller findings come before it`() {
    let findings = (0..<50).map { Finding(Sample.oddity, at: Location(offset: $0), detail: "x") }
    let danger = Finding(Sample.danger, at: Location(offset: 99), detail: "y")
    let text = TextRenderer(style: Style(isColored: false)).artifact(
      Sample.result("a", Sample.examination(.deny, findings: findings + [danger])), index: 0)
    #expect(text.hasPrefix("deny        a\n    critical sample.danger at byte 99\n"))
    #expect(text.contains("at byte 18\n") && !text.contains("at byte 19\n"))
  }

  @Test func `colour marks verdicts and severities, and only where it is on`() {
    let result = Sample.result("a", Sample.examination(.deny))
    #expect(
      TextRenderer(style: Style(isColored: true)).artifact(result, index: 0)
        == "\u{1B}[1;31mdeny\u{1B}[0m        a\n")
    #expect(
      !TextRenderer(style: Style(isColored: false)).artifact(Sample.hostile, index: 0).contains("\u{1B}"))
  }

  private static let line =
    #"{"cached":false,"coverage":{"bytes":123,"complete":false,"gaps":[{"location":{"member":"b!/c","offset":9},"#
    + #""reason":"encrypted"}],"members":4},"engine":"0.2.0","findings":[{"atlas":["AML.T0011.000"],"#
    + #""cwe":["CWE-502"],"detail":"Calls posix.system.","evidence":"posix.system('\u001b[2Jid')","location":"#
    + #"{"member":"a/data.pkl","offset":77},"rule":"sample.danger","severity":"critical","title":"#
    + #""A danger"},{"atlas":[],"cwe":["CWE-693"],"detail":"","evidence":"","location":"#
    + #"{"member":"a/\u202ex","offset":null},"rule":"sample.oddity","severity":"medium","title":"#
    + #""An oddity"},{"atlas":["AML.T0011.000"],"cwe":["CWE-502"],"detail":"#
    + #""Calls it again.","evidence":"","location":{"member":null,"offset":null},"rule":"sample.danger","#
    + #""severity":"critical","title":"A danger"}],"formats":["pytorch-zip","pickle"],"#
    + #""kind":"file","milliseconds":1.9,"model":null,"path":"m/a.pt","policy":"sha256:feed","sandbox":{"filter":"sha256:cafe","#
    + #""layers":["seccomp","landlock:7"],"role":"scan"},"sha256":"abababababababababababababababababababababababababababababababab","#
    + #""size":123,"unwaived":null,"verdict":"deny","waived":null}"#

  @Test func `a line of JSON is exactly the contract`() throws {
    let text = try JSONLinesRenderer(context: Sample.context).artifact(Sample.hostile, index: 0)
    #expect(text == Self.line + "\n")
  }

  @Test func `an unreadable path is an object with the same keys`() throws {
    let text = try JSONLinesRenderer(context: Sample.context).artifact(Sample.unreadable, index: 0)
    #expect(
      text
        == #"{"cached":false,"coverage":{"bytes":0,"complete":false,"gaps":[{"location":{"member":null,"offset":null},"#
        + #""reason":"cannot be read: Permission denied"}],"members":0},"engine":"0.2.0","findings":[],"formats":[],"#
        + #""kind":"file","milliseconds":0,"model":null,"path":"m/\\xFF\u001b\\n","policy":"sha256:feed","sandbox":{"filter":"","#
        + #""layers":[],"role":"none"},"sha256":null,"size":null,"unwaived":null,"verdict":"incomplete","waived":null}"#
        + "\n")
  }

  @Test(arguments: 0...3)
  func `a JSON document is well formed for any number of artifacts`(count: Int) throws {
    let text = try Self.rendered(JSONRenderer(context: Sample.context), Array(Self.results.prefix(count)))
    struct Document: Decodable {
      struct Tool: Decodable {
        let name: String
        let version: String
      }
      struct Artifact: Decodable { let verdict: String }
      struct Summary: Decodable {
        let artifacts: Int
        let allow: Int
        let deny: Int
        let incomplete: Int
        let failures: Int
        let cached: Int
      }
      let schema: Int
      let tool: Tool
      let artifacts: [Artifact]
      let summary: Summary
    }
    let document = try JSONDecoder().decode(Document.self, from: Data(text.utf8))
    #expect(document.schema == 1)
    #expect(document.tool.name == "lazaret")
    #expect(document.artifacts.map(\.verdict) == Array(["allow", "deny", "incomplete"].prefix(count)))
    #expect(document.summary.artifacts == count)
    #expect(document.summary.failures == (count == 3 ? 1 : 0))
  }

  @Test func `the progress line is one line of a terminal's width`() {
    var tally = Tally()
    tally.add(Sample.hostile)
    let short = ProgressLine.text(tally, Array("a\nb".utf8), seconds: 0.5)
    #expect(short == "1 examined, 1 denied  a\\nb")
    let long = ProgressLine.text(tally, Array(repeating: 0x61, count: 500), seconds: 0.5)
    #expect(long.count == 79 && long.contains("…"))
  }

  @Test(
    arguments: [
      (0.9, 0.5, ""), (1, nil, ", 300/s"), (10, 0.5, ", 30/s, 0:10 left"),
      (100, 0.01, ", 3.0/s, 2:45:00 left"),
      (2, 0, ", 150/s"), (2, 1, ", 150/s, 0:00 left"),
    ] as [(Double, Double?, String)])
  func `the progress line says how fast it goes and how long it will take`(
    seconds: Double, fraction: Double?, text: String
  ) {
    var tally = Tally()
    for _ in 0..<300 { tally.add(Sample.result("a", Sample.examination())) }
    #expect(
      ProgressLine.text(tally, Array("a".utf8), seconds: seconds, fractionTaken: fraction)
        == "300 examined, 0 denied\(text)  a")
  }

  @Test func `colour follows the flag, the terminal and the environment`() {
    var options = Options()
    #expect(!TestHost().host.style(options).isColored)
    #expect(TestHost(isTerminal: true).host.style(options).isColored)
    #expect(!TestHost(["NO_COLOR": "1"], isTerminal: true).host.style(options).isColored)
    #expect(!TestHost(["TERM": "dumb"], isTerminal: true).host.style(options).isColored)
    options.color = .always
    #expect(TestHost(["NO_COLOR": "1"]).host.style(options).isColored)
    options.color = .never
    #expect(!TestHost(isTerminal: true).host.style(options).isColored)
  }
}
