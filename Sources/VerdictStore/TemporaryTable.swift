internal import Linux

/// Bytes found by a key, in a nameless file that goes away with its owner: little memory, however many there are.
/// For several threads.
package final class TemporaryTable: Sendable {
  private final class Content {
    private let put: Statement
    private let get: Statement

    init() throws(StoreError) {
      // SQLite's name for a temporary database of this connection alone.
      let database = try Database(path: "")
      try database.execute("PRAGMA journal_mode = OFF")
      try database.execute("CREATE TABLE entry (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID")
      // Nobody but this connection sees it, so nothing is ever committed.
      try database.execute("BEGIN")
      put = try database.prepare("INSERT OR REPLACE INTO entry (key, value) VALUES (?, ?)")
      get = try database.prepare("SELECT value FROM entry WHERE key = ?")
    }

    func set(_ key: [UInt8], _ value: [UInt8]) throws(StoreError) {
      try put.run([.blob(key), .blob(value)])
    }

    func value(_ key: [UInt8]) throws(StoreError) -> [UInt8]? {
      try get.first([.blob(key)]) { row throws(StoreError) in row.bytes(0) }
    }
  }

  private let content: Monitor<Content>

  package init() throws(StoreError) { content = Monitor(try Content()) }

  /// Keeps a value; one that had the key before is forgotten.
  package func set(_ key: [UInt8], to value: [UInt8]) throws(StoreError) {
    try content.withLock { content throws(StoreError) in try content.set(key, value) }
  }

  /// The value that was kept last under this key.
  package func value(of key: [UInt8]) throws(StoreError) -> [UInt8]? {
    try content.withLock { content throws(StoreError) in try content.value(key) }
  }
}
