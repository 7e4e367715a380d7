internal import Findings

/// The statements between an `Examination` and its rows, on one connection.
final class ScanRows {
  private static let columns = """
    scan.id, scan.sha256, artifact.size, scan.time, scan.policy, scan.engine, scan.verdict, scan.repeatable,
    scan.outcome, scan.outcome_detail, scan.formats, scan.bytes, scan.members, scan.opcodes, scan.finished,
    scan.role, scan.filter, scan.layers, scan.missing, scan.kernel, scan.milliseconds
    """
  private static let source = "scan JOIN artifact ON artifact.sha256 = scan.sha256"

  private let database: Database
  private let findings: Statement
  private let gaps: Statement
  private let paths: Statement

  init(_ database: Database) throws(StoreError) {
    self.database = database
    findings = try database.prepare(
      "SELECT rule, path, at, detail, evidence FROM finding WHERE scan = ? ORDER BY position")
    gaps = try database.prepare("SELECT path, at, reason FROM gap WHERE scan = ? ORDER BY position")
    paths = try database.prepare("SELECT path FROM alias WHERE sha256 = ? ORDER BY path")
  }

  /// A statement whose rows `scan(_:)` reads: the columns of a scan, then `extra`.
  func select(
    extra: String = "", joining join: String = "", _ conditions: String
  ) throws(StoreError) -> Statement {
    try database.prepare("SELECT \(Self.columns)\(extra) FROM \(Self.source) \(join) \(conditions)")
  }

  /// The number of the first column after those of a scan.
  static let extraColumn: Int32 = 21

  /// The scan of a row of `select`, with its findings and gaps.
  ///
  /// - Throws: `StoreError` where a column holds what is never written.
  func scan(_ row: Row) throws(StoreError) -> StoredScan {
    let id = row.integer(0)
    guard let verdict = Verdict(name: row.text(6)) else { throw malformed(id, "verdict") }
    let outcomeText = OutcomeText(name: row.text(8), detail: row.optionalText(9))
    guard let outcome = outcomeText.outcome else { throw malformed(id, "outcome") }
    var report = Report()
    report.formats = try list(row.text(10), id, "formats")
    report.coverage.bytes = Int(row.integer(11))
    report.coverage.members = Int(row.integer(12))
    report.coverage.opcodes = Int(row.integer(13))
    report.coverage.finished = row.integer(14) != 0
    report.findings = try findings.all([.integer(id)]) { row throws(StoreError) in
      Finding(
        RuleCatalog.rule(row.text(0)) ?? .ofOtherEngine(row.text(0)), at: try location(row, 1, id),
        detail: row.text(3), evidence: row.text(4))
    }
    report.coverage.gaps = try gaps.all([.integer(id)]) { row throws(StoreError) in
      Gap(at: try location(row, 0, id), reason: row.text(2))
    }
    let sandbox = SandboxEvidence(
      role: row.text(15), filter: row.text(16), layers: try list(row.text(17), id, "layers"),
      missing: try list(row.text(18), id, "missing"), kernel: row.text(19))
    return StoredScan(
      id: id, time: row.integer(3),
      examination: Examination(
        sha256: row.text(1), size: Int(row.integer(2)), report: report, outcome: outcome,
        sandbox: sandbox, policy: row.text(4), engine: row.text(5), milliseconds: row.real(20),
        repeatable: row.integer(7) != 0, cached: true, verdict: verdict),
      paths: try paths.all([.text(row.text(1))]) { $0.bytes(0) })
  }

  private func location(_ row: Row, _ column: Int32, _ id: Int64) throws(StoreError) -> Location {
    Location(
      path: try list(row.text(column), id, "path"), offset: row.optionalInteger(column + 1).map(Int.init))
  }

  private func list(_ text: String, _ id: Int64, _ column: String) throws(StoreError) -> [String] {
    guard let strings = StringList.strings(text) else { throw malformed(id, column) }
    return strings
  }

  private func malformed(_ id: Int64, _ column: String) -> StoreError {
    .malformedRow("scan \(id) holds an unreadable \(column)")
  }
}

extension Rule {
  /// Stands for a rule that this engine does not have: the record is of another version.
  static func ofOtherEngine(_ id: String) -> Rule {
    Rule(
      id, "A rule of another version", .high, .deny,
      explanation: "The verdict was recorded by a version that had this rule; this one has not.",
      remediation: "Examine the file again.", cwe: [])
  }
}
