package import Findings

/// One examination as the store has it.
package struct StoredScan: Equatable, Sendable {
  /// The scan's number in the store.
  package let id: Int64
  /// Milliseconds since 1970, UTC, when it was recorded.
  package let time: Int64
  package let examination: Examination
  /// Where the artifact was seen, in byte order.
  package let paths: [[UInt8]]
}

/// Which scans to list.
package struct ScanFilter: Equatable, Sendable {
  /// Only of this artifact.
  package var sha256: String?
  /// Only with this verdict.
  package var verdict: Verdict?
  /// At most this many.
  package var limit: Int?
  /// The latest first; otherwise in the order they were recorded.
  package var newestFirst = true

  package init() {}
}

/// What the store knows of bytes, under one policy and engine.
package enum CacheAnswer: Equatable, Sendable {
  /// Judged before, and the record is what the audit chain committed to.
  case hit(StoredScan)
  case miss
  /// There is a record, and it must not be believed: why.
  case untrusted(String)
}
