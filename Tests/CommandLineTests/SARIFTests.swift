import Findings
import Policy
import Supervisor
import TestSupport
import Testing

@testable import CommandLine

struct SARIFTests {
  private static let root = Array("/home/me/checkout".utf8)

  private static func renderer() -> SARIFRenderer {
    SARIFRenderer(context: Sample.context, failOn: .review, root: root)
  }

  /// The log of a run over these.
  private static func log(
    _ results: [ArtifactResult], packages: [PackageResult] = [], failures: Int = 0
  ) throws -> JSONDocument {
    let renderer = renderer()
    var tally = Tally()
    var text = try renderer.opening()
    for result in results {
      text += try renderer.artifact(result, index: tally.records)
      tally.add(result)
    }
    for package in packages {
      text += try renderer.package(package, index: tally.records)
      tally.add(package)
    }
    for _ in 0..<failures { tally.addFailure() }
    text += try renderer.closing(tally, milliseconds: 1, nil)
    return try JSONDocument.parse(text)
  }

  private static func run(_ log: JSONDocument) -> JSONDocument { log["runs"].elements.first ?? .null }

  private static func results(_ results: ArtifactResult...) throws -> [JSONDocument] {
    run(try log(results))["results"].elements
  }

  private static func uri(_ result: JSONDocument) -> String? {
    result["locations"].elements[0]["physicalLocation"]["artifactLocation"]["uri"].text
  }

  private static func fingerprint(_ result: JSONDocument, _ key: String = "lazaretFinding/v1") -> String? {
    result["partialFingerprints"][key].text
  }

  @Test func `the driver has every rule of the catalogue, and each result names its own`() throws {
    let log = try Self.log([
      Sample.result(
        "a",
        Sample.examination(
          .deny,
          findings: [
            Finding(RuleCatalog.all[3], at: Location(), detail: "x")
          ]))
    ])
    let driver = Self.run(log)["tool"]["driver"]
    #expect(log["version"].text == "2.1.0" && driver["semanticVersion"].text == Engine.version)
    let rules = driver["rules"].elements
    #expect(rules.compactMap { $0["id"].text } == RuleCatalog.all.map(\.id) + ["coverage.not-examined"])
    let result = try #require(Self.run(log)["results"].elements.first)
    let index = try #require(result["ruleIndex"].integer)
    #expect(rules[index]["id"].text == result["ruleId"].text)
  }

