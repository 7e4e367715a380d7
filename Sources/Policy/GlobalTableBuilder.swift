import ByteParsing

extension GlobalTable {
  /// Where the standard library's modules are listed.
  static let standardLibraryPath = "globals/standard-library.json"
  /// The list that names of its modules are said to be on.
  package static let standardLibraryList = "standard-library"

  /// Reads the files of `globals/`, and compiles them.
  ///
  /// - Throws: at the first file that is not wholly understood or not one of these, and where a pair is listed
  ///   twice, in whatever files.
  package init(parsing files: [PolicyBundle.File]) throws(PolicyError) {
    var builder = GlobalTableBuilder()
    for file in files { try builder.add(file) }
    let bytes = try builder.compiled()
    do {
      try self.init(compiled: SharedBytes(bytes))
    } catch {
      throw PolicyError(file: "globals/", line: 0, reason: "the compiled table is not read: \(error.field)")
    }
  }
}

/// Collects what the files of `globals/` say.
struct GlobalTableBuilder {
  private var entries: [GlobalEntry] = []
  private var numbers: [GlobalEntry: UInt32] = [:]
  private var wildcards: [(module: [UInt8], submodules: Bool, entry: UInt32)] = []
  private var exact = NameIndexBuilder()
  private var wildcardModules = NameIndexBuilder()
  private var standardLibrary = NameIndexBuilder()
  private var functions = FunctionLists()
  private static let noName: [UInt8] = []

  /// Reads one file: of `safe/`, `dangerous/` or `functions/`, or `standard-library.json`.
  mutating func add(_ file: PolicyBundle.File) throws(PolicyError) {
    let folder = file.path.split(separator: "/").dropLast().joined(separator: "/")
    if file.path == GlobalTable.standardLibraryPath {
      try addStandardLibrary(PolicyFile(file))
    } else if folder == "globals/safe" {
      try addSafeList(PolicyFile(file))
    } else if folder == "globals/dangerous" {
      try addDangerousList(PolicyFile(file))
    } else if folder == "globals/functions" {
      let file = try PolicyFile(file)
      var numbers: [UInt32] = []
      for effect in FunctionEffect.allCases {
        numbers.append(
          addEntry(GlobalEntry(.deniedCall, reason: effect.reason, list: file.stem, effect: effect)))
      }
      try functions.add(file, entries: numbers)
    } else {
      throw PolicyError(file: file.path, line: 0, reason: "no policy file has this name")
    }
  }

  /// The table as bytes: its entries, its wildcards, then its four indexes.
  func compiled() throws(PolicyError) -> [UInt8] {
    var writer = TableWriter()
    writer.append(UInt32(entries.count))
    for entry in entries { entry.append(to: &writer) }
    writer.append(UInt32(wildcards.count))
    for wildcard in wildcards {
      writer.append(wildcard.module)
      writer.append(wildcard.submodules ? 1 : 0 as UInt8)
      writer.append(wildcard.entry)
    }
    exact.append(to: &writer)
    wildcardModules.append(to: &writer)
    standardLibrary.append(to: &writer)
    do throws(FunctionIndex.RepeatedHash) {
      try functions.append(to: &writer)
    } catch {
      throw PolicyError(
        file: "globals/functions/\(entries[Int(error.value)].list).json", line: 0,
        reason: "a function is listed twice, or in another list")
    }
    return writer.bytes
  }

  private mutating func addSafeList(_ file: PolicyFile) throws(PolicyError) {
    let list = try file.object(required: ["list", "source", "entries"], optional: ["inputs"])
    try file.expectStem(list, "list")
    _ = try list.text("source")
    if list.has("inputs") { try checkInputs(list) }
    for element in try list.array("entries") {
      let entry = try PolicyObject(
        element, in: file, required: ["modules", "names", "kind", "why"],
        optional: ["arguments", "state", "items"])
      let kind = try GlobalEntry.Kind(parsingSafe: entry)
      let number = addEntry(GlobalEntry(kind, reason: try entry.text("why"), list: file.stem))
      try addPairs(entry, number)
    }
  }

  /// `inputs`: the releases that a generated list was made from, for who wants to make it again. They decide nothing, but
  /// a record that is not whole is an error like any other.
  private func checkInputs(_ list: PolicyObject) throws(PolicyError) {
    for element in try list.array("inputs") {
      let input = try PolicyObject(element, in: list.file, required: ["package", "version", "sha256"])
      _ = try input.text("package")
      _ = try input.text("version")
      let digest = try input.text("sha256").utf8
      guard digest.count == 64, digest.allSatisfy(Self.isHexadecimal) else {
        throw list.file.error(at: try input.value("sha256"), "\"sha256\" must be 64 hexadecimal digits")
      }
    }
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }

