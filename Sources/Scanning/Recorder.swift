package import Findings

/// Passes an examination's results on, and keeps them few: a million bad members make no report that is too
/// large to send. What is left out never improves the verdict.
package final class Recorder: ReportSink {
  private var sink: any ReportSink
  private let byteLimit: Int
  private var bytes = 0
  private var seen: [String: Int] = [:]
  /// Rules of which findings were left out.
  private var cut: Set<String> = []
  private var gaps = 0

  static let findingsPerRule = 24
  /// Findings of a rule that changes no verdict: whoever judges the whole needs all of them.
  static let notesPerRule = 4096
  static let gapLimit = 64

  /// - Parameter byteLimit: about how many bytes of text to pass on before only rules not yet reported pass.
  package init(_ sink: any ReportSink, byteLimit: Int) {
    self.sink = sink
    self.byteLimit = byteLimit
  }

  package func record(format: String) { sink.record(format: format) }

  /// Lines are counted by whoever makes them.
  package func record(_ line: ExplanationLine) { sink.record(line) }

  package func record(_ finding: Finding) {
    let count = seen[finding.rule.id, default: 0]
    let limit = finding.rule.verdict == .allow ? Self.notesPerRule : Self.findingsPerRule
    guard count < limit, count == 0 || bytes < byteLimit else {
      // The rule was reported, so the verdict counts it; one more line says that there are others.
      if cut.insert(finding.rule.id).inserted {
        sink.record(
          Finding(
            finding.rule, at: Location(), detail: "Further findings of this rule are not listed."))
      }
      return
    }
    seen[finding.rule.id] = count + 1
    bytes += size(finding.location) + finding.detail.utf8.count + finding.evidence.utf8.count
    sink.record(finding)
  }

  package func record(_ gap: Gap) {
    guard gaps < Self.gapLimit, gaps == 0 || bytes < byteLimit else {
      if gaps == Self.gapLimit {
        gaps += 1
        sink.record(Gap(at: Location(), reason: "further gaps are not listed"))
      }
      return
    }
    gaps += 1
    bytes += size(gap.location) + gap.reason.utf8.count
    sink.record(gap)
  }

  package func record(bytes: Int, members: Int, opcodes: Int) {
    sink.record(bytes: bytes, members: members, opcodes: opcodes)
  }

  private func size(_ location: Location) -> Int {
    location.path.reduce(64) { $0 + $1.utf8.count }
  }
}
