import Digest
import Findings
import FoundationEssentials
import Linux
import Policy
import Supervisor
import TestSupport
import Testing

@testable import CommandLine

/// The page of `--format html`.
struct HTMLReportTests {
  /// Something that comes out of a run.
  private enum Step {
    case file(ArtifactResult)
    case enter(PackageFolder)
    /// Nil where the folder is no model after all.
    case leave(PackageResult?)
  }

  private static func page(
    _ steps: [Step], _ admission: Admission? = nil, isQuiet: Bool = false
  ) throws -> String {
    let test = TestHost()
    let renderer = try HTMLRenderer(
      on: test.host.output, context: Sample.context, clock: test.host.clock, isQuiet: isQuiet)
    var tally = Tally()
    var text = renderer.opening()
    for step in steps {
      switch step {
      case .file(let result):
        text += try renderer.artifact(result, index: tally.records)
        tally.add(result)
      case .enter(let folder): try renderer.enter(folder)
      case .leave(let package):
        if let package {
          text += try renderer.package(package, index: tally.records)
          tally.add(package)
        }
        try renderer.leave()
      }
    }
    text += try renderer.closing(tally, milliseconds: 1, admission)
    test.host.output.flush()
    return test.output + text
  }

  private static func file(_ path: String, _ verdict: Verdict = .allow) -> Step {
    let rules: [Verdict: Rule] = [.deny: Sample.danger, .review: Sample.oddity]
    let findings = rules[verdict].map { [Finding($0, at: Location(), detail: "Here.")] } ?? []
    return .file(Sample.result(path, Sample.examination(verdict, findings: findings)))
  }

  private static func folder(_ path: String, _ kinds: PackageKind...) -> PackageFolder {
    PackageFolder(path: Array(path.utf8), kinds: kinds)
  }

  /// A model with files of these verdicts.
  private static func model(_ path: String, _ verdicts: Verdict...) -> [Step] {
    let folder = folder(path, .huggingFace)
    let files = verdicts.enumerated().map { number, verdict in
      PackageResult.File(
        path: Array("\(number)".utf8), sha256: nil, size: 1, verdict: verdict, counted: verdict,
        isWaived: false, rules: verdict == .deny ? [Sample.danger.id] : [])
    }
    let result = PackageResult(folder: folder, files: files, sha256: String(repeating: "cd", count: 32))
    return [.enter(folder)] + verdicts.enumerated().map { Self.file("\(path)/\($0)", $1) }
      + [.leave(result)]
  }

  /// Where these stand in the page, which must be in this order and each at least once.
  private func expectOrder(
    _ parts: String..., in page: String, _ location: SourceLocation = #_sourceLocation
  ) {
    var rest = page[...]
    for part in parts {
      guard let range = rest.firstRange(of: part) else {
        Issue.record("'\(part)' is not where it should be", sourceLocation: location)
        return
      }
      rest = rest[range.upperBound...]
    }
  }

  // MARK: Escaping

