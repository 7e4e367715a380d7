internal import Findings
internal import Linux
internal import Supervisor
internal import VerdictStore

/// Judges one file of a walk.
struct ArtifactExaminer: Sendable {
  /// Judges an open file of this size that is reported under this path.
  private let judgeFile: @Sendable (borrowing FileDescriptor, Int, [UInt8]) -> ArtifactResult
  private var states: FileStates?

  init(judgeFile: @escaping @Sendable (borrowing FileDescriptor, Int, [UInt8]) -> ArtifactResult) {
    self.judgeFile = judgeFile
  }

  /// An examiner of this process's own: from the store where the file is known, by a worker where it is not.
  ///
  /// - Parameters:
  ///   - context: the store's key besides the digest.
  ///   - store: nil where none is used.
  ///   - workingDirectory: relative paths are stored with this before them.
  ///   - states: what is known of files that have not changed; nil where all are to be hashed.
  ///   - examine: has the open file examined; never throws, since every trouble is a verdict.
  init(
    context: ArtifactObject.Context, store: VerdictStore?, usesCache: Bool, workingDirectory: [UInt8],
    waivers: WaiverDecisions, states: FileStates? = nil,
    examine: @escaping @Sendable (borrowing FileDescriptor) -> Examination
  ) {
    let examiner = RecordedExaminer(
      policy: context.policy, engine: context.engine, store: store, usesCache: usesCache, examine: examine)
    self.init { file, size, path in
      let judged = examiner.judge(file, size: size, path: Self.absolute(path, workingDirectory))
      let examination = judged.examination
      return ArtifactResult(
        path: path, judgement: .examined(examination),
        // Without a digest the bytes themselves could not be read, and no verdict can be recorded.
        isFailure: !judged.notices.isEmpty || examination.sha256 == nil, notices: judged.notices,
        waiver: waivers.decision(on: examination))
    }
    self.states = states
  }

  /// May be called by many threads at once.
  func judge(_ entry: WalkEntry) -> ArtifactResult {
    switch entry {
    case .unexamined(let path, let reason, let isFailure):
      return .failure(path, reason, isFailure: isFailure)
    case .file(let reference):
      do throws(SystemCallError) {
        let file = try reference.open()
        let now = WallClock.tickNanoseconds
        let identity = try file.identity()
        guard identity.isRegular else {
          return .failure(reference.path, "not a regular file", isFailure: false)
        }
        // What has just changed may change again and look the same; in memory and elsewhere so may all.
        let system = try file.fileSystem()
        let isSettled =
          identity.settlingMilliseconds(at: now) == 0 && (system == .disk || system == .layered)
        if isSettled, let known = states?.recall(identity, reference.path) { return known }
        var result = judgeFile(file, identity.size, reference.path)
        result.identity = isSettled ? identity : nil
        states?.remember(result)
        return result
      } catch {
        return .failure(reference.path, "cannot be read: \(error.message)", isFailure: true)
      }
    }
  }

  /// SHA-256 of the whole file, in hexadecimal.
  static func digest(of file: borrowing FileDescriptor) throws -> String {
    try RecordedExaminer.digest(of: file)
  }

  /// With the folder of the run before it, unless it says by itself where it is: from the top, or as an address.
  static func absolute(_ path: [UInt8], _ workingDirectory: [UInt8]) -> [UInt8] {
    RemoteRegistry.isAddress(path) || path.first == UInt8(ascii: "/")
      ? path : workingDirectory + [UInt8(ascii: "/")] + path
  }
}

extension ArtifactResult {
  /// One that could not be judged: why.
  static func failure(_ path: [UInt8], _ reason: String, isFailure: Bool) -> ArtifactResult {
    ArtifactResult(
      path: path, judgement: .unexamined(reason: reason), isFailure: isFailure,
      notices: ["\(Escaping.visible(path)): \(reason)"])
  }
}
