import Findings
import Policy
import Supervisor
import Testing

@testable import CommandLine

struct JUnitTests {
  private static func text(_ result: ArtifactResult) -> String {
    JUnitRenderer().artifact(result, index: 0)
  }

  private static func closing(_ results: [ArtifactResult], _ admission: Admission? = nil) -> String {
    var tally = Tally()
    for result in results { tally.add(result) }
    return JUnitRenderer().closing(tally, milliseconds: 1500, admission)
  }

  private static let good = Sample.result("m/good.pt", Sample.examination())

  @Test func `a file is a suite of one case that says how many failed`() {
    #expect(
      Self.text(Self.good) == """
        <testsuite name="m/good.pt" tests="1" failures="0" errors="0" skipped="0" time="0.00">\
        <testcase classname="m" name="good.pt" time="0.00"><system-out>allow       m/good.pt
        </system-out></testcase></testsuite>

        """)
    #expect(Self.text(Sample.result("a", Sample.examination())).contains("classname=\".\" name=\"a\""))
    #expect(Self.text(Sample.result("/a", Sample.examination())).contains("classname=\"/\" name=\"a\""))
  }

  @Test func `deny and review are failures, with the account of the text report`() {
    let text = Self.text(Sample.hostile)
    #expect(text.contains("failures=\"1\" errors=\"0\" skipped=\"0\""))
    #expect(
      text.contains(
        "<failure type=\"deny\" message=\"deny: critical sample.danger at a/data.pkl, byte 77: "))
    #expect(text.contains("seen: posix.system('\\u{1B}[2Jid')\n"))
    let review = Self.text(Sample.result("a", Sample.examination(.review)))
    #expect(review.contains("<failure type=\"review\" message=\"review\">"))
  }

  @Test func `what was not examined is an error and never skipped`() {
    let text = Self.text(Sample.unreadable)
    #expect(text.contains("failures=\"0\" errors=\"1\" skipped=\"0\""))
    #expect(
      text.contains("<error type=\"incomplete\" message=\"incomplete: not examined: cannot be read: "))
    #expect(!text.contains("<skipped"))
    var unrecorded = Self.good
    unrecorded.isFailure = true
    unrecorded.notices = ["the store is full"]
    let failed = Self.text(unrecorded)
    #expect(failed.contains("<error type=\"failed\" message=\"failed: the store is full\">"))
  }

  @Test func `a waived file passes, and says what it would be`() {
    var waived = Sample.hostile
    waived.waiver = Sample.waiver(.holds)
    let text = Self.text(waived)
    #expect(text.contains("failures=\"0\" errors=\"0\"") && text.contains("by somebody: because"))
    waived.waiver = Sample.waiver(.expired)
    #expect(Self.text(waived).contains("failures=\"1\""))
  }

  @Test func `a package is a case of its own`() {
    var package = PackageResult(folder: PackageFolder(path: Array("m/x".utf8), kinds: [.savedModel]))
    package.gaps = [Gap(at: Location(), reason: "z")]
    let text = JUnitRenderer().package(package, index: 0)
    #expect(text.contains("errors=\"1\"") && text.contains("classname=\"m\" name=\"x (package)\""))
    let model = PackageFolder(path: Array("m".utf8), kinds: [], model: ModelName("churn", revision: "3"))
    #expect(
      JUnitRenderer().package(PackageResult(folder: model), index: 0).contains(
        "failures=\"0\" errors=\"0\" skipped=\"0\" time=\"0.00\"><testcase classname=\".\" name=\"churn@3\""
      ))
  }

  @Test func `the run is a case that fails with the request`() {
    #expect(Self.closing([Self.good]).contains("failures=\"0\" errors=\"0\" skipped=\"0\" time=\"1.50\""))
    #expect(Self.closing([]).contains("<error type=\"there was nothing to examine\""))
    #expect(
      Self.closing([Sample.unreadable]).contains("<error type=\"parts of the request that failed: 1\""))
    let admission = Admission(source: [0x61], destination: [0x62], isAdmitted: false)
    #expect(Self.closing([Self.good], admission).contains("<failure type=\"not admitted\""))
    #expect(Self.closing([Self.good]).hasSuffix("</testsuites>\n"))
  }

  @Test func `no character leaves its place in the document or is one that XML forbids`() {
    #expect(
      XMLText.escaped("<a>&\"'\u{0}\u{1F}\u{FFFE}\u{85}\u{202E}\u{E000}\r\n\t") == """
        &lt;a&gt;&amp;&quot;'\\u{0}\\u{1F}\\u{FFFE}\\u{85}\\u{202E}\\u{E000}\\u{D}\n\\u{9}
        """)
    let path = "m\n/<a>\"]]>\u{1}"
    let text = Self.text(Sample.result(path, Sample.examination(.review)))
    #expect(text.contains("classname=\"m\\n\" name=\"&lt;a&gt;&quot;]]&gt;\\u{1}\""))
  }
}
