import Findings
import Policy
import Testing
import Wire

@testable import Daemon

/// What is said in clamd's words, and of what.
struct ClamdReplyTests {
  private static let digest = String(repeating: "ab", count: 32)

  private static func examination(
    _ verdict: Verdict, _ rules: [String] = [], _ change: (inout Examination) -> Void = { _ in }
  ) throws -> Examination {
    var report = Report()
    for rule in rules {
      report.record(Finding(try #require(RuleCatalog.rule(rule)), at: Location(), detail: ""))
    }
    var examination = Examination(
      sha256: digest, size: 1, report: report, outcome: .finished, sandbox: SandboxEvidence(role: "scan"),
      policy: "", engine: "", milliseconds: 0, repeatable: true, verdict: verdict)
    change(&examination)
    return examination
  }

  @Test func `only what is allowed and proven is OK`() throws {
    let unproven: [(inout Examination) -> Void] = [
      { $0.outcome = .crashed(signal: 11) }, { $0.sha256 = nil },
      { $0.sandbox.missing = ["seccomp"] },
    ]
    #expect(ScanOutcome(try Self.examination(.allow), nil) == .allowed)
    for change in unproven {
      let outcome = ScanOutcome(try Self.examination(.allow, [], change), nil)
      #expect(outcome == .held(.incomplete, rule: nil))
    }
    for verdict in Verdict.allCases {
      let isOK = ClamdReply(ScanOutcome(try Self.examination(verdict), nil)).text == "OK"
      #expect(isOK == (verdict == .allow))
    }
  }

  @Test func `a waiver that holds makes it OK, and none that does not`() throws {
    let waiver = Waiver(digest: Self.digest, verdict: .review, reason: "r", owner: "o", until: 1_000)
    let review = try Self.examination(.review)
    #expect(ScanOutcome(review, waiver, at: 999_999) == .allowed)
    #expect(ScanOutcome(review, waiver, at: 1_000_000) == .held(.review, rule: nil))
    #expect(ScanOutcome(try Self.examination(.deny), waiver, at: 1) == .held(.deny, rule: nil))
  }

  @Test func `the name is of the worst rule that the verdict comes from`() throws {
    let deny = try Self.examination(
      .deny, ["pickle.unknown-call", "pickle.dangerous-import", "archive.encrypted"])
    #expect(ClamdReply(ScanOutcome(deny, nil)).text == "Lazaret.pickle.dangerous-import FOUND")
    let review = try Self.examination(.review, ["pickle.unknown-call"])
    #expect(ClamdReply(ScanOutcome(review, nil)).text == "Lazaret.Policy.Review.pickle.unknown-call FOUND")
    let incomplete = try Self.examination(.incomplete, ["pickle.unknown-call"])
    #expect(ClamdReply(ScanOutcome(incomplete, nil)).text == "Lazaret.Policy.Incomplete FOUND")
    let encrypted = try Self.examination(.incomplete, ["archive.encrypted"])
    #expect(
      ClamdReply(ScanOutcome(encrypted, nil)).text == "Lazaret.Policy.Incomplete.archive.encrypted FOUND")
  }

  @Test func `every rule has a name that clients can read, and no word of theirs is in it`() {
    let letters = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_")
    for rule in RuleCatalog.all {
      let text = ClamdReply(.held(rule.verdict, rule: rule.id)).text
      let name = text.dropLast(" FOUND".count)
      #expect(text.hasSuffix(" FOUND") && name.allSatisfy { letters.contains($0) }, "\(text)")
      for word in ["OK", "FOUND", "ERROR"] { #expect(!name.contains(word), "\(text)") }
    }
  }

  @Test func `every trouble is an error by the last word and by no other, without a colon`() {
    let fixed: [ClamdReply] = [.overlong, .control, .streamTooLarge, .streamCut, .path]
    let replies =
      fixed + BusyReason.allCases.map { .busy($0) } + RefusalCode.allCases.map { .refused($0) }
    for reply in replies {
      let reason = reply.text.dropLast(" ERROR".count)
      #expect(reply.text.hasSuffix(" ERROR") && reply.isError && !reason.contains(":"), "\(reply.text)")
      for word in ["OK", "FOUND", "ERROR"] { #expect(!reason.contains(word), "\(reply.text)") }
    }
    #expect(ClamdReply.unknownCommand.isError && !ClamdReply.pong.isError)
  }

  @Test func `a line has its number, its subject and the end that was asked for`() {
    let ok = ClamdReply(.allowed)
    let lines: [(ClamdHeading, ClamdReply, String)] = [
      (ClamdHeading(delimiter: .zero, subject: "stream"), ok, "stream: OK\0"),
      (ClamdHeading(number: 7, delimiter: .newline, subject: "fd[9]"), ok, "7: fd[9]: OK\n"),
      (ClamdHeading(number: 1, delimiter: .zero), .pong, "1: PONG\0"),
      (
        ClamdHeading(delimiter: .newline, subject: "stream"), .streamTooLarge,
        "INSTREAM size limit exceeded. ERROR\n"
      ),
      (
        ClamdHeading(delimiter: .zero, subject: "/a\n\0b: OK"), .path,
        "/a\\u{A}\\u{0}b: OK: paths are not taken, use FILDES or INSTREAM ERROR\0"
      ),
    ]
    for (heading, reply, line) in lines {
      #expect(String(decoding: heading.line(reply), as: UTF8.self) == line)
    }
  }
}
