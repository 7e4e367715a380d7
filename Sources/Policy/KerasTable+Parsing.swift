import ByteParsing

extension KerasTable {
  /// Where the names are listed.
  static let path = "keras/classes.json"

  /// Reads the list of names.
  ///
  /// - Throws: where the file is not wholly understood, lists a name twice, or lists one that carries code as a part of models.
  package init(parsing file: PolicyBundle.File) throws(PolicyError) {
    self.init()
    let file = try PolicyFile(file)
    let list = try file.object(
      required: ["source", "inputs", "classes", "registered", "functions", "code", "tools"])
    _ = try list.text("source")
    for input in try list.array("inputs") {
      let wheel = try PolicyObject(input, in: file, required: ["package", "version", "sha256"])
      for key in ["package", "version", "sha256"] { _ = try wheel.text(key) }
    }
    for (key, kind) in [("classes", Kind.classes), ("functions", .functions)] {
      for element in try list.array(key) {
        let group = try PolicyObject(element, in: file, required: ["module", "names"])
        let module = try group.text("module")
        try Self.forEachName(group) { add(kind, $0, module: module) }
      }
    }
    for element in try list.array("registered") {
      let group = try PolicyObject(element, in: file, required: ["package", "names"])
      let package = try group.text("package")
      try Self.forEachName(group) { add(registered: "\(package)>\($0)") }
    }
    for element in try list.array("code") {
      let group = try PolicyObject(element, in: file, required: ["why", "names"])
      let why = try group.text("why")
      try Self.forEachName(group) { !has(.classes, $0) && add(code: $0, because: why) }
    }
    for element in try list.array("tools") {
      let group = try PolicyObject(element, in: file, required: ["why", "names"])
      let why = try group.text("why")
      try Self.forEachName(group) { !has(.functions, $0) && add(tool: $0, because: why) }
    }
  }

  /// Gives every name of a group to `add`, which says whether it may stand there.
  private static func forEachName(
    _ group: PolicyObject, _ add: (String) -> Bool
  ) throws(PolicyError) {
    for json in try group.array("names") {
      guard let bytes = json.utf8, let name = json.string, isName(bytes) else {
        throw group.file.error(at: json, "\(json.source) is no name of Python's")
      }
      guard add(name) else { throw group.file.error(at: json, "\(json.source) is listed twice") }
    }
  }

  private static func isName(_ bytes: [UInt8]) -> Bool {
    !bytes.isEmpty && bytes.count <= PolicyBundle.nameByteLimit
      && bytes.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }
}
