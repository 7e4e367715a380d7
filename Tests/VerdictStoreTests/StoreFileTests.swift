import Findings
import Linux
import TestSupport
import Testing

@testable import VerdictStore

struct StoreFileTests {
  @Test func `the file and its directories are made for the owner alone`() throws {
    let place = try TemporaryStore()
    let path = place.directory + "/a/b/verdicts.db"
    let store = try VerdictStore(path: path)
    try store.record(Sample.allowed())
    #expect(try FileDescriptor.open(place.directory + "/a", .directory).ownership().mode == 0o700)
    #expect(try FileDescriptor.open(place.directory + "/a/b", .directory).ownership().mode == 0o700)
    for suffix in ["", "-wal", "-shm"] {
      #expect(try FileDescriptor.open(path + suffix).ownership().mode == 0o600)
    }
  }

  @Test func `many may make the same store at the same time`() throws {
    let place = try TemporaryStore()
    let failures = Monitor<[String]>([])
    var threads: [JoinedThread] = []
    for number in 0..<8 {
      threads.append(
        try JoinedThread {
          do {
            for round in 0..<20 {
              let store = try VerdictStore(path: "\(place.directory)/\(round)/a/b/verdicts.db")
              try store.record(Sample.allowed(1 + number))
            }
          } catch {
            failures.withLock { $0.append("\(error)") }
          }
        })
    }
    for thread in threads { thread.join() }
    #expect(failures.withLock { $0 } == [])
    for round in 0..<20 {
      let store = try VerdictStore(path: "\(place.directory)/\(round)/a/b/verdicts.db", create: false)
      #expect(try store.verify().scans == 8)
      #expect(try store.verify().isSound)
    }
  }

  @Test func `a missing store is not made where none was asked for`() throws {
    let place = try TemporaryStore()
    #expect(throws: StoreError.self) { try place.open(create: false) }
    #expect(throws: SystemCallError.self) { try FileIdentity(path: place.path, followingLinks: false) }
  }

  @Test(arguments: ["", "-wal"])
  func `a file that somebody else can write is refused`(suffix: String) throws {
    let place = try TemporaryStore()
    let store = try place.open()
    try store.record(Sample.allowed())
    #expect(place.place.setMode("verdicts.db" + suffix, 0o620))
    let error = #expect(throws: StoreError.self) { try place.open() }
    #expect(error?.message.contains("somebody else can write it") == true)
  }

  @Test func `a link, a directory and a pipe are no store`() throws {
    let place = try TemporaryStore()
    try place.open().record(Sample.allowed())
    let link = try #require(place.place.link("link.db", to: place.path))
    #expect(throws: StoreError.self) { try VerdictStore(path: link) }
    #expect(throws: StoreError.self) { try VerdictStore(path: place.directory) }
    let pipe = try #require(place.place.pipe("pipe.db"))
    #expect(throws: StoreError.self) { try VerdictStore(path: pipe) }
  }

  @Test func `a store may lie below a linked directory`() throws {
    let place = try TemporaryStore()
    let link = try #require(place.place.link("link", to: place.directory))
    try VerdictStore(path: link + "/verdicts.db").record(Sample.allowed())
    #expect(try place.open(create: false).verify().scans == 1)
  }

  @Test func `another program's database is left as it is`() throws {
    let place = try TemporaryStore()
    try FileDescriptor.open(place.path, [.readWrite, .create]).write([])
    try place.tamper("CREATE TABLE theirs (x)")
    let error = #expect(throws: StoreError.self) { try place.open() }
    #expect(error?.message.contains("another program") == true)
    #expect(try place.integer("SELECT count(*) FROM sqlite_schema") == 1)
  }

  @Test func `a text file is no store`() throws {
    let place = try TemporaryStore()
    try FileDescriptor.open(place.path, [.readWrite, .create]).write(Array(repeating: 0x41, count: 5000))
    #expect(throws: StoreError.self) { try place.open() }
  }

  @Test func `the store of a later version is refused`() throws {
    let place = try TemporaryStore()
    try place.open().record(Sample.allowed())
    try place.tamper("PRAGMA user_version = 99")
    let error = #expect(throws: StoreError.self) { try place.open() }
    #expect(error?.message.contains("schema version 99") == true)
  }

  @Test func `migrations run once, from empty to today`() throws {
    let place = try TemporaryStore()
    for _ in 0..<2 { _ = try place.open() }
    #expect(try place.integer("PRAGMA user_version") == Int64(Migrations.steps.count))
    #expect(try place.integer("PRAGMA application_id") == Migrations.applicationID)
    #expect(try place.integer("SELECT count(*) FROM chain") == 1)
  }

  @Test func `a full disk is an error that names the statement and no value, and loses nothing`() throws {
    let place = try TemporaryStore()
    try place.open().record(Sample.allowed(1))
    let writing = try Database(path: place.path)
    let pages = try writing.integer("PRAGMA page_count")
    try writing.execute("PRAGMA max_page_count = \(pages)")
    let store = try VerdictStore(writing: writing, reading: try Database(path: place.path), clock: { 0 })
    var large = Sample.denied(2)
    large.report.coverage.gaps = [Gap(at: Location(), reason: String(repeating: "secret", count: 100_000))]
    let error = #expect(throws: StoreError.self) { try store.record(large) }
    #expect(error?.code == 13, "SQLITE_FULL")
    #expect(error.map { "\($0)".contains("secret") } == false)
    #expect(try store.verify() == place.open().verify())
    #expect(try store.verify().scans == 1)
    try store.record(Sample.allowed(1))
  }

  @Test func `a store that only may be read throws on writing and still answers`() throws {
    let place = try TemporaryStore()
    try place.open().record(Sample.allowed(1))
    let writing = try Database(path: place.path)
    try writing.execute("PRAGMA query_only = ON")
    let store = try VerdictStore(writing: writing, reading: try Database(path: place.path), clock: { 0 })
    let error = #expect(throws: StoreError.self) { try store.record(Sample.allowed(2)) }
    #expect(error?.code == 8, "SQLITE_READONLY")
    #expect(try store.mayHold(size: 100, policy: Sample.policy, engine: Sample.engine))
  }

  @Test func `lists of any strings survive, and no other text is a list`() {
    for list in [
      [], [""], ["a", "b"], ["\"", "\\", "\u{0}\u{1f}\n"], ["🦠", "\u{FFFD}"], ["e\u{301}", "é"],
    ] {
      #expect(
        StringList.strings(StringList.text(list)).map { $0.map { Array($0.utf8) } }
          == list.map { Array($0.utf8) })
    }
    for text in [
      "", "[", "[\"a\"", "[\"a\",]", "[a]", "[\"a\"]x", "[\"\\q\"]", "[\"\\u00\"]", "[\"\\u00zz\"]", "null",
    ] {
      #expect(StringList.strings(text) == nil, "\(text)")
    }
  }
}
