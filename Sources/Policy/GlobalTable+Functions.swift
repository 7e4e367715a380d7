import ByteParsing

/// Reads `globals/functions/*.json`: the functions of reviewed libraries that no honest pickle calls.
///
/// Each line names a module, and after each effect the module's functions, with a blank between two of them: these
/// lists are the longest of all, and are read as text of one kind rather than as a value for each name.
struct FunctionLists {
  private(set) var entries: [GlobalEntry] = []
  /// Values count from the first of `entries`.
  private var pairs: [(hash: UInt64, value: UInt16)] = []
  private var lists: [String] = []

  mutating func add(_ file: PolicyFile) throws(PolicyError) {
    let list = try file.object(required: ["list", "source", "modules"])
    try file.expectStem(list, "list")
    _ = try list.text("source")
    let first = entries.count
    for effect in FunctionEffect.allCases {
      entries.append(GlobalEntry(.deniedCall, reason: effect.reason, list: file.stem))
    }
    guard entries.count <= Int(UInt16.max) else {
      throw PolicyError(file: file.path, line: 0, reason: "too many files of functions")
    }
    let effects = FunctionEffect.allCases.map(\.rawValue)
    for element in try list.array("modules") {
      let object = try PolicyObject(element, in: file, required: ["module"], optional: effects)
      let module = try object.value("module")
      guard let name = module.utf8, GlobalTable.isDottedName(name) else {
        throw file.error(at: module, "\"module\" is \(module.source), which is not a Python name")
      }
      for (number, effect) in effects.enumerated() where object.has(effect) {
        try addNames(try object.value(effect), module: name, value: UInt16(first + number), file)
      }
    }
  }

  private mutating func addNames(
    _ json: JSONValue, module: [UInt8], value: UInt16, _ file: PolicyFile
  ) throws(PolicyError) {
    guard let text = json.utf8 else { throw file.error(at: json, "names are one string, not \(json.kind)") }
    let seed = NameIndex.hashState(module.span)
    var start = 0
    for index in 0...text.count {
      if index < text.count, text[index] != UInt8(ascii: " ") { continue }
      let name = text.span.extracting(start..<index)
      guard GlobalTable.isIdentifier(name) else {
        throw file.error(at: json, "the names of a module have one blank between them, and are Python's")
      }
      pairs.append((NameIndex.hash(seed, name), value))
      start = index + 1
    }
  }

  /// The index of all pairs, its values raised by `offset`.
  ///
  /// - Throws: where a pair is there twice.
  func index(offset: Int) throws(PolicyError) -> FunctionIndex {
    guard offset + entries.count <= Int(UInt16.max) else {
      throw PolicyError(file: "globals/functions/", line: 0, reason: "more than \(UInt16.max) entries")
    }
    do throws(FunctionIndex.RepeatedHash) {
      return try FunctionIndex(pairs.map { ($0.hash, $0.value + UInt16(offset)) })
    } catch {
      let list = entries[Int(error.value) - offset].list
      throw PolicyError(
        file: "globals/functions/\(list).json", line: 0,
        reason: "a function is listed twice, or in another list")
    }
  }
}
