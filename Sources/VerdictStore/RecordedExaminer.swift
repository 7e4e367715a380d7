package import Findings
internal import Digest
package import Linux

/// What became of one file, and what else there is to say about it.
package struct RecordedExamination: Equatable, Sendable {
  package var examination: Examination
  /// Whether the verdict is on the disk, or belongs to no bytes and cannot be; true too where no store is used.
  package var isRecorded = true
  /// In words, for people; not escaped.
  package var notices: [String] = []

  package init(examination: Examination, isRecorded: Bool = true, notices: [String] = []) {
    self.examination = examination
    self.isRecorded = isRecorded
    self.notices = notices
  }
}

/// Judges a file: from the store where its bytes are known, by a worker where they are not.
package struct RecordedExaminer: Sendable {
  /// The store's key besides the digest.
  private let policy: String
  private let engine: String
  /// nil where no store is used.
  private let store: VerdictStore?
  private let usesCache: Bool
  private let isCancelled: @Sendable () -> Bool
  /// Has the open file examined; never throws, since every trouble is a verdict.
  private let examine: @Sendable (borrowing FileDescriptor) -> Examination

  /// - Parameter isCancelled: whether nobody waits any more, and no more of a file is to be read.
  package init(
    policy: String, engine: String, store: VerdictStore?, usesCache: Bool,
    isCancelled: @escaping @Sendable () -> Bool = { false },
    examine: @escaping @Sendable (borrowing FileDescriptor) -> Examination
  ) {
    self.policy = policy
    self.engine = engine
    self.store = store
    self.usesCache = usesCache
    self.isCancelled = isCancelled
    self.examine = examine
  }

  /// The judgement, recorded before it is returned. May be called by many threads at once.
  ///
  /// - Parameters:
  ///   - size: bytes of the file, as far as the caller knows.
  ///   - path: where it was seen, for the record; nil for nowhere.
  package func judge(
    _ file: borrowing FileDescriptor, size: Int, path: [UInt8]?
  ) -> RecordedExamination {
    var notices: [String] = []
    do {
      if let known = try recall(file, size: size, path: path, &notices) {
        return RecordedExamination(examination: known, notices: notices)
      }
    } catch {
      // The store is of no help; the file can still be examined.
      notices.append("\(error)")
    }
    var result = RecordedExamination(examination: examine(file), notices: notices)
    do {
      try store?.record(result.examination, path: path)
    } catch {
      result.notices.append("the verdict is not recorded: \(error)")
      result.isRecorded = false
    }
    return result
  }

  /// What the store knows of these bytes; nil where nothing that can be believed.
  private func recall(
    _ file: borrowing FileDescriptor, size: Int, path: [UInt8]?, _ notices: inout [String]
  ) throws -> Examination? {
    guard usesCache, let store else { return nil }
    guard try store.mayHold(size: size, policy: policy, engine: engine) else { return nil }
    let start = MonotonicClock.nanoseconds
    let digest = try Self.digest(of: file, isCancelled: isCancelled)
    switch try store.lookup(sha256: digest, policy: policy, engine: engine) {
    case .hit(let scan):
      if let path, !scan.paths.contains(path) { try store.record(sha256: digest, seenAt: path) }
      var examination = scan.examination
      examination.milliseconds = Double(MonotonicClock.nanoseconds - start) / 1e6
      return examination
    case .miss: return nil
    case .untrusted(let reason):
      notices.append("the store's record of \(digest) is not to be believed (\(reason)); examined anew")
      return nil
    }
  }

  /// SHA-256 of the whole file, in hexadecimal.
  ///
  /// - Throws: ``DigestCancelled`` where nobody waits for it any more.
  package static func digest(
    of file: borrowing FileDescriptor, isCancelled: () -> Bool = { false }
  ) throws -> String {
    let digest = try SHA256()
    var block = [UInt8](repeating: 0, count: 1 << 18)
    var offset = 0
    while true {
      if isCancelled() { throw DigestCancelled() }
      var span = block.mutableSpan
      var bytes = unsafe span.mutableBytes
      let count = try file.read(at: offset, into: &bytes)
      if count == 0 { return try digest.finishHexadecimal() }
      // SAFETY: the span does not outlive the block, which nothing changes meanwhile.
      try digest.update(unsafe block.span.extracting(0..<count).bytes)
      offset += count
    }
  }
}

/// Nobody waits for a digest any more.
package struct DigestCancelled: Error, CustomStringConvertible {
  package var description: String { "nobody waits for the digest any more" }
}
