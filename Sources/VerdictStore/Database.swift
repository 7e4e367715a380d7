internal import CSQLite

/// Owner of one SQLite connection. Not for several threads at once: whoever holds it serialises.
///
/// SAFETY: the handle is set once in `init` and closed once in `deinit`; statements keep this owner.
@safe final class Database {
  private let handle: OpaquePointer

  /// Opens the database file and sets what every connection of ours relies on.
  ///
  /// The file must exist: `StoreFile` creates it with the right mode first.
  /// - Throws: `StoreError` if it cannot be opened, is no database, or a setting is refused.
  init(path: String) throws(StoreError) {
    var opened: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
    let code = unsafe sqlite3_open_v2(path, &opened, flags, nil)
    guard let connection = unsafe opened else {
      throw StoreError(code: code, message: "no memory for a connection")
    }
    guard code == SQLITE_OK else {
      let message = unsafe String(cString: sqlite3_errmsg(connection))
      unsafe sqlite3_close_v2(connection)
      throw StoreError(code: code, message: "\(path): \(message)")
    }
    unsafe handle = connection
    try configure()
  }

  deinit { unsafe sqlite3_close_v2(handle) }

  /// A statement, compiled once and used many times.
  func prepare(_ sql: String) throws(StoreError) -> Statement {
    var compiled: OpaquePointer?
    let code = unsafe sqlite3_prepare_v3(
      handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &compiled, nil)
    guard code == SQLITE_OK, let statement = unsafe compiled else { throw error(code, in: sql) }
    return unsafe Statement(owning: statement, of: self, sql: sql)
  }

  /// Runs statements that take no values and return no rows that matter.
  func execute(_ sql: String) throws(StoreError) {
    let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw error(code, in: sql) }
  }

  /// The first column of the only row.
  func integer(_ sql: String) throws(StoreError) -> Int64 {
    guard let number = try prepare(sql).first([], { $0.integer(0) }) else {
      throw .malformedRow("no row from \(sql)")
    }
    return number
  }

  /// Runs `body` in a transaction: all of it is committed, or nothing of it.
  ///
  /// - Parameter writing: takes the write lock at once, so that no later statement can find it taken.
  func transaction<Result>(
    writing: Bool, _ body: () throws(StoreError) -> Result
  ) throws(StoreError) -> Result {
    try execute(writing ? "BEGIN IMMEDIATE" : "BEGIN")
    do throws(StoreError) {
      let result = try body()
      try execute("COMMIT")
      return result
    } catch {
      // SQLite may have rolled back by itself (full disk, I/O error); then there is nothing to undo.
      if unsafe sqlite3_get_autocommit(handle) == 0 { try execute("ROLLBACK") }
      throw error
    }
  }

  /// The number of the row inserted last.
  var lastInsertedRow: Int64 { unsafe sqlite3_last_insert_rowid(handle) }

  /// The error that belongs to a result code just returned on this connection.
  func error(_ code: Int32, in sql: String) -> StoreError {
    StoreError(
      code: unsafe sqlite3_extended_errcode(handle) == SQLITE_OK ? code : sqlite3_extended_errcode(handle),
      message: unsafe String(cString: sqlite3_errmsg(handle)), sql: sql)
  }

  private func configure() throws(StoreError) {
    unsafe sqlite3_busy_timeout(handle, Self.patienceMilliseconds)
    try enterWAL()
    try execute("PRAGMA synchronous = FULL")
    try execute("PRAGMA foreign_keys = ON")
    try execute("PRAGMA trusted_schema = OFF")
    try execute("PRAGMA cell_size_check = ON")
  }

  /// Changing the mode needs the file alone, and SQLite does not wait for that by itself.
  private func enterWAL() throws(StoreError) {
    let pause: Int32 = 5
    for _ in 0..<(Self.patienceMilliseconds / pause) {
      do {
        return try execute("PRAGMA journal_mode = WAL")
      } catch let error where error.code & 0xFF == SQLITE_BUSY {
        sqlite3_sleep(pause)
      }
    }
    try execute("PRAGMA journal_mode = WAL")
  }

  /// How long to wait for others who hold a lock.
  private static let patienceMilliseconds: Int32 = 10_000
}
