package import ByteParsing
package import Findings
package import Policy

/// Examines artifacts: bytes and policy in, findings and coverage out. Reads its input and does nothing else.
package struct Examiner {
  package let globals: GlobalTable
  package let operators: OperatorTable
  package let keras: KerasTable
  package let rFunctions: RFunctionTable
  package let limits: Limits
  package let decompressor: any Decompressor
  package let archives: any ArchiveOpener
  /// What lines to record of what a loader would do; nil for none.
  package let explanation: ExplanationRequest?

  package init(
    globals: GlobalTable, operators: OperatorTable = OperatorTable(), keras: KerasTable = KerasTable(),
    rFunctions: RFunctionTable = RFunctionTable(), limits: Limits,
    decompressor: any Decompressor, archives: any ArchiveOpener, explanation: ExplanationRequest? = nil
  ) {
    self.globals = globals
    self.operators = operators
    self.keras = keras
    self.rFunctions = rFunctions
    self.limits = limits
    self.decompressor = decompressor
    self.archives = archives
    self.explanation = explanation
  }

  /// Examines one artifact and records everything in `sink` as it is found. What cannot be examined is a gap.
  ///
  /// Does not say that the examination is finished: its caller does, having come back from here.
  package func examine<Sink: ReportSink>(_ input: Input, into sink: inout Sink) {
    let shared = Shared(sink)
    // Text is escaped on its way out, and an escape is longer than what it stands for.
    let recorder = Recorder(shared, byteLimit: limits.reportBytes / 8)
    let explainer = explanation.map { Explainer($0, recorder) }
    var job = ScanJob(
      input, globals: globals, operators: operators, keras: keras, rFunctions: rFunctions, limits: limits,
      decompressor: decompressor,
      archives: archives, recorder: recorder, explainer: explainer)
    job.run()
    explainer?.finish()
    sink = shared.sink
  }
}

/// A sink that several owners write to.
private final class Shared<Sink: ReportSink>: ReportSink {
  var sink: Sink

  init(_ sink: Sink) { self.sink = sink }

  func record(format: String) { sink.record(format: format) }
  func record(_ finding: Finding) { sink.record(finding) }
  func record(_ gap: Gap) { sink.record(gap) }
  func record(_ line: ExplanationLine) { sink.record(line) }
  func record(bytes: Int, members: Int, opcodes: Int) {
    sink.record(bytes: bytes, members: members, opcodes: opcodes)
  }
}
