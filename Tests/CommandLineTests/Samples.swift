import Findings
import Linux
import Policy

@testable import CommandLine

enum Sample {
  static let context = ArtifactObject.Context(policy: "sha256:feed", engine: "0.2.0")

  /// Stand-ins for the catalogue's, whose words change.
  static let danger = Rule(
    "sample.danger", "A danger", .critical, .deny, explanation: "It runs when loaded.",
    remediation: "Do not load it.", cwe: ["CWE-502"], atlas: ["AML.T0011.000"])
  static let oddity = Rule(
    "sample.oddity", "An oddity", .medium, .review, explanation: "Nobody knows.", remediation: "Look.",
    cwe: ["CWE-693"])

  static func examination(
    _ verdict: Verdict = .allow, findings: [Finding] = [], gaps: [Gap] = [], cached: Bool = false
  ) -> Examination {
    var report = Report()
    report.formats = ["pytorch-zip", "pickle"]
    report.findings = findings
    report.coverage.bytes = 123
    report.coverage.members = 4
    report.coverage.gaps = gaps
    report.coverage.finished = true
    return Examination(
      sha256: String(repeating: "ab", count: 32), size: 123, report: report, outcome: .finished,
      sandbox: SandboxEvidence(role: "scan", filter: "sha256:cafe", layers: ["seccomp", "landlock:7"]),
      policy: "sha256:feed", engine: "0.2.0", milliseconds: 1.90049, repeatable: true, cached: cached,
      verdict: verdict)
  }

  static func result(_ path: String, _ examination: Examination) -> ArtifactResult {
    ArtifactResult(path: Array(path.utf8), judgement: .examined(examination))
  }

  /// Of an artifact of whatever digest.
  static func waiver(_ effect: Waiver.Effect) -> WaiverDecision {
    WaiverDecision(
      waiver: Waiver(
        digest: "", verdict: .deny, reason: "because", owner: "somebody", until: 1_800_000_000),
      effect: effect)
  }

  static let unreadable = ArtifactResult(
    path: [0x6D, 0x2F, 0xFF, 0x1B, 0x5C, 0x6E],
    judgement: .unexamined(reason: "cannot be read: Permission denied"), isFailure: true)

  static let hostile = result(
    "m/a.pt",
    examination(
      .deny,
      findings: [
        Finding(
          danger, at: Location(path: ["a/data.pkl"], offset: 77), detail: "Calls posix.system.",
          evidence: "posix.system('\u{1B}[2Jid')"),
        Finding(oddity, at: Location(path: ["a/\u{202E}x"]), detail: ""),
        Finding(danger, at: Location(), detail: "Calls it again."),
      ],
      gaps: [Gap(at: Location(path: ["b", "c"], offset: 9), reason: "encrypted")]))
}

/// A program's surroundings that keep what is written.
final class TestHost {
  private final class Text {
    var bytes: [UInt8] = []
  }

  private let standardOutput = Text()
  private let standardError = Text()
  let host: Host

  var output: String { String(decoding: standardOutput.bytes, as: UTF8.self) }
  var errors: String { String(decoding: standardError.bytes, as: UTF8.self) }

  init(
    _ environment: [String: String] = [:], isTerminal: Bool = false, outputFailure: SystemCallError? = nil,
    now: Int = 1_790_000_000
  ) {
    host = Host(
      output: Output(isTerminal: isTerminal) { [standardOutput] bytes throws(SystemCallError) in
        if let outputFailure { throw outputFailure }
        standardOutput.bytes += bytes
      },
      errors: Output(isTerminal: isTerminal) { [standardError] bytes throws(SystemCallError) in
        standardError.bytes += bytes
      },
      environment: { environment[$0] }, clock: { now })
  }

  func run(_ arguments: String...) -> ExitStatus {
    LazaretProgram.run(arguments.map { Array($0.utf8) }, host)
  }
}
