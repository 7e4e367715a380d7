internal import Linux
package import Policy

/// Which layers a process has switched on, and which it could not and why.
package struct Confinement: Equatable, Sendable {
  /// A layer that is not on.
  package struct Missing: Equatable, Sendable {
    package let layer: String
    /// What the kernel said.
    package let reason: String
    /// Whether the kernel has the layer and refused it: then nothing excuses its absence.
    package let refused: Bool
  }

  /// In the order they were switched on; Landlock with the kernel's version: `landlock:7`.
  package private(set) var active: [String] = []
  package private(set) var missing: [Missing] = []

  package init() {}

  package mutating func add(_ layer: IsolationLayer, version: Int32? = nil) {
    active.append(layer.rawValue + (version.map { ":\($0)" } ?? ""))
  }

  /// A property of a layer that has no name as a layer of its own.
  mutating func add(_ property: String) { active.append(property) }

  mutating func miss(_ layer: String, _ reason: String, refused: Bool) {
    missing.append(Missing(layer: layer, reason: reason, refused: refused))
  }

  /// Tries to switch a layer on that may be missing; says whether it is on.
  @discardableResult
  mutating func attempt(
    _ layer: IsolationLayer, _ body: () throws(SystemCallError) -> Void
  ) -> Bool {
    do {
      try body()
      add(layer)
      return true
    } catch {
      miss(layer.rawValue, "\(error)", refused: true)
      return false
    }
  }
}
