import ByteParsing
import Findings
import TestSupport
import Testing
import Wire

@Suite struct ReportDecoderTests {
  /// A decoder that has taken `messages`.
  private func decoder(_ messages: [WorkerMessage], limits: Limits = .small) throws -> ReportDecoder {
    var decoder = ReportDecoder(limits: limits)
    for message in messages { _ = try decoder.handle(message.encoded()) }
    return decoder
  }

  private func end(
    bytes: Int = 0, members: Int = 0, opcodes: Int = 0, findings: Int = 0, gaps: Int = 0
  ) -> WorkerMessage {
    .end(
      Totals(
        progress: Progress(bytes: bytes, members: members, opcodes: opcodes), findings: findings,
        gaps: gaps))
  }

  private let ready = WorkerMessage.ready(Layers())

  private func finding(_ rule: String) -> WorkerMessage {
    .finding(FindingFrame(rule: rule, location: Location(), detail: "d", evidence: "e"))
  }

  @Test func `a report in order is complete and allowed`() throws {
    var decoder = try decoder([
      ready, .format("pickle"), .progress(Progress(bytes: 3, members: 0, opcodes: 2)),
    ])
    #expect(decoder.report.verdict == .incomplete)
    #expect(try decoder.handle(end(bytes: 3, opcodes: 2).encoded()) == .end)
    #expect(decoder.report.verdict == .allow)
    #expect(decoder.report.formats == ["pickle"])
  }

  @Test func `a finding takes its verdict from the catalogue`() throws {
    let decoder = try decoder([ready, finding("pickle.dangerous-call"), end(findings: 1)])
    #expect(decoder.report.findings.first?.rule == .dangerousCall)
    #expect(decoder.report.verdict == .deny)
  }

  @Test(arguments: ["", "no.such-rule", "sandbox.violation", "PICKLE.dangerous-call"])
  func `a finding of a rule that workers do not have is refused`(rule: String) {
    #expect(throws: WireError.self) { try decoder([ready, finding(rule)]) }
  }

  @Test func `messages out of order are refused`() {
    let orders: [[WorkerMessage]] = [
      [end()], [.format("pickle")], [finding("pickle.dangerous-call")], [ready, ready],
      [ready, end(), end()], [ready, end(), .format("pickle")],
      [ready, end(), .gap(Gap(at: Location(), reason: ""))], [ready, end(), .progress(Progress())],
    ]
    for order in orders { #expect(throws: WireError.self, "\(order)") { try decoder(order) } }
  }

  @Test func `totals that are not the sum of the report are refused`() {
    let parts: [WorkerMessage] = [
      ready, .progress(Progress(bytes: 1, members: 1, opcodes: 1)),
      .progress(Progress(bytes: 1, members: 1, opcodes: 1)), finding("pickle.dangerous-call"),
      .gap(Gap(at: Location(), reason: "r")),
    ]
    let right = [2, 2, 2, 1, 1]
    for wrong in 0...5 {
      for delta in [-1, 1] {
        var totals = right
        if wrong < 5 { totals[wrong] += delta }
        let message = end(
          bytes: totals[0], members: totals[1], opcodes: totals[2], findings: totals[3], gaps: totals[4])
        if wrong == 5 {
          #expect(throws: Never.self) { try decoder(parts + [message]) }
        } else {
          #expect(throws: WireError.self) { try decoder(parts + [message]) }
        }
      }
    }
  }

  @Test func `counts that overflow are refused`() {
    let most = WorkerMessage.progress(Progress(bytes: .max, members: 0, opcodes: 0))
    #expect(throws: WireError.self) { try decoder([ready, most, most]) }
  }

  @Test func `a report longer than its limit is refused`() {
    let gap = WorkerMessage.gap(Gap(at: Location(), reason: String(repeating: "x", count: 4_000)))
    #expect(throws: WireError.self) {
      try decoder([ready] + Array(repeating: gap, count: 20), limits: .small)
    }
  }

  @Test func `more findings than a report may have are refused`() {
    var limits = Limits.small
    limits.reportBytes = .max
    let findings = Array(repeating: finding("pickle.dangerous-call"), count: WireLimit.records + 1)
    #expect(throws: Never.self) { try decoder([ready] + findings.dropLast(), limits: limits) }
    #expect(throws: WireError.self) { try decoder([ready] + findings, limits: limits) }
  }

  @Test func `formats that nobody could show are refused`() {
    for name in ["", "a b", "ü", "\u{1b}[2J"] {
      #expect(throws: WireError.self) { try decoder([ready, .format(name)]) }
    }
    #expect(throws: WireError.self) { try decoder([ready, .format("zip"), .format("zip")]) }
    #expect(throws: WireError.self) {
      try decoder([ready] + (0...WireLimit.formats).map { .format("f\($0)") })
    }
  }

  @Test func `after a refused message nothing is taken and what was found stays`() throws {
    var decoder = try decoder([ready, finding("pickle.dangerous-call")])
    #expect(throws: WireError.self) { try decoder.handle([]) }
    #expect(throws: WireError.self) { try decoder.handle(end(findings: 1).encoded()) }
    #expect(decoder.report.findings.count == 1)
    #expect(!decoder.report.coverage.finished)
  }

  @Test func `random messages are refused or counted, and never complete a report by chance`() {
    var random = SeededRandom(seed: 1)
    let samples = WireSamples.worker.map { $0.encoded() }
    var decoder = ReportDecoder(limits: .small)
    _ = try? decoder.handle(ready.encoded())
    var accepted = 0
    for round in 0..<250_000 {
      // A random message, or a good one with a few bytes changed.
      var message: [UInt8]
      if round % 4 == 0 {
        message = random.bytes(Int.random(in: 0...40, using: &random))
        if !message.isEmpty { message[0] = UInt8.random(in: 31...38, using: &random) }
      } else {
        message = samples[Int.random(in: 0..<samples.count, using: &random)]
        for _ in 0..<Int.random(in: 0...2, using: &random) {
          message[Int.random(in: 0..<message.count, using: &random)] = UInt8.random(
            in: 0...255, using: &random)
        }
      }
      do {
        let step = try decoder.handle(message)
        accepted += 1
        #expect(step != .end, "seed \(random.seed), round \(round)")
      } catch {
        decoder = ReportDecoder(limits: .small)
        if round % 8 != 0 { _ = try? decoder.handle(ready.encoded()) }
      }
    }
    #expect(accepted > 1_000, "the test must reach past the first message")
  }

  @Test func `progress of which one sum is refused leaves all of them as they were`() throws {
    let most = WorkerMessage.progress(Progress(bytes: 1, members: 1, opcodes: .max))
    var decoder = try decoder([ready, most])
    #expect(throws: WireError.self) {
      try decoder.handle(WorkerMessage.progress(Progress(bytes: 7, members: 7, opcodes: 1)).encoded())
    }
    #expect(decoder.report.coverage.bytes == 1 && decoder.report.coverage.members == 1)
  }
}

extension Limits {
  /// Limits that a test can reach.
  static var small: Limits {
    Limits(
      unpackedBytes: 1, heldBytes: 1, ratio: 1, ratioFreeBytes: 1, members: 1, depth: 1, pickleOpcodes: 1,
      evidenceBytes: 1, reportBytes: 65_536, memoryBytes: 1, cpuSeconds: 1, wallSeconds: 1)
  }
}
