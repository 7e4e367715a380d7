internal import Findings

/// What one `record` hands to the writer.
struct ScanRecord: Sendable {
  let examination: Examination
  let sha256: String
  /// Bytes, not text: a path may be any.
  let path: [UInt8]?
  /// Milliseconds since 1970, UTC.
  let time: Int64
}

/// The one writing connection and its statements. One thread at a time.
///
/// SAFETY of `@unchecked Sendable`: the connection is used only inside `GroupCommit`'s commit, which one thread
/// runs at a time, and each start of a commit follows the end of the one before under its monitor.
final class ScanWriter: @unchecked Sendable {
  private let database: Database
  private let artifact: Statement
  private let artifactSize: Statement
  private let scan: Statement
  private let finding: Statement
  private let gap: Statement
  private let alias: Statement
  private let state: Statement
  private let chain: Statement
  private let audit: Statement
  private let advance: Statement

  init(_ database: Database) throws(StoreError) {
    self.database = database
    artifact = try database.prepare("INSERT INTO artifact VALUES (?, ?) ON CONFLICT DO NOTHING")
    artifactSize = try database.prepare("SELECT size FROM artifact WHERE sha256 = ?")
    scan = try database.prepare(
      """
      INSERT INTO scan (sha256, time, policy, engine, verdict, repeatable, outcome, outcome_detail, formats,
        bytes, members, opcodes, finished, role, filter, layers, missing, kernel, milliseconds)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
    finding = try database.prepare("INSERT INTO finding VALUES (?, ?, ?, ?, ?, ?, ?)")
    gap = try database.prepare("INSERT INTO gap VALUES (?, ?, ?, ?, ?)")
    alias = try database.prepare("INSERT INTO alias VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
    state = try database.prepare("INSERT OR REPLACE INTO file_state VALUES (?, ?, ?, ?, ?, ?)")
    chain = try database.prepare("SELECT length, head FROM chain")
    audit = try database.prepare("INSERT INTO audit VALUES (?, ?, ?, ?, ?)")
    advance = try database.prepare("UPDATE chain SET length = ?, head = ?")
  }

  /// Commits all the writes in one transaction, or none.
  func commit(_ writes: [Write]) throws(StoreError) {
    try database.transaction(writing: true) { () throws(StoreError) in
      for write in writes {
        switch write {
        case .scan(let record): try insert(record)
        case .alias(let sha256, let path, let time):
          try alias.run([.text(sha256), .blob(path), .integer(time)])
        case .states(let states): for known in states { try state.run(known.values) }
        }
      }
    }
  }

  /// One thing to write.
  enum Write: Sendable {
    case scan(ScanRecord)
    case alias(sha256: String, path: [UInt8], time: Int64)
    case states([FileState])
  }

  private func insert(_ record: ScanRecord) throws(StoreError) {
    let examination = record.examination
    try artifact.run([.text(record.sha256), .integer(Int64(examination.size))])
    let known = try artifactSize.first([.text(record.sha256)]) { $0.integer(0) }
    guard known == Int64(examination.size) else {
      throw .malformedRow("the store has another size for \(record.sha256)")
    }
    try insertScan(record)
    let id = database.lastInsertedRow
    for (position, found) in examination.report.findings.enumerated() {
      try finding.run([
        .integer(id), .integer(Int64(position)), .text(found.rule.id),
        .text(StringList.text(found.location.path)), .optional(found.location.offset), .text(found.detail),
        .text(found.evidence),
      ])
    }
    for (position, missed) in examination.report.coverage.gaps.enumerated() {
      try gap.run([
        .integer(id), .integer(Int64(position)), .text(StringList.text(missed.location.path)),
        .optional(missed.location.offset), .text(missed.reason),
      ])
    }
    if let path = record.path { try alias.run([.text(record.sha256), .blob(path), .integer(record.time)]) }
    try append(
      event: "scan", subject: id,
      record: CanonicalBytes(examination, time: record.time).digest())
  }

  private func insertScan(_ record: ScanRecord) throws(StoreError) {
    let examination = record.examination
    let outcome = OutcomeText(examination.outcome)
    let report = examination.report
    let sandbox = examination.sandbox
    try scan.run([
      .text(record.sha256), .integer(record.time), .text(examination.policy), .text(examination.engine),
      .text(examination.verdict.name), .integer(examination.repeatable ? 1 : 0), .text(outcome.name),
      .optional(outcome.detail), .text(StringList.text(report.formats)),
      .integer(Int64(report.coverage.bytes)), .integer(Int64(report.coverage.members)),
      .integer(Int64(report.coverage.opcodes)), .integer(report.coverage.finished ? 1 : 0),
      .text(sandbox.role), .text(sandbox.filter), .text(StringList.text(sandbox.layers)),
      .text(StringList.text(sandbox.missing)), .text(sandbox.kernel), .real(examination.milliseconds),
    ])
  }

  /// Adds a row to the audit chain. Its head is read in this transaction: other processes write too.
  private func append(event: String, subject: Int64, record: [UInt8]) throws(StoreError) {
    guard let (length, head) = try chain.first([], { ($0.integer(0), $0.bytes(1)) }) else {
      throw .malformedRow("the audit chain has no head")
    }
    let entry = AuditChain.Entry(sequence: length + 1, event: event, subject: subject, record: record)
    let hash = try entry.hash(after: head)
    try audit.run([
      .integer(entry.sequence), .text(event), .integer(subject), .blob(record), .blob(hash),
    ])
    try advance.run([.integer(entry.sequence), .blob(hash)])
  }
}
