internal import CSQLite

/// What went wrong with the verdict store.
package struct StoreError: Error, Equatable, CustomStringConvertible {
  /// SQLite's extended result code.
  package let code: Int32
  /// SQLite's message, or ours.
  package let message: String
  /// The statement with its placeholders. Values never appear here: they may be anything a file held.
  package let sql: String

  package init(code: Int32, message: String, sql: String = "") {
    self.code = code
    self.message = message
    self.sql = sql
  }

  package var description: String {
    let statement = sql.isEmpty ? "" : " (in: \(sql))"
    return "verdict store: \(message) [SQLite code \(code)]\(statement)"
  }

  /// The file is no verdict store that this version can use.
  static func unusable(_ message: String) -> StoreError {
    StoreError(code: SQLITE_NOTADB, message: message)
  }

  /// The file or its directory cannot be opened or trusted.
  static func cannotOpen(_ message: String) -> StoreError {
    StoreError(code: SQLITE_CANTOPEN, message: message)
  }

  /// A row holds what this code never writes.
  static func malformedRow(_ message: String) -> StoreError {
    StoreError(code: SQLITE_CORRUPT, message: message)
  }
}
