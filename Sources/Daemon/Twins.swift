/// Scans that run and may be of the same bytes: one of them is examined, and the others wait for what comes of it.
///
/// A value without threads or clock. Only scans of one size under one policy are compared. A scan that has others
/// beside it gets its digest first; where that of another is not known yet, it waits for that too. Who waits is not
/// waited for.
struct Twins<Job: Sendable>: Sendable {
  /// A scan that waits for another one, and the digest of its file.
  struct Waiting: Sendable {
    let job: Job
    let digest: String
  }

  private struct Running: Sendable {
    let size: Int
    let generation: Int
    var digest: String?
    var waiting: [Waiting] = []
  }

  /// By the numbers of the scans.
  private var running: [UInt64: Running] = [:]

  /// Takes a scan that begins to run.
  ///
  /// - Returns: whether others of this size run, so that the digest is to be made before anything else.
  mutating func begin(_ number: UInt64, size: Int, generation: Int) -> Bool {
    let hasOthers = running.values.contains { $0.size == size && $0.generation == generation }
    running[number] = Running(size: size, generation: generation)
    return hasOthers
  }

  /// Lets a scan with a digest wait for another one of the same bytes, or of which that is not known yet.
  ///
  /// - Parameter isPatient: whether it also waits for one whose digest is not known. It does so once.
  /// - Returns: whether it waits; and those who waited for this one, which is of other bytes than theirs.
  mutating func settle(
    _ number: UInt64, _ job: Job, digest: String, isPatient: Bool
  ) -> (waits: Bool, released: [Waiting]) {
    guard let own = running[number] else { return (false, []) }
    let others = running.filter {
      $0.key != number && $0.value.size == own.size && $0.value.generation == own.generation
    }
    let same = others.first { $0.value.digest == digest }
    let unknown = isPatient ? others.first { $0.value.digest == nil } : nil
    guard let other = (same ?? unknown)?.key else { return (false, learn(number, digest: digest)) }
    running[number] = nil
    let (equal, different) = Self.divide(own.waiting, digest)
    running[other]?.waiting += equal + [Waiting(job: job, digest: digest)]
    return (true, different)
  }

  /// Takes the digest of a scan that runs.
  ///
  /// - Returns: those who waited for it, and are of other bytes.
  mutating func learn(_ number: UInt64, digest: String) -> [Waiting] {
    guard let own = running[number], own.digest == nil else { return [] }
    let (equal, different) = Self.divide(own.waiting, digest)
    running[number]?.digest = digest
    running[number]?.waiting = equal
    return different
  }

  /// Takes the end of a scan: those who waited for it.
  mutating func end(_ number: UInt64) -> [Waiting] { running.removeValue(forKey: number)?.waiting ?? [] }

  private static func divide(_ waiting: [Waiting], _ digest: String) -> (
    equal: [Waiting], different: [Waiting]
  ) {
    (waiting.filter { $0.digest == digest }, waiting.filter { $0.digest != digest })
  }
}
