/// What is known of the functions that R's serialised objects call, by package and name: see
/// `policies/r/functions.json`.
package struct RFunctionTable: Sendable {
  /// What the policy says of one function. Later ones are worse.
  package enum Verdict: String, CaseIterable, Comparable, Sendable {
    /// It computes on what it is given.
    case allow
    /// It calls a function that it is given, or looks one up, and else computes.
    case apply
    /// It reads files or the session, evaluates, or was not reviewed.
    case review
    /// It reaches processes, files, code or the network.
    case deny

    package static func < (left: Verdict, right: Verdict) -> Bool {
      order(left) < order(right)
    }

    private static func order(_ verdict: Verdict) -> Int {
      switch verdict {
      case .allow: 0
      case .apply: 1
      case .review: 2
      case .deny: 3
      }
    }
  }

  private var byPackage: [String: [String: Verdict]] = [:]
  private var byName: [String: Verdict] = [:]
  private var attached: [String: Verdict] = [:]
  private var packages: Set<String> = []

  /// Packages whose functions are found by everybody who does not say where to look.
  private static let always: Set<String> = ["base", "stats", "utils", "methods", "graphics", "grDevices"]

  /// A table that knows nothing.
  package init() {}

  /// What the policy says of a function that is called by its bare name: of that which every session has, else
  /// the worst that
  /// it says of any of that name. Nil where it says nothing, which is at least `review`.
  package func verdict(_ name: String) -> Verdict? { attached[name] ?? byName[name] }

  /// What the policy says of the function of that name that every session has; nil where there is none.
  package func verdict(attached name: String) -> Verdict? { attached[name] }

  /// What the policy says of `package::name`.
  package func verdict(_ name: String, of package: String) -> Verdict? { byPackage[package]?[name] }

  /// Whether the namespace of a package may be loaded: it is known what that does.
  package func knows(package: String) -> Bool { packages.contains(package) }

  /// Whether every session of R has a function of that name, which another of the same name would hide.
  package func isAttached(_ name: String) -> Bool { attached[name] != nil }

  mutating func add(package: String) { packages.insert(package) }

  /// Adds functions of one package.
  ///
  /// - Returns: the first name that was there already.
  mutating func add(_ names: [String], of package: String, _ verdict: Verdict) -> String? {
    for name in names {
      guard byPackage[package, default: [:]].updateValue(verdict, forKey: name) == nil else { return name }
      byName[name] = max(byName[name] ?? verdict, verdict)
      if Self.always.contains(package) { attached[name] = max(attached[name] ?? verdict, verdict) }
    }
    return nil
  }
}
