internal import Digest
internal import Findings
internal import Linux
internal import VerdictStore

/// Judges one file: from the store where it is known, by a worker where it is not.
struct ArtifactExaminer: Sendable {
  /// The store's key besides the digest.
  let context: ArtifactObject.Context
  /// nil where no store is used.
  let store: VerdictStore?
  let usesCache: Bool
  /// Relative paths are stored with this before them.
  let workingDirectory: [UInt8]
  let waivers: WaiverDecisions
  /// Has the open file examined; never throws, since every trouble is a verdict.
  let examine: @Sendable (borrowing FileDescriptor) -> Examination

  /// May be called by many threads at once.
  func judge(_ entry: WalkEntry) -> ArtifactResult {
    var result = examined(entry)
    result.waiver = result.examination.flatMap { waivers.decision(on: $0) }
    return result
  }

  private func examined(_ entry: WalkEntry) -> ArtifactResult {
    switch entry {
    case .unexamined(let path, let reason, let isFailure):
      return failure(path, reason, isFailure: isFailure)
    case .file(let reference):
      do throws(SystemCallError) {
        let file = try reference.open()
        let identity = try file.identity()
        guard identity.isRegular else {
          return failure(reference.path, "not a regular file", isFailure: false)
        }
        return judge(file, size: identity.size, path: reference.path)
      } catch {
        return failure(reference.path, "cannot be read: \(error.message)", isFailure: true)
      }
    }
  }

  private func judge(_ file: borrowing FileDescriptor, size: Int, path: [UInt8]) -> ArtifactResult {
    var notices: [String] = []
    do {
      if let known = try recall(file, size: size, path: path, &notices) {
        return ArtifactResult(path: path, judgement: .examined(known), notices: notices)
      }
    } catch {
      // The store is of no help; the file can still be examined.
      notices.append("\(error)")
    }
    let examination = examine(file)
    // Without a digest the bytes themselves could not be read, and no verdict can be recorded.
    var isFailure = !notices.isEmpty || examination.sha256 == nil
    do {
      try store?.record(examination, path: absolute(path))
    } catch {
      notices.append("the verdict is not recorded: \(error)")
      isFailure = true
    }
    return ArtifactResult(
      path: path, judgement: .examined(examination), isFailure: isFailure, notices: notices)
  }

  /// What the store knows of these bytes; nil where nothing that can be believed.
  private func recall(
    _ file: borrowing FileDescriptor, size: Int, path: [UInt8], _ notices: inout [String]
  ) throws -> Examination? {
    guard usesCache, let store else { return nil }
    guard try store.mayHold(size: size, policy: context.policy, engine: context.engine) else { return nil }
    let start = MonotonicClock.nanoseconds
    let digest = try Self.digest(of: file)
    switch try store.lookup(sha256: digest, policy: context.policy, engine: context.engine) {
    case .hit(let scan):
      if !scan.paths.contains(absolute(path)) { try store.record(sha256: digest, seenAt: absolute(path)) }
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
  static func digest(of file: borrowing FileDescriptor) throws -> String {
    let digest = try SHA256()
    var block = [UInt8](repeating: 0, count: 1 << 18)
    var offset = 0
    while true {
      var span = block.mutableSpan
      var bytes = unsafe span.mutableBytes
      let count = try file.read(at: offset, into: &bytes)
      if count == 0 { return try digest.finishHexadecimal() }
      // SAFETY: the span does not outlive the block, which nothing changes meanwhile.
      try digest.update(unsafe block.span.extracting(0..<count).bytes)
      offset += count
    }
  }

  private func failure(_ path: [UInt8], _ reason: String, isFailure: Bool) -> ArtifactResult {
    ArtifactResult(
      path: path, judgement: .unexamined(reason: reason), isFailure: isFailure,
      notices: ["\(Escaping.visible(path)): \(reason)"])
  }

  private func absolute(_ path: [UInt8]) -> [UInt8] {
    path.first == UInt8(ascii: "/") ? path : workingDirectory + [UInt8(ascii: "/")] + path
  }
}
