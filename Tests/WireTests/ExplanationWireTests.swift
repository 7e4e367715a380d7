import ByteParsing
import Findings
import TestSupport
import Testing
import Wire

/// The lines of an explanation, with both ends distrusting each other.
@Suite struct ExplanationWireTests {
  private static let section = ExplanationLine(
    .pickle, path: ["a", "b.pkl"], offset: 0, "pickle, protocol 2")
  private static let line = ExplanationLine(
    .call, offset: 7, judgement: .deny, rule: "pickle.dangerous-call", "_v0 = posix.system('id')")

  /// A decoder that is ready for a report, with an explanation or without one.
  private func decoder(_ request: ExplanationRequest? = ExplanationRequest()) throws -> ReportDecoder {
    var decoder = ReportDecoder(limits: .small, explanation: request)
    _ = try decoder.handle(WorkerMessage.ready(Layers()).encoded())
    return decoder
  }

  private func take(_ lines: [ExplanationLine], _ request: ExplanationRequest? = ExplanationRequest())
    throws
  {
    var decoder = try decoder(request)
    for line in lines { _ = try decoder.handle(WorkerMessage.line(line).encoded()) }
  }

  @Test func `a line arrives as it was made`() throws {
    var decoder = try decoder()
    for line in [Self.section, Self.line] {
      #expect(try decoder.handle(WorkerMessage.line(line).encoded()) == .line(line))
    }
    for kind in ExplanationLine.Kind.allCases {
      let message = WorkerMessage.line(ExplanationLine(kind, "x"))
      #expect(try WorkerMessage(parsing: message.encoded()) == message)
    }
  }

  @Test func `a damaged line is refused or means just what it says`() {
    for sample in [Self.section, Self.line].map({ WorkerMessage.line($0).encoded() }) {
      for mutation in Mutations.truncations(of: sample) {
        #expect(throws: WireError.self, "\(mutation.what)") { try WorkerMessage(parsing: mutation.bytes) }
      }
      var changed = Array(Mutations.byteFlips(of: sample)) + Mutations.trailing(after: sample)
      for offset in 0...(sample.count - 4) {
        changed += Mutations.extremes(of: sample, at: offset, width: 4)
      }
      for mutation in changed {
        do throws(WireError) {
          let message = try WorkerMessage(parsing: mutation.bytes)
          #expect(message.encoded() == mutation.bytes, "\(mutation.what)")
        } catch {}  // refused
      }
    }
  }

  @Test func `lines that nobody asked for are refused`() {
    #expect(throws: WireError.self) { try take([Self.section], nil) }
  }

  @Test func `lines before the worker is ready or after the end are refused`() throws {
    var early = ReportDecoder(limits: .small, explanation: ExplanationRequest())
    #expect(throws: WireError.self) { try early.handle(WorkerMessage.line(Self.section).encoded()) }
    var late = try decoder()
    _ = try late.handle(
      WorkerMessage.end(Totals(progress: Progress(), findings: 0, gaps: 0)).encoded())
    #expect(throws: WireError.self) { try late.handle(WorkerMessage.line(Self.section).encoded()) }
    #expect(!late.report.coverage.finished)
  }

  @Test func `lines out of order are refused`() {
    #expect(throws: WireError.self) { try take([Self.line]) }
    #expect(throws: WireError.self) { try take([Self.section, ExplanationLine(.cut, "cut"), Self.line]) }
  }

  @Test func `a rule of no catalogue is refused, and a reason without a rule`() {
    #expect(throws: WireError.self) {
      try take([Self.section, ExplanationLine(.finding, judgement: .deny, rule: "no.such-rule", "x")])
    }
    #expect(throws: WireError.self) { try take([Self.section, ExplanationLine(.finding, "x")]) }
  }

  @Test func `more lines or bytes than were asked for are refused`() throws {
    var decoder = try decoder()
    let message = WorkerMessage.line(ExplanationLine(.member, "x")).encoded()
    for _ in 0..<ExplanationRequest().lineLimit { _ = try decoder.handle(message) }
    #expect(throws: WireError.self) { try decoder.handle(message) }

    var other = try self.decoder()
    let long = WorkerMessage.line(ExplanationLine(.member, String(repeating: "x", count: 16_000))).encoded()
    for _ in 0..<(ExplanationRequest().byteLimit / long.count) { _ = try other.handle(long) }
    #expect(throws: WireError.self) { try other.handle(long) }
  }

  /// A message of one line, with the text as it is given.
  private func message(text: [UInt8], length: UInt32? = nil) -> [UInt8] {
    let sample = WorkerMessage.line(ExplanationLine(.member, "x")).encoded().dropLast(5)
    let count = length ?? UInt32(text.count)
    return Array(sample) + (0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } + text
  }

  @Test func `text that is empty, too long, no UTF-8 or not visible is refused`() throws {
    _ = try WorkerMessage(parsing: message(text: Array("fine: \\n ü".utf8)))
    let texts: [[UInt8]] = [
      [], Array(repeating: 0x78, count: WireLimit.line + 1), [0xC3, 0x28], Array("a\nb".utf8),
      Array("\u{1B}[2J".utf8), Array("\u{202E}".utf8), Array("\u{85}".utf8), Array("\u{200B}".utf8), [0x7F],
    ]
    for text in texts {
      #expect(throws: WireError.self, "\(text.prefix(8))") {
        try WorkerMessage(parsing: message(text: text))
      }
    }
    #expect(throws: WireError.self) { try WorkerMessage(parsing: message(text: [0x78], length: .max)) }
  }

  @Test func `what the sink sends the decoder takes, however much is recorded`() throws {
    let request = ExplanationRequest()
    var decoder = try decoder(request)
    var taken = 0
    var failure: (any Error)?
    var sink = WireReportSink(limits: .small, explanation: request) { message in
      do {
        if case .line = try decoder.handle(message) { taken += 1 }
      } catch {
        failure = error
      }
    }
    let long = ExplanationLine(
      .member, path: Array(repeating: String(repeating: "p", count: 9000), count: 100),
      String(repeating: "ü", count: 60_000))
    for _ in 0..<2_000 { sink.record(long) }
    for _ in 0..<30_000 { sink.record(ExplanationLine(.member, "x")) }
    try sink.finish()
    #expect(failure == nil)
    #expect(taken > 500 && taken <= request.lineLimit)
    #expect(decoder.report.coverage.finished)
  }

  @Test func `a sink without a request sends no lines`() throws {
    var messages = 0
    var sink = WireReportSink(limits: .small) { _ in messages += 1 }
    sink.record(Self.section)
    #expect(messages == 0)
  }
}
