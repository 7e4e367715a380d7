/// What a piece of code reaches for, as far as its bytecode says without being run.
///
/// A name is written as a dotted path from the name or import that it begins with: `os.path.join`,
/// `requests.get().json`. What comes from arguments begins with `?`.
package struct CodeUses: Equatable, Sendable {
  /// A call of something that has a path.
  package struct Call: Equatable, Hashable, Sendable {
    package let path: String
    /// The path of the first argument, where it has one.
    package let firstPath: String?
    /// The text that is the first or the second argument, where it is a constant.
    package let text: String?
    /// Whether every argument that was followed is a constant.
    package let isConstant: Bool
  }

  /// Modules that import statements, `__import__` and `import_module` name.
  package private(set) var imports: Set<String> = []
  /// Every path that is loaded, its beginnings included.
  package private(set) var paths: Set<String> = []
  package private(set) var calls: Set<Call> = []
  /// Whether there was more than is kept.
  package private(set) var isCut = false

  /// Paths, calls and imports that are kept of one tree of code.
  package static let limit = 4096
  /// Bytes of a path or a text that are kept.
  static let textLimit = 512

  package init() {}

  mutating func use(_ path: String) {
    guard paths.count < Self.limit else { return isCut = true }
    paths.insert(path)
  }

  mutating func call(_ call: Call) {
    guard calls.count < Self.limit else { return isCut = true }
    calls.insert(call)
  }

  mutating func importing(_ module: String) {
    guard imports.count < Self.limit else { return isCut = true }
    imports.insert(module)
  }
}

extension CodeObject {
  /// What this code and all code inside it reach for.
  package func uses() -> CodeUses {
    var uses = CodeUses()
    addUses(to: &uses)
    return uses
  }

  private func addUses(to uses: inout CodeUses) {
    var walk = CodeWalk(self, uses)
    walk.run()
    uses = walk.uses
    var inner: [CodeObject] = []
    for constant in constants { constant.forEachCode { inner.append($0) } }
    for code in inner { code.addUses(to: &uses) }
  }

  /// Every name that this code and all code inside it have, used or not.
  package func allNames() -> Set<String> {
    var names = Set(self.names)
    for constant in constants { constant.forEachCode { names.formUnion($0.allNames()) } }
    return names
  }
}
