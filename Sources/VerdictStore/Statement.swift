internal import CSQLite

/// A value in a placeholder.
enum Value {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case blob([UInt8])

  static func optional(_ text: String?) -> Value { text.map(Value.text) ?? .null }
  static func optional(_ number: Int?) -> Value { number.map { .integer(Int64($0)) } ?? .null }
}

/// Owner of one compiled statement: compiled once, run many times.
///
/// SAFETY: the handle is set once in `init` and finalized once in `deinit`; `database` keeps its
/// connection open for as long.
@safe final class Statement {
  fileprivate let handle: OpaquePointer
  private let database: Database
  private let sql: String

  @unsafe init(owning handle: OpaquePointer, of database: Database, sql: String) {
    unsafe self.handle = handle
    self.database = database
    self.sql = sql
  }

  deinit { unsafe sqlite3_finalize(handle) }

  /// Runs the statement with these values, first placeholder first, and discards its rows.
  func run(_ values: [Value] = []) throws(StoreError) {
    try rows(values) { _ throws(StoreError) in true }
  }

  /// The first row, as `body` reads it; nil where there is none.
  func first<Result>(
    _ values: [Value] = [], _ body: (Row) throws(StoreError) -> Result
  ) throws(StoreError) -> Result? {
    var result: Result?
    try rows(values) { row throws(StoreError) in
      result = try body(row)
      return false
    }
    return result
  }

  /// Every row, as `body` reads it.
  func all<Result>(
    _ values: [Value] = [], _ body: (Row) throws(StoreError) -> Result
  ) throws(StoreError) -> [Result] {
    var results: [Result] = []
    try rows(values) { row throws(StoreError) in
      results.append(try body(row))
      return true
    }
    return results
  }

  /// Hands each row to `body` until it returns false. Afterwards the statement holds no snapshot.
  func rows(_ values: [Value], _ body: (Row) throws(StoreError) -> Bool) throws(StoreError) {
    defer { unsafe sqlite3_reset(handle) }
    for (index, value) in values.enumerated() {
      let code = bind(value, at: Int32(index + 1))
      guard code == SQLITE_OK else { throw database.error(code, in: sql) }
    }
    while true {
      switch unsafe sqlite3_step(handle) {
      case SQLITE_ROW:
        guard try body(Row(of: self)) else { return }
      case SQLITE_DONE: return
      case let code: throw database.error(code, in: sql)
      }
    }
  }

  private func bind(_ value: Value, at index: Int32) -> Int32 {
    switch value {
    case .null: return unsafe sqlite3_bind_null(handle, index)
    case .integer(let number): return unsafe sqlite3_bind_int64(handle, index, number)
    case .real(let number): return unsafe sqlite3_bind_double(handle, index, number)
    case .text(let string):
      // The length is given, because a name may hold NUL; SQLite copies the bytes.
      return unsafe string.withCString { characters in
        unsafe sqlite3_bind_text64(
          handle, index, characters, UInt64(string.utf8.count), csqlite_transient(),
          UInt8(SQLITE_UTF8))
      }
    case .blob(let bytes):
      // A nil pointer would bind NULL, not an empty blob.
      guard !bytes.isEmpty else { return unsafe sqlite3_bind_zeroblob(handle, index, 0) }
      return unsafe bytes.withUnsafeBytes { buffer in
        unsafe sqlite3_bind_blob64(
          handle, index, buffer.baseAddress, UInt64(buffer.count), csqlite_transient())
      }
    }
  }
}

/// The row a statement stands on: read it inside the closure that it is handed to.
struct Row {
  private let statement: Statement

  fileprivate init(of statement: Statement) { self.statement = statement }

  func isNull(_ column: Int32) -> Bool {
    unsafe sqlite3_column_type(statement.handle, column) == SQLITE_NULL
  }

  func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(statement.handle, column) }

  func real(_ column: Int32) -> Double { unsafe sqlite3_column_double(statement.handle, column) }

  func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }

  /// A blob, or a text's UTF-8.
  func bytes(_ column: Int32) -> [UInt8] {
    guard let start = unsafe sqlite3_column_blob(statement.handle, column) else { return [] }
    // SAFETY: SQLite promises as many bytes there, until the next step; they are copied now.
    let count = Int(unsafe sqlite3_column_bytes(statement.handle, column))
    return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: count))
  }

  func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

  func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }
}
