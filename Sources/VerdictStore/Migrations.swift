/// The steps that lead from an empty file to the schema of today, in order. A store of any earlier
/// version takes the steps it lacks, all or none. Steps that were released never change.
enum Migrations {
  struct Step: Sendable {
    let name: String
    let sql: String
  }

  /// `LZRT`: tells our files from other programs' databases (PRAGMA application_id).
  static let applicationID: Int64 = 0x4C5A_5254

  static let steps: [Step] = [
    Step(
      name: "artifacts, scans and their audit chain",
      sql: """
        CREATE TABLE artifact (
          sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64),
          size INTEGER NOT NULL CHECK (size >= 0)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX artifact_by_size ON artifact (size);

        -- One row an examination; rows are only ever added. Lists are JSON arrays of strings.
        CREATE TABLE scan (
          id INTEGER PRIMARY KEY,
          sha256 TEXT NOT NULL REFERENCES artifact (sha256),
          time INTEGER NOT NULL,
          policy TEXT NOT NULL,
          engine TEXT NOT NULL,
          verdict TEXT NOT NULL CHECK (verdict IN ('allow', 'review', 'incomplete', 'deny')),
          repeatable INTEGER NOT NULL CHECK (repeatable IN (0, 1)),
          outcome TEXT NOT NULL,
          outcome_detail TEXT,
          formats TEXT NOT NULL,
          bytes INTEGER NOT NULL,
          members INTEGER NOT NULL,
          opcodes INTEGER NOT NULL,
          finished INTEGER NOT NULL CHECK (finished IN (0, 1)),
          role TEXT NOT NULL,
          filter TEXT NOT NULL,
          layers TEXT NOT NULL,
          missing TEXT NOT NULL,
          kernel TEXT NOT NULL,
          milliseconds REAL NOT NULL
        ) STRICT;
        CREATE INDEX scan_by_key ON scan (sha256, policy, engine, repeatable);

        CREATE TABLE finding (
          scan INTEGER NOT NULL REFERENCES scan (id),
          position INTEGER NOT NULL,
          rule TEXT NOT NULL,
          path TEXT NOT NULL,
          at INTEGER,
          detail TEXT NOT NULL,
          evidence TEXT NOT NULL,
          PRIMARY KEY (scan, position)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE gap (
          scan INTEGER NOT NULL REFERENCES scan (id),
          position INTEGER NOT NULL,
          path TEXT NOT NULL,
          at INTEGER,
          reason TEXT NOT NULL,
          PRIMARY KEY (scan, position)
        ) STRICT, WITHOUT ROWID;

        -- Where an artifact was seen. Paths are bytes; nothing rests on them.
        CREATE TABLE alias (
          sha256 TEXT NOT NULL REFERENCES artifact (sha256),
          path BLOB NOT NULL,
          first_seen INTEGER NOT NULL,
          PRIMARY KEY (sha256, path)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE waiver (
          sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
          reason TEXT NOT NULL,
          who TEXT NOT NULL,
          expires INTEGER NOT NULL,
          added INTEGER NOT NULL,
          PRIMARY KEY (sha256, added)
        ) STRICT, WITHOUT ROWID;

        -- hash = SHA-256 over the previous row's hash and this row's other columns;
        -- record = SHA-256 over everything the scan's rows hold.
        CREATE TABLE audit (
          sequence INTEGER PRIMARY KEY,
          event TEXT NOT NULL,
          subject INTEGER NOT NULL,
          record BLOB NOT NULL CHECK (length(record) = 32),
          hash BLOB NOT NULL CHECK (length(hash) = 32),
          UNIQUE (event, subject)
        ) STRICT;

        -- The end of the chain, so that a tail that was cut off is missed.
        CREATE TABLE chain (
          id INTEGER PRIMARY KEY CHECK (id = 1),
          length INTEGER NOT NULL,
          head BLOB NOT NULL CHECK (length(head) = 32)
        ) STRICT;
        INSERT INTO chain VALUES (1, 0, zeroblob(32));
        """),
    Step(
      name: "digests of files that are still what they were",
      sql: """
        -- Spares hashing; no verdict rests on it but those of runs that ask for it. May be emptied.
        CREATE TABLE file_state (
          device INTEGER NOT NULL,
          inode INTEGER NOT NULL,
          size INTEGER NOT NULL,
          modified INTEGER NOT NULL,
          changed INTEGER NOT NULL,
          sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
          PRIMARY KEY (device, inode)
        ) STRICT, WITHOUT ROWID;
        """),
  ]

  /// Brings the database to the schema of today.
  ///
  /// - Throws: `StoreError` for another program's database and for the store of a later version.
  static func run(on database: Database) throws(StoreError) {
    // One snapshot for all questions: another process may be at the same.
    let current = try database.transaction(writing: false) { () throws(StoreError) in
      try isCurrent(database)
    }
    if current { return }
    // The version is read again under the write lock: another process may have migrated meanwhile.
    try database.transaction(writing: true) { () throws(StoreError) in
      for (index, step) in steps.enumerated() where try version(of: database) <= index {
        try database.execute(step.sql)
        try database.execute("PRAGMA user_version = \(index + 1)")
      }
      try database.execute("PRAGMA application_id = \(applicationID)")
    }
  }

  private static func isCurrent(_ database: Database) throws(StoreError) -> Bool {
    let application = try database.integer("PRAGMA application_id")
    let version = try version(of: database)
    if application == 0, version == 0 {
      guard try database.integer("SELECT count(*) FROM sqlite_schema") == 0 else {
        throw .unusable("the file is a database of another program, not a verdict store")
      }
      return false
    }
    guard application == applicationID else {
      throw .unusable("the file is a database of another program, not a verdict store")
    }
    guard version <= steps.count else {
      throw .unusable("the store has schema version \(version); this program knows \(steps.count)")
    }
    return version == steps.count
  }

  private static func version(of database: Database) throws(StoreError) -> Int {
    Int(try database.integer("PRAGMA user_version"))
  }
}
