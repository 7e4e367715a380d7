/// What is known of importable names: exact pairs first, then the modules that are dangerous as a whole, then the
/// functions of reviewed libraries, then the standard library.
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
  /// Numbers of `entries`.
  var functions = FunctionIndex()

  /// A table that knows nothing.
  package init() {}

  /// What the policy says of `module.name`; nil where it says nothing, which is at least `review`.
  ///
  /// Exact pairs decide. Otherwise the wildcard of the longest module counts, on the module itself or, where
  /// its entry says so, on one around it; then the functions of reviewed libraries and the standard library's
  /// modules give `.deniedCall`. Names are compared byte by byte, but for those functions: they are known by hash.
  package func entry(module: String, name: String) -> GlobalEntry? {
    let module = module.utf8Span.span
    if let found = exact.value(module: module, name: name.utf8Span.span) { return entries[Int(found)] }
    let none = Self.noName.span
    // Longer modules are on no list; not hashing them keeps the walk linear in a hostile name.
    var longest = module.count
    while longest > PolicyBundle.nameByteLimit { longest = Self.parent(of: module, longest) }
    var count = longest
    while count > 0 {
      if let found = wildcardModules.value(module: module.extracting(first: count), name: none) {
        let wildcard = wildcards[Int(found)]
        if wildcard.submodules || count == module.count { return entries[Int(wildcard.entry)] }
      }
      count = Self.parent(of: module, count)
    }
    if let found = functions.value(module: module, name: name.utf8Span.span) { return entries[Int(found)] }
    count = longest
    while count > 0 {
      if let found = standardLibrary.value(module: module.extracting(first: count), name: none) {
        return entries[Int(found)]
      }
      count = Self.parent(of: module, count)
    }
    return nil
  }

  /// Every exact pair and every wildcard, in the order of the files. The functions and the standard library
  /// are not in it.
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

  /// How many of the first `count` bytes name the module around: 3 for `a.b.c`, 0 for `a`.
  private static func parent(of module: Span<UInt8>, _ count: Int) -> Int {
    var count = count
    while count > 0 {
      count -= 1
      if module[count] == UInt8(ascii: ".") { break }
    }
    return count
  }
}
