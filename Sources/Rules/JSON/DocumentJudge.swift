package import ByteParsing
package import Findings
package import Formats
package import Policy

/// Judges a JSON document by what the loaders of model files do with such documents. A document that no rule concerns is
/// data.
///
/// The file's name does not count: each rule looks for the keys that make a loader act, wherever they stand.
package struct DocumentJudge {
  /// A text of the document that has to be looked at as something else.
  package struct Carried {
    package let bytes: [UInt8]
    package let offset: Int
    /// Whether it stands where a loader takes its chat template from.
    package let isTemplate: Bool
  }

  let table: GlobalTable
  let keras: KerasTable
  let path: [String]
  /// Where the document begins in its file.
  let base: Int
  package internal(set) var findings: [Finding] = []
  package private(set) var carried: [Carried] = []
  /// What it says of files beside it.
  package internal(set) var names: [Finding] = []
  var named: Set<[UInt8]> = []
  private var templates: Set<Int> = []
  /// Whether there is a key of a model of trees.
  private var hasTrees = false
  /// Texts that begin as compiled code; more than ``codeLimit`` of them were not all read.
  package internal(set) var codeCount = 0

  /// The compiled code that was read, in the order of the judgement.
  package internal(set) var codes: [CodeObject] = []

  /// Whether the document has more compiled code, or more documents in texts of each other, than was read.
  package var isCut: Bool { codeCount > Self.codeLimit || isNestedFurther }
  var isNestedFurther = false

  static let findingLimit = 256
  static let digitLimit = 400

  /// How many documents are around this one, each a text of the next.
  var nesting = 0
  static let nestingLimit = 4

  package init(table: GlobalTable, keras: KerasTable = KerasTable(), path: [String], base: Int = 0) {
    self.table = table
    self.keras = keras
    self.path = path
    self.base = base
  }

  mutating func report(_ rule: Rule, at value: JSONValue, _ detail: String, evidence: String = "") {
    findings.append(
      Finding(
        rule, at: Location(path: path, offset: base + value.offset), detail: detail,
        evidence: String(evidence.prefix(200))), upTo: Self.findingLimit)
  }

  /// Takes over what was found in a document that is a text of this one.
  mutating func take(_ inner: DocumentJudge) {
    for finding in inner.findings { findings.append(finding, upTo: Self.findingLimit) }
    isNestedFurther = isNestedFurther || inner.isNestedFurther
    carried += inner.carried
    names += inner.names
    codeCount += inner.codeCount
    codes += inner.codes
  }

  mutating func carry(_ value: JSONValue, isTemplate: Bool) {
    guard let bytes = value.utf8 else { return }
    // A template is found by its key, and again as a text.
    if isTemplate { templates.insert(value.offset) } else if templates.contains(value.offset) { return }
    carried.append(Carried(bytes: bytes, offset: base + value.offset, isTemplate: isTemplate))
  }

  /// Judges the document and everything in it. Nothing recurses.
  package mutating func judge(_ root: JSONValue) {
    judgeModules(root)
    judgeRouter(root)
    judgePipeline(root)
    var open = [root]
    while let value = open.popLast() {
      switch value.kind {
      case .object: judgeObject(value, &open)
      case .array: for element in value.elements { open.append(element) }
      case .string: judgeText(value)
      case .number:
        if value.endOffset - value.offset > Self.digitLimit {
          report(.jsonNumber, at: value, "A number has \(value.endOffset - value.offset) characters.")
        }
      case .null, .boolean: break
      }
    }
    if hasTrees { judgeTrees(root) }
  }

  private mutating func judgeObject(_ object: JSONValue, _ open: inout [JSONValue]) {
    var keys: Set<UInt64> = []
    for (key, value) in object.members {
      let name = key.utf8 ?? []
      if !keys.insert(Self.hash(name)).inserted {
        report(
          .jsonDuplicateKey, at: key, "An object has a key twice.",
          evidence: String(decoding: name, as: UTF8.self))
      }
      if Self.treeKeys.contains(name) { hasTrees = true }
      if let meaning = KeyMeaning.table[name] { judge(value, as: meaning, key: key, in: object) }
      judgeImported(value, under: key)
      open.append(value)
    }
  }

  /// FNV-1a: the same for the same bytes, so no key that is there twice is missed.
  private static func hash(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
  }

  private mutating func judgeText(_ value: JSONValue) {
    let length = value.endOffset - value.offset - 2
    guard length >= 8, let bytes = value.utf8 else { return }
    judgeCode(bytes, at: value)
    judgeNested(bytes, at: value)
    if CarriedTextKinds.isWorthALook(bytes) { carry(value, isTemplate: false) }
    if LibraryPath.isNative(bytes) {
      report(
        .configurationNative, at: value, "A value is the path of a native library.",
        evidence: String(decoding: bytes.prefix(200), as: UTF8.self))
    }
  }
}

/// What a text's beginning and marks say it could be, besides text.
package enum CarriedTextKinds {
  /// Whether a text has to be looked at as a template, as program code or as a packed pickle.
  package static func isWorthALook(_ text: [UInt8]) -> Bool {
    Template.isTemplate(text) || PackedPickle(text) != nil || codeSign(in: text) != nil
      || ConfigurationShape.mayNameCode(text)
  }

  private static let signs = ByteMarks([
    "__import__(", "__builtins__", "__globals__", "__subclasses__", "os.system(", "os.popen(",
    "subprocess.",
    "import os;", "import os\n", "import subprocess", "import socket", "eval(compile(", "exec(compile(",
    "exec(base64",
    "marshal.loads(", "pickle.loads(",
  ])

  /// What of program code that starts other programs stands in it.
  package static func codeSign(in text: [UInt8]) -> String? { signs.first(in: text.span) }
}

/// Whether a text is the path of a library of machine code.
enum LibraryPath {
  private static let endings = [".so", ".dll", ".dylib", ".pyd"]

  static func isNative(_ text: [UInt8]) -> Bool {
    guard text.count < 4096, text.contains(UInt8(ascii: "/")) || text.contains(UInt8(ascii: "\\")) else {
      return false
    }
    let lower = String(decoding: text, as: UTF8.self).lowercased()
    return endings.contains { lower.hasSuffix($0) }
  }
}
