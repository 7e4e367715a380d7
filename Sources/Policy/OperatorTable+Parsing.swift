import ByteParsing

extension OperatorTable {
  /// Where the operators are listed.
  static let path = "torchscript/operators.json"

  /// Where those of TensorFlow are listed.
  static let tensorflowPath = "tensorflow/operators.json"

  /// Reads the lists of operators: PyTorch's, and TensorFlow's.
  ///
  /// - Throws: where a file is not wholly understood, or lists an operator twice.
  package init(parsing torch: PolicyBundle.File, tensorflow: PolicyBundle.File) throws(PolicyError) {
    self.init()
    try read(torch, named: ["namespace"])
    try read(tensorflow, named: [])
  }

  private mutating func read(_ file: PolicyBundle.File, named more: [String]) throws(PolicyError) {
    let file = try PolicyFile(file)
    let list = try file.object(required: ["source", "operators"])
    _ = try list.text("source")
    for element in try list.array("operators") {
      let group = try PolicyObject(element, in: file, required: more + ["verdict", "why", "names"])
      let entry = Entry(verdict: try group.choice("verdict"), reason: try group.text("why"))
      var names: [[UInt8]] = []
      for json in try group.array("names") {
        guard let name = json.utf8, Self.isName(name) else {
          throw file.error(at: json, "\(json.source) is no name of an operator")
        }
        names.append(name)
      }
      guard !names.isEmpty else { throw file.error(at: try group.value("names"), "\"names\" is empty") }
      let twice: [UInt8]?
      if more.isEmpty {
        twice = add(tensorflow: names, entry)
      } else {
        let namespace = try group.value("namespace")
        guard let bytes = namespace.utf8, Self.isName(bytes) else {
          throw file.error(at: namespace, "\(namespace.source) is no name of a namespace")
        }
        twice = add(names, namespace: bytes, entry).map { bytes + Array("::".utf8) + $0 }
      }
      if let twice {
        throw file.error(
          at: try group.value("names"), "\(String(decoding: twice, as: UTF8.self)) is listed twice")
      }
    }
  }

  /// An ASCII identifier.
  private static func isName(_ bytes: [UInt8]) -> Bool {
    guard let first = bytes.first, bytes.count <= PolicyBundle.nameByteLimit else { return false }
    func isLetter(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
    return isLetter(first)
      && bytes.allSatisfy { isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }
}
