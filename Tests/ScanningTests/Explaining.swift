import ByteParsing
import Findings
import Scanning
import TestSupport
import Testing
import Worker

/// The lines of an explanation, and the report that came with them.
struct Explanation: ReportSink {
  private(set) var lines: [ExplanationLine] = []
  private var sink = TestedReport(for: Test.current)

  var report: Report { sink.report }

  /// Explains bytes as a worker does, without its confinement.
  init(_ bytes: [UInt8], _ request: ExplanationRequest = ExplanationRequest()) {
    var explanation = Self()
    Examiner(
      globals: Examination.globals, limits: Examination.limits(), decompressor: LibraryDecompressor(),
      archives: LibraryArchiveOpener(),
      explanation: request
    ).examine(Input(bytes), into: &explanation)
    explanation.sink.report.coverage.finished = true
    self = explanation
  }

  private init() {}

  mutating func record(_ line: ExplanationLine) { lines.append(line) }
  mutating func record(format: String) { sink.record(format: format) }
  mutating func record(_ finding: Finding) { sink.record(finding) }
  mutating func record(_ gap: Gap) { sink.record(gap) }
  mutating func record(bytes: Int, members: Int, opcodes: Int) {
    sink.record(bytes: bytes, members: members, opcodes: opcodes)
  }

  /// Each line as `offset kind judgement text`.
  var texts: [String] {
    lines.map { line in
      let place = line.beginsSection && !line.path.isEmpty ? line.path.joined(separator: "!/") + " " : ""
      let parts = [
        line.offset.map(String.init) ?? "-", line.kind.rawValue, line.judgement?.name ?? "-",
        line.kind == .finding ? (line.rule ?? "") + ":" : "", place + line.text,
      ]
      return parts.filter { !$0.isEmpty }.joined(separator: " ")
    }
  }

  /// The texts of the lines of one kind.
  func texts(_ kind: ExplanationLine.Kind) -> [String] {
    lines.filter { $0.kind == kind }.map(\.text)
  }
}
