import ByteParsing
import Findings
import Testing
import Wire

@Suite struct WireReportSinkTests {
  /// What arrives when `body` fills a sink, and whether it could be finished.
  private func carried(
    limits: Limits = .small, _ body: (inout WireReportSink) -> Void
  ) throws -> Report {
    var messages: [[UInt8]] = []
    var sink = WireReportSink(limits: limits) { messages.append($0) }
    body(&sink)
    try sink.finish()
    var decoder = ReportDecoder(limits: limits)
    _ = try decoder.handle(WorkerMessage.ready(Layers()).encoded())
    for message in messages { _ = try decoder.handle(message) }
    return decoder.report
  }

  private func fill(_ sink: inout some ReportSink) {
    sink.record(format: "zip")
    sink.record(format: "zip")
    sink.record(Finding(.unrecognised, at: Location(path: ["a"], offset: 3), detail: "d", evidence: "e"))
    sink.record(Gap(at: Location(path: ["b"]), reason: "r"))
    for _ in 0..<10_000 { sink.record(bytes: 1 << 20, members: 1, opcodes: 5) }
  }

  @Test func `a report arrives as it was made`() throws {
    var direct = Report()
    fill(&direct)
    direct.coverage.finished = true
    #expect(try carried { fill(&$0) } == direct)
  }

  @Test func `an empty report arrives complete`() throws {
    #expect(try carried { _ in }.verdict == .allow)
  }

  @Test func `a report that is too long is cut, says so, and keeps a worse finding that comes late`() throws
  {
    let report = try carried { sink in
      for index in 0..<10_000 {
        sink.record(Finding(.unrecognised, at: Location(offset: index), detail: "padding"))
      }
      sink.record(Finding(.dangerousCall, at: Location(), detail: "the one that counts"))
    }
    #expect(report.findings.count < 10_000)
    #expect(report.coverage.gaps.contains { $0.reason.contains("65536") })
    #expect(report.verdict == .deny)
  }

  @Test func `more records than a report may have are cut, and say so`() throws {
    var limits = Limits.small
    limits.reportBytes = 64 << 20
    let report = try carried(limits: limits) { sink in
      for index in 0...WireLimit.records {
        sink.record(Finding(.unrecognised, at: Location(offset: index), detail: ""))
        sink.record(Gap(at: Location(offset: index), reason: ""))
      }
      sink.record(Finding(.dangerousCall, at: Location(), detail: "the one that counts"))
    }
    #expect(report.verdict == .deny)
    // One place was taken by the gap that says so, as soon as the first finding did not fit.
    #expect(report.coverage.gaps.count == WireLimit.records - 1)
    #expect(report.coverage.gaps.contains { $0.reason.contains("\(WireLimit.records)") })
  }

  @Test func `counts too large to add stay as large as they can be`() throws {
    let report = try carried { sink in
      for _ in 0..<3 { sink.record(bytes: .max, members: .max, opcodes: .max) }
    }
    #expect(report.coverage.bytes == .max)
  }

  @Test func `a lost supervisor is an error at the end`() {
    struct Lost: Error {}
    var calls = 0
    var sink = WireReportSink(limits: .small) { _ in
      calls += 1
      throw Lost()
    }
    sink.record(format: "zip")
    sink.record(format: "pickle")
    #expect(throws: Lost.self) { try sink.finish() }
    #expect(calls == 1)
  }
}
