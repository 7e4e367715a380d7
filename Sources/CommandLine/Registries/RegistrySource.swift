internal import Linux
internal import Registries
internal import Supervisor

/// The steps through a registry, without the models that have not changed.
struct RegistrySource {
  /// What was left out.
  struct Omitted {
    var models = 0
    var files = 0
  }

  private var walk: RegistryWalk
  /// Nanoseconds since 1970.
  private let time: Int64?
  private let omitted: Monitor<Omitted>
  /// Packages that have begun and not ended.
  private var depth = 0

  /// - Parameters:
  ///   - since: seconds since 1970; nil to leave nothing out.
  ///   - omitted: counts what was left out.
  init(_ walk: sending RegistryWalk, changedSince since: Int?, _ omitted: Monitor<Omitted>) {
    self.walk = walk
    time = since.map { Int64($0) * 1_000_000_000 }
    self.omitted = omitted
  }

  /// The next step; nil at the end.
  mutating func next() -> WalkStep? {
    while let step = walk.nextStep() {
      if let time, depth == 0, isOmitted(step, time) { continue }
      switch step {
      case .beginPackage: depth += 1
      case .endPackage: depth -= 1
      case .entry: break
      }
      return step
    }
    return nil
  }

  /// Whether a step outside of all models leads to nothing that has changed. A model is judged whole, also where only
  /// one file of it has.
  private mutating func isOmitted(_ step: WalkStep, _ time: Int64) -> Bool {
    switch step {
    case .beginPackage(let folder):
      guard folder.model != nil, walk.skipModel(unchangedSince: time) else { return false }
      omitted.withLock { $0.models += 1 }
      return true
    case .entry(let entry):
      guard !entry.mayHaveChanged(since: time) else { return false }
      omitted.withLock { $0.files += 1 }
      return true
    case .endPackage: return false
    }
  }
}
