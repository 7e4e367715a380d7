import ByteParsing

extension RFunctionTable {
  /// Where the functions are listed.
  static let path = "r/functions.json"

  /// Reads the list of functions.
  ///
  /// - Throws: where the file is not wholly understood, or lists a function twice.
  package init(parsing file: PolicyBundle.File) throws(PolicyError) {
    self.init()
    let file = try PolicyFile(file)
    let list = try file.object(required: ["source", "packages", "functions"])
    _ = try list.text("source")
    for json in try list.array("packages") { add(package: try Self.name(json, "a package", in: file)) }
    for element in try list.array("functions") {
      let group = try PolicyObject(
        element, in: file, required: ["package", "verdict", "why", "names"])
      let verdict: Verdict = try group.choice("verdict")
      _ = try group.text("why")
      let package = try Self.name(try group.value("package"), "a package", in: file)
      var names: [String] = []
      for json in try group.array("names") { names.append(try Self.name(json, "a function", in: file)) }
      guard !names.isEmpty else { throw file.error(at: try group.value("names"), "\"names\" is empty") }
      if let twice = add(names, of: package, verdict) {
        throw file.error(at: try group.value("names"), "\(package)::\(twice) is listed twice")
      }
    }
  }

  /// Printing ASCII without blanks: `[<-` is a name as well.
  private static func name(
    _ json: JSONValue, _ kind: StaticString, in file: PolicyFile
  ) throws(PolicyError) -> String {
    guard let text = json.string, !text.isEmpty, text.utf8.count <= PolicyBundle.nameByteLimit,
      text.utf8.allSatisfy({ 0x21...0x7E ~= $0 })
    else { throw file.error(at: json, "\(json.source) is no name of \(kind)") }
    return text
  }
}