  @Test func `a rule has words, a level, a severity by number and its weaknesses as tags`() throws {
    let rule = try JSONDocument.parse(JSONText.line(SARIFRule(Sample.danger)))
    #expect(rule["name"].text == "SampleDanger")
    #expect(rule["shortDescription"]["text"].text == "A danger")
    #expect(rule["help"]["markdown"].text?.contains("**What to do:** Do not load it.") == true)
    #expect(rule["defaultConfiguration"]["level"].text == "error")
    #expect(rule["properties"]["security-severity"].text == "9.5")
    #expect(
      rule["properties"]["tags"].elements.compactMap(\.text)
        == ["security", "external/cwe/cwe-502", "external/atlas/aml.t0011.000"])
  }

  @Test func `a finding is a result with its level, its words and its place`() throws {
    let results = try Self.results(Sample.hostile)
    #expect(results.compactMap { $0["level"].text } == ["error", "warning", "error", "warning"])
    let first = results[0]
    #expect(
      first["message"]["text"].text
        == "Calls posix.system. In a/data.pkl, byte 77. Seen: posix.system('\\u{{1B}}[2Jid')")
    #expect(Self.uri(first) == "m/a.pt")
    let location = first["locations"].elements[0]
    #expect(location["physicalLocation"]["artifactLocation"]["uriBaseId"].text == "%SRCROOT%")
    #expect(location["physicalLocation"]["region"] == .null, "the offset is one in the member")
    #expect(location["logicalLocations"].elements.first?["fullyQualifiedName"].text == "a/data.pkl")
    #expect(results[3]["ruleId"].text == "coverage.not-examined")
    #expect(results[3]["message"]["text"].text == "Not examined: encrypted. In b!/c, byte 9.")
  }

  @Test func `a result of a registry's file names the model`() throws {
    var result = Sample.hostile
    result.model = ModelName("churn", revision: "3")
    #expect(try Self.results(result)[0]["properties"]["model"].text == "churn@3")
    #expect(try Self.results(Sample.hostile)[0]["properties"]["model"] == .null)
  }

  @Test func `an offset in the file itself is a region`() throws {
    let result = try Self.results(
      Sample.result(
        "a",
        Sample.examination(
          .deny,
          findings: [
            Finding(Sample.danger, at: Location(offset: 7), detail: "x")
          ])))
    let region = result[0]["locations"].elements[0]["physicalLocation"]["region"]
    #expect(region["byteOffset"].integer == 7)
  }

  @Test func `what is allowed has no result, and what is not allowed is never without one`() throws {
    #expect(try Self.results(Sample.result("a", Sample.examination())).isEmpty)
    for verdict in [Verdict.review, .incomplete, .deny] {
      let results = try Self.results(Sample.result("a", Sample.examination(verdict)))
      #expect(results.compactMap { $0["ruleId"].text } == ["coverage.not-examined"], "\(verdict)")
    }
    let unreadable = try Self.results(Sample.unreadable)
    #expect(unreadable[0]["message"]["text"].text == "Not examined: cannot be read: Permission denied.")
    #expect(Self.uri(unreadable[0]) == "m/%FF%1B%5Cn")
  }

  @Test func `what changes no verdict is a note, and what a file says of those beside it is no result`()
    throws
  {
    let note = Rule("sample.note", "A note", .low, .allow, explanation: "x", remediation: "y", cwe: [])
    let findings = [
      PackageNote.file(Array("a.py".utf8), at: Location(), for: "code"),
      Finding(note, at: Location(), detail: "x"),
    ]
    let results = try Self.results(Sample.result("a", Sample.examination(.allow, findings: findings)))
    #expect(results.compactMap { $0["level"].text } == ["note"])
    let worse = try Self.results(Sample.result("a", Sample.examination(.incomplete, findings: findings)))
    #expect(worse.compactMap { $0["level"].text } == ["note", "warning"])
  }

  @Test(arguments: [
    ("m/a.pt", "m/a.pt"), ("./m//a.pt", "m/a.pt"), ("/home/me/checkout/m/a.pt", "m/a.pt"), ("../a", "../a"),
    ("/elsewhere/a b", "file:///elsewhere/a%20b"), ("c:d%20#?", "c%3Ad%2520%23%3F"), ("ä", "%C3%A4"),
    ("/home/me/checkouts/a", "file:///home/me/checkouts/a"), (".", "."),
  ])
  func `a path is a reference from the folder of the run`(path: String, uri: String) {
    #expect(SARIFPlace(Array(path.utf8), below: Self.root).uri == uri)
  }

  @Test func `fingerprints stay the same while bytes and offsets around a finding change`() throws {
    func finding(_ offset: Int, _ evidence: String = "posix.system") -> Finding {
      Finding(
        Sample.danger, at: Location(path: ["a"], offset: offset), detail: "At \(offset).",
        evidence: evidence)
    }
    func results(_ digest: String, _ path: String, _ findings: [Finding]) throws -> [JSONDocument] {
      var examination = Sample.examination(.deny, findings: findings)
      examination.sha256 = String(repeating: digest, count: 32)
      return try Self.results(Sample.result(path, examination))
    }
    let before = try results("ab", "m/a.pt", [finding(7), finding(9)])
    let after = try results(
      "cd", "/home/me/checkout/m/a.pt", [finding(700), finding(800), finding(9, "os.x")])
    #expect(Self.fingerprint(before[0]) == Self.fingerprint(after[0]))
    #expect(Self.fingerprint(before[1]) == Self.fingerprint(after[1]))
    #expect(Set((before + [after[2]]).map { Self.fingerprint($0) }).count == 3)
    #expect(Self.fingerprint(before[0]) == Self.fingerprint(before[0], "primaryLocationLineHash"))
    let bytes = "lazaretBytes/v1"
    #expect(Self.fingerprint(before[0], bytes) != Self.fingerprint(after[0], bytes))
    let moved = try results("ab", "other/b.pt", [finding(7)])
    #expect(Self.fingerprint(before[0]) != Self.fingerprint(moved[0]))
    #expect(Self.fingerprint(before[0], bytes) == Self.fingerprint(moved[0], bytes))
  }

  @Test func `an attacker's words are neither a link nor a placeholder`() throws {
    let results = try Self.results(
      Sample.result(
        "a",
        Sample.examination(
          .deny,
          findings: [
            Finding(Sample.danger, at: Location(), detail: "[free](http://evil) {0}", evidence: "x")
          ])))
    #expect(results[0]["message"]["text"].text == "[free] (http://evil) {{0}} Seen: x")
  }

  @Test func `a waived file's results are suppressed, with the reason`() throws {
    var waived = Sample.hostile
    waived.waiver = Sample.waiver(.holds)
    for result in try Self.results(waived) {
      let suppression = try #require(result["suppressions"].elements.first)
      #expect(suppression["kind"].text == "external")
      #expect(suppression["justification"].text?.contains("by somebody: because") == true)
    }
    waived.waiver = Sample.waiver(.expired)
    #expect(try Self.results(waived).allSatisfy { $0["suppressions"] == .null })
  }

  @Test func `a package's results are at the files that they are about`() throws {
    var package = PackageResult(folder: PackageFolder(path: Array("./m".utf8), kinds: [.savedModel]))
    package.findings = [
      Finding(Sample.danger, at: Location(path: ["sub/a.py"]), detail: "x"),
      Finding(Sample.danger, at: Location(), detail: "y"),
      Finding(.checkpointNumbers, at: Location(path: ["c"]), detail: "y"),
    ]
    package.gaps = [Gap(at: Location(path: ["b"]), reason: "z")]
    let results = Self.run(try Self.log([], packages: [package]))["results"].elements
    #expect(results.map(Self.uri) == ["m/sub/a.py", "m", "m/b"])
  }

  @Test func `the invocation says how the run ended and what failed`() throws {
    func invocation(_ log: JSONDocument) -> JSONDocument { Self.run(log)["invocations"].elements[0] }
    let good = invocation(try Self.log([Sample.result("a", Sample.examination())]))
    #expect(good["executionSuccessful"] == .bool(true) && good["exitCode"].integer == 0)
    let denied = invocation(try Self.log([Sample.hostile]))
    #expect(denied["executionSuccessful"] == .bool(true) && denied["exitCode"].integer == 1)
    let failed = invocation(try Self.log([Sample.unreadable], failures: 2))
    #expect(failed["executionSuccessful"] == .bool(false) && failed["exitCode"].integer == 2)
    let words = failed["toolExecutionNotifications"].elements.compactMap { $0["message"]["text"].text }
    #expect(words.count == 2 && words[1].hasPrefix("2 more parts"))
    let nothing = invocation(try Self.log([]))
    #expect(nothing["executionSuccessful"] == .bool(false) && nothing["exitCode"].integer == 2)
  }
}
