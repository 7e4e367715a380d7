internal import Findings
internal import Linux

/// The reading connection and its statements. One thread at a time.
final class ScanReader {
  let database: Database
  let rows: ScanRows
  private let held: Statement
  private let latest: Statement
  private let previousHash: Statement
  private let alias: Statement
  private let state: Statement

  init(_ database: Database) throws(StoreError) {
    self.database = database
    rows = try ScanRows(database)
    held = try database.prepare(
      """
      SELECT EXISTS (SELECT 1 FROM artifact JOIN scan ON scan.sha256 = artifact.sha256
        WHERE artifact.size = ? AND scan.policy = ? AND scan.engine = ? AND scan.repeatable = 1)
      """)
    latest = try rows.select(
      extra: ", audit.sequence, audit.record, audit.hash",
      joining: "LEFT JOIN audit ON audit.event = 'scan' AND audit.subject = scan.id",
      """
      WHERE scan.sha256 = ? AND scan.policy = ? AND scan.engine = ? AND scan.repeatable = 1
      ORDER BY scan.id DESC LIMIT 1
      """)
    previousHash = try database.prepare("SELECT hash FROM audit WHERE sequence = ?")
    alias = try database.prepare("SELECT EXISTS (SELECT 1 FROM alias WHERE sha256 = ? AND path = ?)")
    state = try database.prepare(
      """
      SELECT sha256 FROM file_state
      WHERE device = ? AND inode = ? AND size = ? AND modified = ? AND changed = ?
      """)
  }

  func mayHold(size: Int, policy: String, engine: String) throws(StoreError) -> Bool {
    try held.first([.integer(Int64(size)), .text(policy), .text(engine)]) { $0.integer(0) != 0 } ?? false
  }

  func lookup(sha256: String, policy: String, engine: String) throws(StoreError) -> CacheAnswer {
    let answer = try latest.first([.text(sha256), .text(policy), .text(engine)]) {
      row throws(StoreError) -> CacheAnswer in
      let scan = try rows.scan(row)
      if let reason = try distrust(of: scan, row) { return .untrusted("scan \(scan.id): \(reason)") }
      return .hit(scan)
    }
    return answer ?? .miss
  }

  /// Why a row of `latest` must not be believed; nil where its audit row committed to it.
  private func distrust(of scan: StoredScan, _ row: Row) throws(StoreError) -> String? {
    let column = ScanRows.extraColumn
    guard let sequence = row.optionalInteger(column) else { return "no audit row speaks of it" }
    let entry = AuditChain.Entry(
      sequence: sequence, event: "scan", subject: scan.id, record: row.bytes(column + 1))
    guard try scan.canonical.digest() == entry.record else { return "it differs from its audit row" }
    guard let previous = try hash(before: sequence) else { return "the audit row before it is missing" }
    guard try entry.hash(after: previous) == row.bytes(column + 2) else {
      return "its audit row does not follow from the one before"
    }
    guard scan.examination.isServable else { return "its verdict does not follow from its findings" }
    return nil
  }

  private func hash(before sequence: Int64) throws(StoreError) -> [UInt8]? {
    if sequence == 1 { return AuditChain.origin }
    return try previousHash.first([.integer(sequence - 1)]) { $0.bytes(0) }
  }

  func isKnown(sha256: String, path: [UInt8]) throws(StoreError) -> Bool {
    try alias.first([.text(sha256), .blob(path)]) { $0.integer(0) != 0 } ?? false
  }

  func digest(of identity: FileIdentity) throws(StoreError) -> String? {
    try state.first(identity.values) { $0.text(0) }
  }

  func scans(
    matching filter: ScanFilter, _ body: (StoredScan) throws(StoreError) -> Bool
  ) throws(StoreError) {
    let statement = try rows.select(
      """
      WHERE (?1 IS NULL OR scan.sha256 = ?1) AND (?2 IS NULL OR scan.verdict = ?2)
      ORDER BY scan.id \(filter.newestFirst ? "DESC" : "ASC") LIMIT ?3
      """)
    // A negative limit is none.
    try statement.rows([
      .optional(filter.sha256), .optional(filter.verdict?.name), .integer(Int64(filter.limit ?? -1)),
    ]) { row throws(StoreError) in try body(try rows.scan(row)) }
  }
}

extension StoredScan {
  /// What the audit chain commits to.
  var canonical: CanonicalBytes {
    CanonicalBytes(examination, time: time)
  }
}