  @Test(
    arguments: [
      (Array("<b>&amp;".utf8), "&lt;b&gt;&amp;amp;"), (Array("\"'".utf8), "&quot;&#39;"),
      (Array("a\nb\u{202E}\u{0}\u{1B}".utf8), #"a\nb\u{202E}\u{0}\u{1B}"#),
      ([0x61, 0xFF, 0xC3], #"a\xFF\xC3"#), (Array("\\x41".utf8), #"\\x41"#), (Array("é漢🎉".utf8), "é漢🎉"),
    ] as [([UInt8], String)])
  func `what is put into markup is escaped, and only that`(bytes: [UInt8], text: String) {
    let html: HTML = "<i title=\"\(bytes)\">\(bytes)</i>"
    #expect(html.text == "<i title=\"\(text)\">\(text)</i>")
    if let string = String(validating: bytes, as: UTF8.self) {
      let html: HTML = "<i>\(string)</i>\("<hr>" as HTML)"
      #expect(html.text == "<i>\(text)</i><hr>")
    }
  }

  /// Names that would do something if any of it were taken for markup.
  private static let names = [
    "<script>alert(1)</script>", "\" onmouseover=\"alert(2)", "' autofocus onfocus='alert(3)",
    "</style><img src=x onerror=alert(4)>", "--><svg onload=alert(5)>", "&lt;script&gt;", "a\u{0}b\nc\td",
    "\u{202E}gpj.pkl", "javascript:alert(6)",
  ]

  private static func hostile(_ name: String) -> [Step] {
    var findings = [
      Finding(
        Sample.danger, at: Location(path: [name, name], offset: 7), detail: "Calls \(name).", evidence: name
      )
    ]
    findings += [Finding(Sample.oddity, at: Location(), detail: "")]
    var examination = Sample.examination(
      .deny, findings: findings, gaps: [Gap(at: Location(path: [name]), reason: name)])
    examination.report.formats = [name]
    var waived = Sample.result("d/\(name)", examination)
    waived.waiver = WaiverDecision(
      waiver: Waiver(
        digest: String(repeating: "ab", count: 32), verdict: .deny, reason: name, owner: name,
        until: 1_800_000_000),
      effect: .holds)
    let folder = folder(name, .mlflow)
    var package = PackageResult(folder: folder)
    package.files = [
      PackageResult.File(
        path: Array(name.utf8), sha256: nil, size: 1, verdict: .review, counted: .allow, isWaived: false,
        rules: [])
    ]
    package.findings = findings
    package.gaps = [Gap(at: Location(), reason: name)]
    var allowed = Sample.examination()
    allowed.report.formats = [name]
    return [
      .enter(folder), .file(Sample.result("\(name)/\(name)", examination)), .leave(package), .file(waived),
      .file(Sample.result("e/\(name)", allowed)),
      .file(.failure([0xFF] + Array(name.utf8), name, isFailure: true)),
    ]
  }

  /// Every tag of a page, with what is in it.
  private static func tags(_ page: String) -> [Substring] {
    page.split(separator: "<").dropFirst().compactMap { $0.split(separator: ">").first }
  }

  @Test(arguments: names) func `nothing that a file says becomes markup`(name: String) throws {
    let admission = Admission(
      source: Array(name.utf8), destination: Array(name.utf8), isAdmitted: false,
      quarantined: [Array(name.utf8)])
    let page = try Self.page(Self.hostile(name), admission)
    let plain = try Self.page(
      Self.hostile("plain"),
      Admission(
        source: [], destination: Array("plain".utf8), isAdmitted: false, quarantined: [Array("plain".utf8)])
    )
    // The same elements in the same order, each with the same attributes, whatever the name.
    let shape = { (page: String) in
      Self.tags(page).map { tag in
        tag.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
          .filter { $0.offset.isMultiple(of: 2) }.map { String($0.element) }
      }
    }
    #expect(shape(page) == shape(plain))
    #expect(!page.unicodeScalars.contains { $0.isInvisible && $0 != "\n" })
  }

  @Test func `every value of an attribute is quoted`() throws {
    let page = try Self.page(Self.hostile("plain"))
    #expect(!page.contains("&lt;") && !page.contains("&quot;"), "markup of our own is none")
    // Up to the script, whose arrows are no tags.
    let body = page[..<(page.firstRange(of: "<script>")?.lowerBound ?? page.endIndex)]
    for tag in Self.tags(String(body)) {
      let parts = tag.split(separator: "\"", omittingEmptySubsequences: false)
      for (index, part) in parts.enumerated() where index.isMultiple(of: 2) {
        #expect(!part.contains("=") || part.hasSuffix("=") && index + 1 < parts.count, "\(tag)")
      }
    }
  }

  // MARK: What a browser may do

  private static func content(_ element: String, of page: String) -> Substring? {
    guard let start = page.firstRange(of: "<\(element)>"), let end = page.firstRange(of: "</\(element)>")
    else {
      return nil
    }
    return page[start.upperBound..<end.lowerBound]
  }

  @Test(arguments: ["style", "script"])
  func `the policy allows the page's own style and script by their digests, and nothing else`(
    element: String
  ) throws {
    let page = try Self.page(Self.hostile("a"))
    let content = try #require(Self.content(element, of: page))
    let digest = try SHA256()
    try digest.update(Array(content.utf8))
    let source = "sha256-\(Data(try digest.finish()).base64EncodedString())"
    #expect(page.contains("\(element)-src &#39;\(source)&#39;;"))
    #expect(page.contains("content=\"default-src &#39;none&#39;; style-src"))
    #expect(page.split(separator: "<\(element)").count == 2, "there is one")
    #expect(!page.contains(" style=\""))
  }

  @Test func `the page refers to nothing outside of it`() throws {
    let page = try Self.page(Self.hostile("a"))
    for word in ["http:", "https:", "url(", "@import", " src=", "<link", "<iframe", "<object", "<base"] {
      #expect(!page.contains(word), "\(word)")
    }
    let targets = Self.tags(page).filter { $0.hasPrefix("a ") }
    #expect(!targets.isEmpty && targets.allSatisfy { $0.hasPrefix("a href=\"#") })
    for target in targets {
      let id = target.dropFirst("a href=\"#".count).dropLast()
      #expect(page.split(separator: "id=\"\(id)\"").count == 2, "\(id) is there once")
    }
  }

  // MARK: The answer

  private static let answers: [([Verdict], String)] = [
    ([], "Nothing was examined"), ([.allow], "The file is allowed"), ([.deny], "The file is denied"),
    ([.incomplete], "The file is not allowed"), ([.allow, .allow], "All 2 files are allowed"),
    ([.deny, .allow, .review], "1 of 3 files is denied"),
    ([.deny, .deny, .incomplete], "2 of 3 files are denied"),
    ([.review, .allow], "1 of 2 files is not allowed"),
    ([.review, .incomplete, .allow], "2 of 3 files are not allowed"),
  ]

  @Test(arguments: answers) func `the head is the answer`(verdicts: [Verdict], answer: String) throws {
    let page = try Self.page(verdicts.map { Self.file("a", $0) })
    #expect(page.contains("<h1>\(answer)</h1>"))
    #expect(page.contains("<title>\(answer) - Lazaret</title>"))
  }

  @Test func `the head says when and under what, what is waived, and what failed`() throws {
    let page = try Self.page(Self.hostile("a"))
    #expect(page.contains("2026-09-21T14:13:20Z"))
    #expect(page.contains("<dd>0.2.0</dd>") && page.contains("sha256:feed"))
    #expect(page.contains("1 file may be used by a waiver"))
    #expect(page.contains("1 part of the request failed"))
    #expect(page.contains("1 model: 1 deny."))
    #expect(page.contains("Waived until 2027-01-15T08:00:00Z by a: a"))
  }

  @Test(arguments: [(1, 9_999), (5, 5), (9_999, 1)])
  func `every verdict that there is can be seen in the bar, which is as wide as it is`(
    denied: Int, allowed: Int
  ) throws {
    let steps =
      Array(repeating: Self.file("a", .deny), count: denied)
      + Array(repeating: Self.file("b"), count: allowed)
    let parts = Self.tags(try Self.page(steps, isQuiet: true)).filter { $0.hasPrefix("rect") }
    let widths = try parts.map { part in
      let value = try #require(part.split(separator: " width=\"").last?.split(separator: "\"").first)
      return try #require(Int(value))
    }
    #expect(widths.count == 2 && widths.allSatisfy { $0 >= 8 })
    #expect(widths.reduce(0, +) == 1000)
  }

  // MARK: Models and files

  @Test func `models come before other files, and what is worst first`() throws {
    let steps =
      Self.model("m/good", .allow, .allow) + Self.model("m/odd", .review)
      + Self.model("m/bad", .allow, .deny) + [Self.file("o/a"), Self.file("p/b", .deny)]
    let page = try Self.page(steps)
    expectOrder(
      ">Models</h2>", "\"folder deny\" open", "m/bad", "2 files: 1 deny, 1 allow", "sample.danger",
      "\"file deny\" open", "critical", "A danger", "1 allowed file</summary>", "\"folder review\" open",
      "m/odd",
      "\"folder allow\">", "m/good", "2 files</span>", ">1</code>", ">Other files</h2>",
      "\"folder deny\" open", ">p</h3>", "\"folder allow\">", ">o</h3>", ">Rules</h2>", "A danger",
      "2 places",
      "It runs when loaded.", "Do not load it.", "href=\"#n7\"", "m/bad/1", "An oddity", in: page)
  }

  @Test func `a folder is one, however files above and below it come`() throws {
    let page = try Self.page(["a/1", "a/b/2", "a/3", "ab/4", "5", "/6"].map { Self.file($0) })
    for folder in ["a", "a/b", "ab", ".", "/"] {
      #expect(page.split(separator: ">\(folder)</h3>").count == 2, "\(folder)")
    }
    expectOrder(">a/b</h3>", ">a</h3>", "2 files", ">1</code>", ">3</code>", ">ab</h3>", in: page)
  }

  @Test func `a folder that is no model after all is one of the others`() throws {
    let page = try Self.page(
      [.enter(Self.folder("m", .onnx)), Self.file("m/a.onnx"), Self.file("m/s/b"), .leave(nil)])
    #expect(!page.contains("Models"))
    expectOrder(">Files</h2>", ">m</h3>", ">a.onnx</code>", ">s/b</code>", in: page)
  }

  @Test func `a model below another is shown on its own, and the other says so`() throws {
    let outer = Self.folder("m", .checkpoint)
    let files = ["a.index", "n/0"].map {
      PackageResult.File(
        path: Array($0.utf8), sha256: nil, size: 1, verdict: .allow, counted: .allow, isWaived: false,
        rules: [])
    }
    let page = try Self.page(
      [.enter(outer), Self.file("m/a.index")] + Self.model("m/n", .allow)
        + [.leave(PackageResult(folder: outer, files: files))])
    expectOrder(">m/n</h3>", ">m</h3>", "1 more file in folders shown on their own", in: page)
  }

  @Test func `a model of a registry has its name, and what is in it says so`() throws {
    let model = ModelName("org/<b>", revision: "3f", labels: ["main"])
    let named = PackageFolder(path: Array("m".utf8), kinds: [], model: model)
    let single = PackageFolder(path: Array("s/x.bin".utf8), kinds: [], model: ModelName("x"))
    let page = try Self.page(
      [.enter(named), Self.file("m/a")] + Self.model("m/n", .allow) + [.leave(PackageResult(folder: named))]
        + [.enter(single), Self.file("s/x.bin"), .leave(PackageResult(folder: single))])
    expectOrder(
      ">m/n</h3>", "\"tag\">in org/&lt;b&gt;@3f<", ">org/&lt;b&gt;@3f</h3>", ">m</span>", "\"tag\">main<",
      ">x</h3>", ">s/x.bin</span>", ">x.bin</code>", in: page)
  }

  @Test func `a file that counts as better in its model is named`() throws {
    #expect(
      try Self.page(Self.hostile("x")).contains("<code class=\"path\">x</code> as allow"))
  }

  @Test func `quiet leaves out files that are allowed`() throws {
    let page = try Self.page(
      Self.model("m", .allow, .deny) + Self.model("n", .allow) + [Self.file("o/p")], isQuiet: true)
    #expect(page.contains(">m</h3>") && page.contains(">1</code>"))
    #expect(!page.contains(">0</code>") && !page.contains(">n</h3>") && !page.contains(">o</h3>"))
  }

  @Test func `many findings are cut behind the one that decides, and the page says so`() throws {
    let findings = (0..<60).map { Finding(Sample.oddity, at: Location(offset: $0), detail: "x") }
    let danger = Finding(Sample.danger, at: Location(offset: 99), detail: "y")
    let gaps = (0..<25).map { Gap(at: Location(offset: $0), reason: "z") }
    let page = try Self.page([
      .file(Sample.result("a", Sample.examination(.deny, findings: findings + [danger], gaps: gaps)))
    ])
    expectOrder(
      "at byte 99", "at byte 48", "and 11 findings more", "at byte 19", "and 5 gaps more", in: page)
    #expect(!page.contains("at byte 49<"))
  }

  @Test(arguments: [true, false]) func `what became of what was to be let in is said`(isAdmitted: Bool)
    throws
  {
    let admission = Admission(
      source: [], destination: Array("dest".utf8), isAdmitted: isAdmitted, quarantined: [Array("q/1".utf8)])
    let page = try Self.page([Self.file("a")], admission)
    #expect(page.contains(">\(isAdmitted ? "Admitted" : "Not admitted"):<"))
    expectOrder("dest", "Quarantined: <code class=\"path\">q/1", "<main>", in: page)
  }

  @Test func `the page is the same however many files are examined at once`() throws {
    let place = try TemporaryDirectory()
    for number in 0..<60 { try place.write("m\(number % 7)/n\(number)", [UInt8(number)]) }
    try place.write("m3/config.json", [])
    try place.write("m3/model.safetensors", [])
    let examiner = ArtifactExaminer { _, size, path in
      if case .file(let result) = Self.file(
        String(decoding: path, as: UTF8.self), size == 1 ? .allow : .deny)
      {
        return result
      }
      return .failure(path, "", isFailure: true)
    }
    let pages = try [1, 8].map { workers in
      let test = TestHost()
      let renderer = try HTMLRenderer(on: test.host.output, context: Sample.context, clock: { 0 })
      let report = RunReport(host: test.host, renderer: renderer, showsProgress: false)
      _ = try report.run([Array(place.path.utf8)], examiner, workers: workers)
      test.host.output.flush()
      return test.output
    }
    #expect(pages[0] == pages[1])
    #expect(pages[0].contains("2 of 62 files are denied"))
    expectOrder(">Models</h2>", "m3</h3>", ">Other files</h2>", in: pages[0])
  }

  // MARK: Putting aside

  @Test func `what is put aside comes back as it was, in any order and of any size`() throws {
    var spool = try Spool()
    var (first, second) = (Spool.Passage(), Spool.Passage())
    var (one, two) = ("", "")
    for number in 0..<30_000 {
      let text = "<\(number)>"
      try spool.append("\(text)", to: &first)
      one += "&lt;\(number)&gt;"
      if number % 3 == 0 {
        try spool.append("é\(number)", to: &second)
        two += "é\(number)"
      }
    }
    let test = TestHost()
    try spool.write(second, to: test.host.output)
    try spool.write(first, to: test.host.output)
    test.host.output.flush()
    #expect(test.output == two + one)
  }

  // MARK: Commands

  @Test(arguments: [["--results", "r"], ["--only-new"]])
  func `a page of a list has everything that is in it`(flags: [String]) {
    let test = TestHost()
    let words = ["batch", "--format", "html"] + flags
    #expect(LazaretProgram.run(words.map { Array($0.utf8) }, test.host) == .failed)
    #expect(test.errors.contains("leave out --results and --only-new"))
  }

  @Test(arguments: ["verdict", "store list", "store show"])
  func `what the store has is no page`(command: String) {
    let test = TestHost()
    let words = command.split(separator: " ").map(String.init) + ["--format", "html"]
    #expect(LazaretProgram.run(words.map { Array($0.utf8) }, test.host) == .failed)
    #expect(test.errors.contains("--format is one of text, json, jsonl, not 'html'"))
  }
}
