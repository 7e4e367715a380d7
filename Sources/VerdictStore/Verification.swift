/// What `VerdictStore.verify` found.
package struct Verification: Equatable, Sendable {
  /// Scans whose records were compared with the audit chain.
  package var scans = 0
  /// Rows of the audit chain.
  package var entries = 0
  /// The hash of the last row, in hexadecimal. A copy kept elsewhere shows a store that was replaced.
  package var head = ""
  /// What is wrong, at most `problemLimit` sentences.
  package var problems: [String] = []

  package static let problemLimit = 100

  package var isSound: Bool { problems.isEmpty }

  mutating func note(_ problem: String) {
    if problems.count < Self.problemLimit { problems.append(problem) }
  }
}

extension ScanReader {
  /// Checks everything against one snapshot.
  func verify() throws(StoreError) -> Verification {
    try database.transaction(writing: false) { () throws(StoreError) in
      var result = Verification()
      try checkFile(&result)
      try checkChain(&result)
      try checkScans(&result)
      return result
    }
  }

  private func checkFile(_ result: inout Verification) throws(StoreError) {
    for line in try database.prepare("PRAGMA integrity_check").all([], { $0.text(0) }) where line != "ok" {
      result.note("integrity_check: \(line)")
    }
    for table in try database.prepare("PRAGMA foreign_key_check").all([], { $0.text(0) }) {
      result.note("a row of \(table) belongs to nothing")
    }
  }

  /// Walks the chain from its origin to its head.
  private func checkChain(_ result: inout Verification) throws(StoreError) {
    var previous = AuditChain.origin
    var length: Int64 = 0
    let rows = try database.prepare(
      "SELECT sequence, event, subject, record, hash FROM audit ORDER BY sequence")
    try rows.rows([]) { row throws(StoreError) in
      let entry = AuditChain.Entry(
        sequence: row.integer(0), event: row.text(1), subject: row.integer(2), record: row.bytes(3))
      if entry.sequence != length + 1 {
        result.note("audit row \(length + 1) is missing")
      }
      if try entry.hash(after: previous) != row.bytes(4) {
        result.note("audit row \(entry.sequence) does not follow from the one before")
      }
      previous = row.bytes(4)
      length = entry.sequence
      result.entries += 1
      return true
    }
    let end = try database.prepare("SELECT length, head FROM chain").first([]) {
      ($0.integer(0), $0.bytes(1))
    }
    guard let end else { return result.note("the audit chain has no head") }
    if end.0 != length || end.1 != previous {
      result.note("the audit chain ends at row \(length), and its head says \(end.0)")
    }
    result.head = hexadecimal(end.1)
  }

  /// Compares every scan with its audit row, both ways.
  private func checkScans(_ result: inout Verification) throws(StoreError) {
    let scans = try rows.select(
      extra: ", audit.record",
      joining: "LEFT JOIN audit ON audit.event = 'scan' AND audit.subject = scan.id",
      "ORDER BY scan.id")
    try scans.rows([]) { row throws(StoreError) in
      result.scans += 1
      let id = row.integer(0)
      guard !row.isNull(ScanRows.extraColumn) else {
        result.note("scan \(id) has no audit row")
        return true
      }
      do throws(StoreError) {
        if try rows.scan(row).canonical.digest() != row.bytes(ScanRows.extraColumn) {
          result.note("scan \(id) differs from its audit row")
        }
      } catch {
        result.note("scan \(id): \(error.message)")
      }
      return true
    }
    // Counted apart from the rows above, whose join leaves out a scan without its artifact.
    let orphans = try database.prepare(
      """
      SELECT subject FROM audit WHERE event = 'scan' AND NOT EXISTS (
        SELECT 1 FROM scan JOIN artifact ON artifact.sha256 = scan.sha256 WHERE scan.id = audit.subject)
      """)
    for subject in try orphans.all([], { $0.integer(0) }) { result.note("scan \(subject) is missing") }
  }
}

/// Lowercase hexadecimal digits.
func hexadecimal(_ bytes: [UInt8]) -> String {
  bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
}
