internal import Findings
internal import Linux
internal import Supervisor

/// One SARIF log of one run; a result a line, each as soon as it is known.
final class SARIFRenderer: Renderer {
  /// What the end needs to know of what came before.
  private struct State {
    var hasResults = false
    /// What failed, at most ``notificationLimit`` of it.
    var failures: [String] = []
  }

  /// Failures that the log has in words; the rest are counted.
  static let notificationLimit = 100

  private let context: ArtifactObject.Context
  private let failOn: Options.FailOn
  /// The folder of the run.
  private let root: [UInt8]
  private let state = Monitor(State())

  init(context: ArtifactObject.Context, failOn: Options.FailOn, root: [UInt8]) {
    self.context = context
    self.failOn = failOn
    self.root = root
  }

  func opening() throws -> String {
    let tool = try JSONText.line(SARIF.Tool())
    return "{\"$schema\":\"\(SARIF.schema)\",\"version\":\"\(SARIF.version)\",\"runs\":[{\"tool\":\(tool),"
      + "\"originalUriBaseIds\":{\"\(SARIF.root)\":{\"description\":{\"text\":"
      + "\"The folder in which lazaret was run.\"}}},\"results\":[\n"
  }

  func artifact(_ result: ArtifactResult, index: Int) throws -> String {
    if result.isFailure {
      let words = result.notices.first ?? "\(Escaping.visible(result.path)): failed"
      state.withLock { if $0.failures.count < Self.notificationLimit { $0.failures.append(words) } }
    }
    var results = SARIFResults(
      SARIFPlace(result.path, below: root), verdict: result.verdict, model: result.model)
    results.sha256 = result.examination?.sha256
    if let waiver = result.waiver, result.isWaived { results.waiver = waiver.account }
    switch result.judgement {
    case .examined(let examination):
      for finding in examination.report.findings { try results.add(finding) }
      for gap in examination.report.coverage.gaps { try results.add(gap) }
    case .unexamined(let reason): try results.add(Gap(at: Location(), reason: reason))
    }
    try results.finish()
    return try text(of: results)
  }

  /// What only the whole shows, at the files of the folder that it is about.
  func package(_ result: PackageResult, index: Int) throws -> String {
    func text(at location: Location, _ add: (inout SARIFResults) throws -> Void) throws -> String {
      let file = location.path.first.map { [UInt8(ascii: "/")] + Array($0.utf8) } ?? []
      var results = SARIFResults(
        SARIFPlace(result.folder.path + file, below: root), verdict: result.verdict,
        model: result.folder.model)
      try add(&results)
      return try self.text(of: results)
    }
    let findings = try result.findings.map { finding in
      try text(at: finding.location) {
        try $0.add(
          Finding(finding.rule, at: Location(), detail: finding.detail, evidence: finding.evidence))
      }
    }
    let gaps = try result.gaps.map { gap in
      try text(at: gap.location) { try $0.add(Gap(at: Location(), reason: gap.reason)) }
    }
    return (findings + gaps).joined()
  }

  private func text(of results: SARIFResults) throws -> String {
    try results.results.map { result in
      let isFirst = state.withLock { state in
        defer { state.hasResults = true }
        return !state.hasResults
      }
      return (isFirst ? "" : ",\n") + (try JSONText.line(result))
    }.joined()
  }

  private struct RunProperties: Encodable {
    let policy: String
    let engine: String
    let artifacts: Int
    let packages: Int
    let bytes: Int
    let milliseconds: Double
    let admission: AdmissionObject?
  }

  func closing(_ tally: Tally, milliseconds: Double, _ admission: Admission?) throws -> String {
    let status = tally.exitStatus(failOn: failOn)
    var failures = state.withLock { $0.failures }
    let others = tally.failures - failures.count
    if others > 0 {
      failures.append("\(others) more parts of the request failed: standard error names them")
    }
    if tally.artifacts == 0 { failures.append("there was nothing to examine") }
    let invocation = SARIF.Invocation(
      executionSuccessful: failures.isEmpty, exitCode: status.rawValue, exitCodeDescription: status.meaning,
      toolExecutionNotifications: failures.map { SARIF.Notification(message: SARIF.Text($0)) })
    let properties = RunProperties(
      policy: context.policy, engine: context.engine, artifacts: tally.artifacts, packages: tally.packages,
      bytes: tally.bytes,
      milliseconds: milliseconds, admission: admission.map(AdmissionObject.init))
    return "\n],\"invocations\":[\(try JSONText.line(invocation))],"
      + "\"properties\":\(try JSONText.line(properties))}]}\n"
  }
}
