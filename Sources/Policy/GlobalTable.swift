package import ByteParsing

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
    let entry: Int
  }

  /// The different entries of the files, each shared by all pairs it lists.
  private let entries: [GlobalEntry]
  private let wildcards: [Wildcard]
  /// Numbers of `entries`.
  private let exact: NameIndex
  /// Numbers of `wildcards`, by module and no name.
  private let wildcardModules: NameIndex
  /// Numbers of `entries`, by module and no name.
  private let standardLibrary: NameIndex
  /// Numbers of `entries`.
  private let functions: FunctionIndex
  /// The table as bytes, which all of the above share.
  package let compiled: SharedBytes

  /// A table that knows nothing, and has no compiled form.
  package init() {
    entries = []
    wildcards = []
    exact = NameIndex()
    wildcardModules = NameIndex()
    standardLibrary = NameIndex()
    functions = FunctionIndex()
    compiled = SharedBytes([])
  }

  /// Reads what `GlobalTableBuilder` made. Whoever has the bytes from elsewhere checks their digest first: what is
  /// certain otherwise is that no lookup leaves the table, not that it says what the lists say.
  ///
  /// - Throws: `.truncated`, or `.malformed` for what no builder can have made.
  package init(compiled bytes: SharedBytes) throws(ParseError) {
    var reader = ByteReader(bytes.span)
    var entries: [GlobalEntry] = []
    for _ in 0..<(try reader.readInteger(UInt32.self, "entry count")) {
      entries.append(try GlobalEntry(&reader))
    }
    var wildcards: [Wildcard] = []
    for _ in 0..<(try reader.readInteger(UInt32.self, "wildcard count")) {
      let module = try reader.readText("wildcard module")
      let submodules = try reader.readInteger(UInt8.self, "wildcard submodules") == 1
      wildcards.append(
        Wildcard(
          module: module, submodules: submodules,
          entry: Int(try reader.readInteger(UInt32.self, "wildcard entry"))))
    }
    self.entries = entries
    self.wildcards = wildcards
    exact = try NameIndex(&reader, of: bytes)
    wildcardModules = try NameIndex(&reader, of: bytes)
    standardLibrary = try NameIndex(&reader, of: bytes)
    functions = try FunctionIndex(&reader, of: bytes)
    guard reader.isAtEnd else {
      throw ParseError(.malformed, at: reader.offset, "bytes after the compiled table")
    }
    compiled = bytes
  }

  /// What the policy says of `module.name`; nil where it says nothing, which is at least `review`.
  ///
  /// Exact pairs decide. Otherwise the wildcard of the longest module counts, on the module itself or, where
  /// its entry says so, on one around it; then the functions of reviewed libraries and the standard library's
  /// modules give `.deniedCall`. Names are compared byte by byte, but for those functions: they are known by hash.
  package func entry(module: String, name: String) -> GlobalEntry? {
    let module = module.utf8Span.span
    if let found = exact.value(module: module, name: name.utf8Span.span) { return entry(found) }
    let none = Self.noName.span
    // Longer modules are on no list; not hashing them keeps the walk linear in a hostile name.
    var longest = module.count
    while longest > PolicyBundle.nameByteLimit { longest = Self.parent(of: module, longest) }
    var count = longest
    while count > 0 {
      if let found = wildcardModules.value(module: module.extracting(first: count), name: none) {
        guard found < wildcards.count else { return nil }
        let wildcard = wildcards[found]
        if wildcard.submodules || count == module.count { return entry(wildcard.entry) }
      }
      count = Self.parent(of: module, count)
    }
    if let found = functions.value(module: module, name: name.utf8Span.span) { return entry(found) }
    count = longest
    while count > 0 {
      if let found = standardLibrary.value(module: module.extracting(first: count), name: none) {
        return entry(found)
      }
      count = Self.parent(of: module, count)
    }
    return nil
  }

  /// Whether Python's own library has a module of that name, in any version.
  package func isStandardLibrary(_ module: String) -> Bool {
    let name = module.utf8Span.span
    guard name.count <= PolicyBundle.nameByteLimit else { return false }
    return standardLibrary.value(module: name, name: Self.noName.span) != nil
  }

  /// Every exact pair and every wildcard, in the order of the files. The functions and the standard library
  /// are not in it.
  package var listings: [Listing] {
    exact.pairs.compactMap { pair in
      entry(pair.value).map {
        Listing(module: pair.module, name: pair.name, submodules: false, entry: $0)
      }
    }
      + wildcards.compactMap { wildcard in
        entry(wildcard.entry).map {
          Listing(module: wildcard.module, name: "*", submodules: wildcard.submodules, entry: $0)
        }
      }
  }

  private func entry(_ number: Int) -> GlobalEntry? { number < entries.count ? entries[number] : nil }

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
