/// What is known of importable names: exact pairs first, then the modules that are dangerous as a whole,
/// then the standard library.
package struct GlobalTable: Sendable {
  /// One line of the lists, for showing them.
  package struct Listing: Equatable, Sendable {
    package let module: String
    /// `*` for every name of the module.
    package let name: String
    /// Whether `*` covers the module's submodules as well.
    package let submodules: Bool
    package let entry: GlobalEntry
  }

  /// A module that is listed as a whole.
  struct Wildcard: Sendable {
    let module: String
    let submodules: Bool
    let entry: UInt32
  }

  /// One for each entry of the files, shared by all pairs it lists.
  var entries: [GlobalEntry] = []
  var exact = NameIndex()
  /// Numbers of `wildcards`, by module and no name.
  var wildcardModules = NameIndex()
  var wildcards: [Wildcard] = []
  /// Numbers of `entries`, by module and no name.
  var standardLibrary = NameIndex()

  /// A table that knows nothing.
  package init() {}

  /// What the policy says of `module.name`; nil where it says nothing, which is at least `review`.
  ///
  /// Exact pairs decide. Otherwise the wildcard of the longest module counts, on the module itself or, where
  /// its entry says so, on one around it; then the standard library's modules give `.deniedCall`. Names are
  /// compared byte by byte.
  package func entry(module: String, name: String) -> GlobalEntry? {
    if let found = exact.value(module: module.utf8, name: name.utf8) { return entries[Int(found)] }
    // Longer modules are on no list; not hashing them keeps the walk linear in a hostile name.
    var listed = module.utf8[...]
    while listed.count > PolicyBundle.nameByteLimit { listed = Self.parent(of: listed) }
    var around = listed
    while !around.isEmpty {
      if let found = wildcardModules.value(module: around, name: Self.noName) {
        let wildcard = wildcards[Int(found)]
        if wildcard.submodules || around.count == module.utf8.count { return entries[Int(wildcard.entry)] }
      }
      around = Self.parent(of: around)
    }
    around = listed
    while !around.isEmpty {
      if let found = standardLibrary.value(module: around, name: Self.noName) { return entries[Int(found)] }
      around = Self.parent(of: around)
    }
    return nil
  }

  /// Every exact pair and every wildcard, in the order of the files. The standard library is not in it.
  package var listings: [Listing] {
    exact.pairs.map { pair in
      Listing(
        module: exact.string(of: pair.module), name: exact.string(of: pair.name), submodules: false,
        entry: entries[Int(pair.value)])
    }
      + wildcards.map { wildcard in
        Listing(
          module: wildcard.module, name: "*", submodules: wildcard.submodules,
          entry: entries[Int(wildcard.entry)])
      }
  }

  static let noName: [UInt8] = []

  /// `a.b` for `a.b.c`; empty for `a`.
  private static func parent(of module: Substring.UTF8View) -> Substring.UTF8View {
    module.lastIndex(of: UInt8(ascii: ".")).map { module[..<$0] } ?? module.prefix(0)
  }
}
