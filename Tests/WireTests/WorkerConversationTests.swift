import ByteParsing
import Findings
import TestSupport
import Testing
import Wire

/// A great many invented reports, and what the supervisor's decoder makes of them.
@Suite struct WorkerConversationTests {
  private static let count = Proof.extent(10_000, whole: 1_000_000)

  @Test func `reports that are damaged or made up are refused, or mean just what they say`() throws {
    var random = SeededRandom(seed: 21)
    var messages = 0
    var refused = 0
    var complete = 0
    for number in 0..<Self.count {
      let conversation = WorkerConversation(using: &random)
      let hearing = Hearing(conversation)
      messages += hearing.heard
      refused += hearing.isRefused ? 1 : 0
      complete += hearing.report.coverage.finished ? 1 : 0
      if let trouble = hearing.trouble(conversation) {
        Issue.record("\(trouble): seed \(random.seed), number \(number)")
        return
      }
    }
    // Otherwise the damage would be too rare, or so common that nothing but refusals were tried.
    #expect(
      refused > Self.count / 3 && complete > Self.count / 4, "\(refused) refused, \(complete) complete")
    try Proof.record(
      "\(Self.count) reports of \(messages) messages: \(refused) refused, \(complete) complete as they said, the others without an end"
    )
  }
}

/// What a decoder took of a conversation.
private struct Hearing {
  private static let limits: Limits = {
    var limits = Limits.small
    limits.reportBytes = 50_000
    return limits
  }()

  private(set) var taken: [WorkerMessage] = []
  private(set) var takenBytes = 0
  private(set) var report = Report()
  private(set) var isRefused = false
  private(set) var heard = 0
  /// Whether something was taken after a refusal, or that its own bytes do not say.
  private var isWrong = false

  init(_ conversation: WorkerConversation) {
    var decoder = ReportDecoder(limits: Self.limits)
    for message in conversation.messages {
      heard += 1
      do {
        _ = try decoder.handle(message)
        let parsed = try WorkerMessage(parsing: message)
        if isRefused || parsed.encoded() != message { isWrong = true }
        if !taken.isEmpty { takenBytes += message.count }
        taken.append(parsed)
      } catch {
        isRefused = true
      }
    }
    report = decoder.report
  }

  /// What is not as it has to be; nil where everything is.
  func trouble(_ conversation: WorkerConversation) -> String? {
    if isWrong { return "a message was taken after one was refused, or says something else than its bytes" }
    if conversation.isHonest, isRefused || !report.coverage.finished {
      return "an honest report was refused"
    }
    if takenBytes > Self.limits.reportBytes { return "a report of \(takenBytes) bytes was taken" }
    for (index, message) in taken.enumerated() {
      if message.isReady != (index == 0) { return "ready came at \(index)" }
      if message.totals != nil, index < taken.count - 1 { return "a message was taken after the end" }
    }
    let totals = taken.last?.totals
    if report.coverage.finished != (totals != nil && !isRefused) { return "finished without a whole end" }
    return contentTrouble(totals)
  }

  /// Whether the report is that of exactly the messages that were taken.
  private func contentTrouble(_ totals: Totals?) -> String? {
    var expected = Report()
    for message in taken {
      switch message {
      case .format(let name): expected.record(format: name)
      case .finding(let frame):
        guard let rule = RuleCatalog.rule(frame.rule) else { return "a finding of no rule" }
        if RuleCatalog.sandbox.contains(rule) { return "a finding that is the supervisor's to make" }
        expected.record(Finding(rule, at: frame.location, detail: frame.detail, evidence: frame.evidence))
      case .gap(let gap): expected.record(gap)
      case .progress(let part):
        expected.record(bytes: part.bytes, members: part.members, opcodes: part.opcodes)
      case .line: return "a line that nobody asked for"
      case .ready, .end: break
      }
    }
    let coverage = expected.coverage
    let sum = Progress(bytes: coverage.bytes, members: coverage.members, opcodes: coverage.opcodes)
    if let totals,
      totals != Totals(progress: sum, findings: expected.findings.count, gaps: coverage.gaps.count)
    {
      return "totals that are not the sum"
    }
    expected.coverage.finished = report.coverage.finished
    return report == expected ? nil : "the report is not what was said"
  }
}

extension WorkerMessage {
  fileprivate var isReady: Bool { if case .ready = self { true } else { false } }

  fileprivate var totals: Totals? { if case .end(let totals) = self { totals } else { nil } }
}
