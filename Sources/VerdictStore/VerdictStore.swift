package import Findings
internal import Linux

/// Where verdicts are kept, bound to the digest of what they judge. For any number of threads at once.
///
/// One connection writes, committing many threads' records together; another reads. Other processes may have the
/// same file open.
package final class VerdictStore: Sendable {
  let commits: GroupCommit<ScanWriter.Write>
  let reader: Monitor<ScanReader>
  private let clock: @Sendable () -> Int64

  /// Opens the store at `path`.
  ///
  /// - Parameters:
  ///   - create: makes the file, and the directories above it, where they are missing.
  ///   - clock: milliseconds since 1970, UTC.
  /// - Throws: `StoreError` where it cannot be opened, is of a later version or of another program, or where
  ///   somebody else can write it.
  package convenience init(
    path: String, create: Bool = true, clock: @escaping @Sendable () -> Int64 = { WallClock.milliseconds }
  ) throws(StoreError) {
    try StoreFile.prepare(path, create: create)
    let writing = try Database(path: path)
    try Migrations.run(on: writing)
    try self.init(writing: writing, reading: try Database(path: path), clock: clock)
  }

  init(
    writing: sending Database, reading: sending Database, clock: @escaping @Sendable () -> Int64
  ) throws(StoreError) {
    let writer = try ScanWriter(writing)
    commits = GroupCommit { writes throws(StoreError) in try writer.commit(writes) }
    reader = Monitor(try ScanReader(reading))
    self.clock = clock
  }

  /// Whether any artifact of this size has a verdict that `lookup` could serve. Where not, there is no need to
  /// hash a file before it is examined.
  package func mayHold(size: Int, policy: String, engine: String) throws(StoreError) -> Bool {
    try reader.withLock { reader throws(StoreError) in
      try reader.mayHold(size: size, policy: policy, engine: engine)
    }
  }

  /// The verdict on these bytes under this policy and engine, if a repeatable one was recorded.
  ///
  /// It is served only if the audit chain committed to exactly this record.
  package func lookup(
    sha256: String, policy: String, engine: String
  ) throws(StoreError) -> CacheAnswer {
    try reader.withLock { reader throws(StoreError) in
      try reader.lookup(sha256: sha256, policy: policy, engine: engine)
    }
  }

  /// Records an examination; returns when it is on the disk.
  ///
  /// An examination without a digest belongs to no bytes and is not recorded.
  /// - Parameter path: where the artifact was seen; any bytes.
  package func record(_ examination: Examination, path: [UInt8]? = nil) throws(StoreError) {
    guard let sha256 = examination.sha256 else { return }
    var examination = examination
    examination.repeatable = examination.isServable
    try commits.submit(
      .scan(ScanRecord(examination: examination, sha256: sha256, path: path, time: clock())))
  }

  /// Records that the artifact of this digest, which is in the store, was seen at `path`.
  package func record(sha256: String, seenAt path: [UInt8]) throws(StoreError) {
    let known = try reader.withLock { reader throws(StoreError) in
      try reader.isKnown(sha256: sha256, path: path)
    }
    if !known { try commits.submit(.alias(sha256: sha256, path: path, time: clock())) }
  }

  /// Hands the scans that match to `body`, one after another, until it returns false.
  package func scans(
    matching filter: ScanFilter, _ body: (StoredScan) throws(StoreError) -> Bool
  ) throws(StoreError) {
    try reader.withLock { reader throws(StoreError) in try reader.scans(matching: filter, body) }
  }

  /// Checks the file, the audit chain, and every record against what the chain committed to.
  package func verify() throws(StoreError) -> Verification {
    try reader.withLock { reader throws(StoreError) in try reader.verify() }
  }
}

extension Examination {
  /// Whether the same bytes would end the same under this policy and engine, so that the store may answer in
  /// the worker's place.
  var isServable: Bool {
    repeatable && outcome == .finished && sandbox.missing.isEmpty && verdict >= report.verdict
  }
}
