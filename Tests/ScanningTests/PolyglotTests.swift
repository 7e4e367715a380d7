import Findings
import Pickle
import TestSupport
import Testing

/// Files that are more than one thing, and pickles where a loader with other habits finds them.
@Suite struct PolyglotTests {
  private let honest = pickle(.proto(2), .emptyDict, .stop)
  private let hostile = pickle([.proto(2)] + TorchBuilder.hostileCall + [.stop])
  private let headless = pickle(
    .global("os", "system"), .mark, .lines(.unicode, "echo canary"), .tuple, .reduce, .stop)

  private func expect(
    _ bytes: [UInt8], _ rule: String, _ verdict: Verdict,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let report = Examination.report(bytes)
    #expect(report.rules.contains(rule), "\(report.summary)", sourceLocation: sourceLocation)
    #expect(report.verdict == verdict, "\(report.summary)", sourceLocation: sourceLocation)
  }

  @Test func `a pickle in front of an archive is examined, and so is the archive`() {
    var builder = ZIPBuilder([ZIPBuilder.Member("a.pkl", honest)])
    builder.prefix = hostile
    expect(builder.build(), "pickle.dangerous-call", .deny)
    builder = ZIPBuilder([ZIPBuilder.Member("a.pkl", hostile)])
    builder.prefix = honest
    expect(builder.build(), "pickle.dangerous-call", .deny)
    #expect(Set(Examination.report(builder.build()).formats) == ["zip", "pickle"])
  }

  @Test func `pickles after each other are all judged`() {
    #expect(Examination.report(honest + honest + honest).verdict == .allow)
    expect(honest + honest + hostile, "pickle.dangerous-call", .deny)
    expect(honest + headless, "pickle.dangerous-call", .deny)
  }

  @Test(arguments: [[0], [0, 0, 0, 0], [0xFF, 0xFE], Array("junk\n".utf8)])
  func `a pickle behind junk is found`(junk: [UInt8]) {
    expect(honest + junk, "pickle.trailing-data", .review)
    expect(honest + junk + hostile, "pickle.dangerous-call", .deny)
    expect(honest + junk + headless, "pickle.dangerous-call", .deny)
    expect(junk + hostile, "pickle.dangerous-call", .deny)
  }

  @Test func `a pickle that breaks after a call is judged and incomplete`() {
    let broken = pickle([.proto(2)] + TorchBuilder.hostileCall) + [0xFF]
    let report = Examination.report(broken)
    #expect(report.rules.contains("pickle.dangerous-call"), "\(report.summary)")
    #expect(!report.coverage.gaps.isEmpty)
    expect(Array(headless.dropLast()) + [0xFF], "pickle.dangerous-call", .deny)
  }

  @Test func `an empty file is for review, and an empty member of an archive is nothing`() {
    expect([], "artifact.unrecognised", .review)
    let archive = ZIPBuilder([ZIPBuilder.Member("package/__init__.py", [])]).build()
    #expect(Examination.report(archive).verdict == .allow)
  }

  @Test func `text is not taken for a pickle`() {
    for text in ["collections\ntorch\n", "import os\nimport sys\n", "class Model:\n  pass\n", "{\"a\": 1}"]
    {
      let report = Examination.report(Array(text.utf8))
      #expect(!report.formats.contains("pickle"), "\(text): \(report.summary)")
      #expect(report.verdict <= .review, "\(text): \(report.summary)")
    }
  }

  @Test func `packed data that are not opened are a gap`() {
    let report = Examination.report([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3])
    #expect(report.verdict == .incomplete, "\(report.summary)")
    #expect(!report.coverage.gaps.isEmpty)
  }

  @Test func `a format that is not examined is named`() {
    let report = Examination.report(Array("lmgg".utf8) + [3, 0, 0, 0])
    #expect(report.verdict == .review)
    #expect(report.findings.first?.detail.hasPrefix("GGML") == true)
  }

  @Test func `an archive inside an archive is examined`() {
    let inner = ZIPBuilder([ZIPBuilder.Member("a.pkl", hostile)]).build()
    let packed = ZIPBuilder.Member("inner", packed: ZIPBuilder.deflateStored(inner), unpacked: inner)
    let report = Examination.report(ZIPBuilder([packed]).build())
    let finding = report.findings.first { $0.rule.id == "pickle.dangerous-call" }
    #expect(finding?.location.path == ["inner", "a.pkl"], "\(report.summary)")
  }

  @Test func `an archive whose end is cut off is incomplete, and pickles in it are found`() {
    let whole = ZIPBuilder([ZIPBuilder.Member("a.pkl", hostile)]).build()
    let report = Examination.report(Array(whole.dropLast(30)))
    #expect(!report.coverage.gaps.isEmpty)
    #expect(report.rules.contains("pickle.dangerous-call"), "\(report.summary)")
  }
}
