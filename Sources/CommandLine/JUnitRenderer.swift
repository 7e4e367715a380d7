internal import Findings
internal import Supervisor

/// A JUnit report: a suite of one case for each file, each as soon as it is known.
///
/// A suite says in its head how many cases of it failed, and readers insist on that (Jenkins's `junit-10.xsd`). With a suite
/// for each file the numbers are right and nothing is held back until the end.
struct JUnitRenderer: Renderer {
  /// What a test of one file came to. Nothing is ever skipped: what was not looked at is an error.
  private enum Outcome {
    case passed
    case failure(String)
    case error(String)
  }

  private static let words = TextRenderer(style: Style(isColored: false))

  func opening() -> String { "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"lazaret\">\n" }

  func artifact(_ result: ArtifactResult, index: Int) -> String {
    var outcome = Self.outcome(result.isWaived ? .allow : result.verdict, result.verdict.name)
    if case .passed = outcome, result.isFailure { outcome = .error("failed") }
    let notices = result.notices.map { $0 + "\n" }.joined()
    return Self.suite(
      Self.place(result.path), outcome, milliseconds: result.examination?.milliseconds ?? 0,
      account: Self.words.artifact(result, index: 0) + notices)
  }

  func package(_ result: PackageResult, index: Int) -> String {
    let place = Self.place(result.folder.path)
    let name = result.folder.model.map { Escaping.visible($0.text) } ?? place.name + " (package)"
    return Self.suite(
      (place.folder, name), Self.outcome(result.openVerdict, result.verdict.name),
      milliseconds: 0, account: Self.words.package(result, index: 0))
  }

  /// One case more for the run itself, so that a failure which belongs to no file is one.
  func closing(_ tally: Tally, milliseconds: Double, _ admission: Admission?) -> String {
    var outcome = Outcome.passed
    if tally.artifacts == 0 {
      outcome = .error("there was nothing to examine")
    } else if tally.failures > 0 {
      outcome = .error("parts of the request that failed: \(tally.failures)")
    } else if admission?.isAdmitted == false {
      outcome = .failure("not admitted")
    }
    let account = Self.words.closing(tally, milliseconds: milliseconds, admission)
    return Self.suite(("lazaret", "the run"), outcome, milliseconds: milliseconds, account: account)
      + "</testsuites>\n"
  }

  private static func outcome(_ verdict: Verdict, _ name: String) -> Outcome {
    switch verdict {
    case .allow: .passed
    case .review, .deny: .failure(name)
    case .incomplete: .error(name)
    }
  }

  /// A path as a class and a test of it.
  private static func place(_ path: [UInt8]) -> (folder: String, name: String) {
    let parts = path.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }
    let folder = Array(parts.dropLast().joined(separator: [UInt8(ascii: "/")]))
    let root: [UInt8] = path.first == UInt8(ascii: "/") ? [UInt8(ascii: "/")] : []
    let name = Escaping.visible(parts.last.map(Array.init) ?? path)
    return (folder.isEmpty && root.isEmpty ? "." : Escaping.visible(root + folder), name)
  }

  private static func suite(
    _ place: (folder: String, name: String), _ outcome: Outcome, milliseconds: Double, account: String
  ) -> String {
    var (failures, errors) = (0, 0)
    let text = XMLText.escaped(account)
    let content: String
    switch outcome {
    case .passed: content = "<system-out>\(text)</system-out>"
    case .failure(let type):
      failures = 1
      content = "<failure\(summary(type, account))>\(text)</failure>"
    case .error(let type):
      errors = 1
      content = "<error\(summary(type, account))>\(text)</error>"
    }
    let time = XMLText.attribute("time", TextRenderer.seconds(milliseconds))
    let suite = place.folder == "." ? place.name : "\(place.folder)/\(place.name)"
    return "<testsuite\(XMLText.attribute("name", suite)) tests=\"1\" failures=\"\(failures)\""
      + " errors=\"\(errors)\" skipped=\"0\"\(time)>"
      + "<testcase\(XMLText.attribute("classname", place.folder))\(XMLText.attribute("name", place.name))\(time)>"
      + "\(content)</testcase></testsuite>\n"
  }

  /// The type, and the first thing that there is to say of it.
  private static func summary(_ type: String, _ account: String) -> String {
    let lines = account.split(separator: "\n").dropFirst().prefix(2).map { $0.drop { $0 == " " } }
    return XMLText.attribute("type", type)
      + XMLText.attribute("message", ([type] + lines.map(String.init)).joined(separator: ": "))
  }
}
