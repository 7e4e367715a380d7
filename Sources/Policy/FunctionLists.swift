import ByteParsing

/// What `globals/functions/*.json` list: the functions of reviewed libraries that no honest pickle calls.
///
/// Each line names a module, and after each effect the module's functions, with a blank between two of them: these
/// lists are the longest of all, and are read as text of one kind rather than as a value for each name.
struct FunctionLists {
  private var pairs: [(hash: UInt64, value: UInt16)] = []

  /// - Parameter entries: the number of the entry for each effect, in their order.
  mutating func add(_ file: PolicyFile, entries: [UInt32]) throws(PolicyError) {
    let list = try file.object(required: ["list", "source", "modules"])
    try file.expectStem(list, "list")
    _ = try list.text("source")
    let effects = FunctionEffect.allCases.map(\.rawValue)
    for element in try list.array("modules") {
      let object = try PolicyObject(element, in: file, required: ["module"], optional: effects)
      let module = try object.value("module")
      guard let name = module.utf8, PythonName.isDotted(name.span) else {
        throw file.error(at: module, "\"module\" is \(module.source), which is not a Python name")
      }
      for (effect, entry) in zip(effects, entries) where object.has(effect) {
        guard let value = UInt16(exactly: entry) else {
          throw file.error(at: element, "more than \(UInt16.max) entries come before these functions")
        }
        try addNames(try object.value(effect), module: name, value: value, file)
      }
    }
  }

  private mutating func addNames(
    _ json: JSONValue, module: [UInt8], value: UInt16, _ file: PolicyFile
  ) throws(PolicyError) {
    guard let text = json.utf8 else { throw file.error(at: json, "names are one string, not \(json.kind)") }
    let state = NameHash.state(module.span)
    var start = 0
    for index in 0...text.count {
      if index < text.count, text[index] != UInt8(ascii: " ") { continue }
      let name = text.span.extracting(start..<index)
      guard PythonName.isIdentifier(name) else {
        throw file.error(at: json, "the names of a module have one blank between them, and are Python's")
      }
      pairs.append((NameHash.hash(state, name), value))
      start = index + 1
    }
  }

  /// - Throws: where a pair is there twice.
  func append(to writer: inout TableWriter) throws(FunctionIndex.RepeatedHash) {
    try FunctionIndex.append(pairs, to: &writer)
  }
}