  private mutating func addDangerousList(_ file: PolicyFile) throws(PolicyError) {
    let list = try file.object(required: ["list", "entries"], optional: ["source"])
    try file.expectStem(list, "list")
    if list.has("source") { _ = try list.text("source") }
    for element in try list.array("entries") {
      let entry = try PolicyObject(
        element, in: file, required: ["modules", "names", "when", "why"], optional: ["submodules"])
      let kind: GlobalEntry.Kind =
        switch try entry.choice("when", of: Danger.self) {
        case .imported: .dangerous
        case .called: .deniedCall
        }
      let number = addEntry(GlobalEntry(kind, reason: try entry.text("why"), list: file.stem))
      if try entry.value("names").equals("*") {
        try addWildcards(entry, number)
      } else if entry.has("submodules") {
        throw file.error(at: element, "\"submodules\" belongs to the names \"*\"")
      } else {
        try addPairs(entry, number)
      }
    }
  }

  private mutating func addStandardLibrary(_ file: PolicyFile) throws(PolicyError) {
    let list = try file.object(required: ["list", "source", "modules"])
    try file.expectStem(list, "list")
    _ = try list.text("source")
    let number = addEntry(
      GlobalEntry(
        .deniedCall, reason: "Part of Python's standard library that is not known to be safe.",
        list: file.stem))
    let none = standardLibrary.intern(Self.noName)
    for (module, json) in try names("modules", of: list) {
      let name = standardLibrary.intern(module)
      guard standardLibrary.insert(module: name, name: none, value: number) == nil else {
        throw file.error(at: json, "the module \(json.source) is listed twice")
      }
    }
  }

  private mutating func addEntry(_ entry: GlobalEntry) -> UInt32 {
    if let known = numbers[entry] { return known }
    let number = UInt32(entries.count)  // a bundle's bytes bound the entries
    entries.append(entry)
    numbers[entry] = number
    return number
  }

  /// Every module of the entry with every name of it.
  private mutating func addPairs(_ entry: PolicyObject, _ number: UInt32) throws(PolicyError) {
    let modules = try names("modules", of: entry).map { exact.intern($0.bytes) }
    for (bytes, json) in try names("names", of: entry) {
      let name = exact.intern(bytes)
      for module in modules {
        guard let earlier = exact.insert(module: module, name: name, value: number) else { continue }
        throw entry.file.error(
          at: json,
          "\(exact.string(of: module)).\(exact.string(of: name)) is listed in \(entries[Int(earlier)].list) already"
        )
      }
    }
  }

  /// Every module of the entry as a whole.
  private mutating func addWildcards(_ entry: PolicyObject, _ number: UInt32) throws(PolicyError) {
    let submodules = entry.has("submodules") ? try entry.boolean("submodules") : false
    let none = wildcardModules.intern(Self.noName)
    for (bytes, json) in try names("modules", of: entry) {
      let module = wildcardModules.intern(bytes)
      let index = UInt32(wildcards.count)
      if let earlier = wildcardModules.insert(module: module, name: none, value: index) {
        throw entry.file.error(
          at: json,
          "all of \(json.source) is listed in \(entries[Int(wildcards[Int(earlier)].entry)].list) already")
      }
      wildcards.append((bytes, submodules, number))
    }
  }

  /// An array of dotted names that is not empty.
  private func names(
    _ key: String, of object: PolicyObject
  ) throws(PolicyError) -> [(bytes: [UInt8], json: JSONValue)] {
    var names: [(bytes: [UInt8], json: JSONValue)] = []
    for json in try object.array(key) {
      guard let bytes = json.utf8, PythonName.isDotted(bytes.span) else {
        throw object.file.error(at: json, "\"\(key)\" holds \(json.source), which is not a Python name")
      }
      names.append((bytes, json))
    }
    guard !names.isEmpty else { throw object.file.error(at: try object.value(key), "\"\(key)\" is empty") }
    return names
  }
}

/// When a dangerous name is a `deny`.
private enum Danger: String, CaseIterable {
  case imported, called
}

/// What a safe entry is.
private enum SafeKind: String, CaseIterable {
  case `class`, function, value, `enum`, code
}

extension GlobalEntry.Kind {
  /// Reads `kind`, and the keys that the kind takes and no others.
  fileprivate init(parsingSafe entry: PolicyObject) throws(PolicyError) {
    let kind: SafeKind = try entry.choice("kind")
    let taken: [String] =
      switch kind {
      case .class, .function: ["arguments", "state", "items"]
      case .value, .enum, .code: []
      }
    for key in ["arguments", "state", "items"] where entry.has(key) && !taken.contains(key) {
      throw entry.file.error(at: try entry.value(key), "the kind \"\(kind.rawValue)\" takes no \"\(key)\"")
    }
    let items = entry.has("items") ? try entry.boolean("items") : false
    switch kind {
    case .class:
      self = .safeClass(
        arguments: entry.has("arguments") ? try entry.choice("arguments") : .any,
        state: entry.has("state") ? try entry.choice("state") : .any, items: items)
    case .function:
      self = .safeFunction(
        arguments: try entry.choice("arguments"),
        state: entry.has("state") ? try entry.choice("state") : .none,
        items: items)
    case .value: self = .safeValue
    case .enum: self = .safeClass(arguments: .constants, state: .none, items: false)
    case .code: self = .embeddedCode
    }
  }
}
