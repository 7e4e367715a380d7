import ByteParsing
import Findings
import Scanning
import Worker

/// The lines of an explanation, and the report that came with them.
struct Explanation: ReportSink {
  private(set) var lines: [ExplanationLine] = []
  private(set) var report = Report()

  /// Explains bytes as a worker does, without its confinement.
  init(_ bytes: [UInt8], _ request: ExplanationRequest = ExplanationRequest()) {
    var sink = Self()
    Examiner(
      globals: Examination.globals, limits: Examination.limits(), decompressor: LibraryDecompressor(),
      archives: LibraryArchiveOpener(),
      explanation: request
    ).examine(Input(bytes), into: &sink)
    sink.report.coverage.finished = true
    self = sink
  }

  private init() {}

  mutating func record(_ line: ExplanationLine) { lines.append(line) }
  mutating func record(format: String) { report.record(format: format) }
  mutating func record(_ finding: Finding) { report.record(finding) }
  mutating func record(_ gap: Gap) { report.record(gap) }
  mutating func record(bytes: Int, members: Int, opcodes: Int) {
    report.record(bytes: bytes, members: members, opcodes: opcodes)
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
