internal import Findings
internal import Linux
internal import VerdictStore

/// Spares the reading of files that have not changed since their digest was remembered, and whose verdict the store has.
/// For any number of threads.
final class FileStates: Sendable {
  /// States that are written together: they are of use to later runs only.
  private static let batch = 256

  private let store: VerdictStore
  private let context: ArtifactObject.Context
  private let waivers: WaiverDecisions
  private let pending = Monitor<[FileState]>([])
  private let trouble = Monitor<String?>(nil)

  init(_ store: VerdictStore, _ context: ArtifactObject.Context, _ waivers: WaiverDecisions) {
    self.store = store
    self.context = context
    self.waivers = waivers
  }

  /// The verdict on a file in this state; nil where the file has to be read.
  func recall(_ identity: FileIdentity, _ path: [UInt8]) -> ArtifactResult? {
    let start = MonotonicClock.nanoseconds
    do throws(StoreError) {
      guard let sha256 = try store.digest(ofFileInState: identity),
        case .hit(let scan) = try store.lookup(
          sha256: sha256, policy: context.policy, engine: context.engine)
      else { return nil }
      var examination = scan.examination
      examination.milliseconds = Double(MonotonicClock.nanoseconds - start) / 1e6
      return ArtifactResult(
        path: path, judgement: .examined(examination), identity: identity,
        waiver: waivers.decision(on: examination))
    } catch {
      note(error)
      return nil
    }
  }

  /// Remembers the digest of a file that was judged, where its state is one that no later change can look like.
  func remember(_ result: ArtifactResult) {
    guard let identity = result.identity, let examination = result.examination,
      let sha256 = examination.sha256, examination.size == identity.size, examination.repeatable
    else { return }
    let full = pending.withLock { pending -> [FileState] in
      pending.append(FileState(identity: identity, sha256: sha256))
      guard pending.count >= Self.batch else { return [] }
      defer { pending = [] }
      return pending
    }
    write(full)
  }

  /// Writes what is not written yet.
  ///
  /// - Returns: in words, why states could not be read or written; not escaped.
  func finish() -> String? {
    write(
      pending.withLock { pending in
        defer { pending = [] }
        return pending
      })
    return trouble.withLock { $0 }
  }

  private func write(_ states: [FileState]) {
    do throws(StoreError) {
      try store.remember(states)
    } catch {
      note(error)
    }
  }

  private func note(_ error: StoreError) { trouble.withLock { $0 = "\(error)" } }
}
