package import ByteParsing
import Findings
import Formats
import Rules

/// Text that nothing runs: prose, licences, word lists, tables. What could be a program, or a document that some reader acts
/// on, is not allowed as text.
package enum TextScanner: FormatScanner {
  package static let format = "text"

  package static func recognize(_ head: Head) -> Recognition {
    var encoding = TextEncoding()
    for byte in head.prefix { encoding.take(byte) }
    guard encoding.canBeText, TextClaims.isLongEnough(head), !TextClaims.isClaimed(head) else { return .no }
    // What is something else is examined as that, and not as text besides.
    let isOther = Registry.scanners.contains { $0 != TextScanner.self && $0.recognize(head) != .no }
    return isOther ? .no : .possible
  }

  package static func scan(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    guard job.takesData(member) else { return }
    var survey = TextSurvey()
    try survey.read(member.input)
    let name = FileName(member)
    if survey.hasTemplate || name.isTemplate {
      try examineTemplate(in: member, isNamedSo: name.isTemplate, &job)
    }
    if PackedPickle(try member.input.prefix(4096)) != nil {
      try examinePacked(member, in: &job)
    }
    let encodingSuspicion = try encodingSuspicion(member)
    if let suspicion = name.suspicion ?? survey.suspicion ?? encodingSuspicion {
      guard !name.isTemplate else { return }
      job.explainer?.note("text, and \(suspicion)")
      try UnrecognisedData.examine(
        member, head: try Head(member.input), because: "Text that nobody has read: \(suspicion).", in: &job)
    } else {
      var run = PickleRun(member)
      try BuriedPickles.examine(&run, in: &job)
    }
  }

  /// A text that is a packed pickle as a whole, as some stores of arrays keep their chunks.
  private static func examinePacked(_ member: Member, in job: inout ScanJob) throws(ParseError) {
    guard member.input.count <= job.budget.room else {
      return job.gap("unpacked bytes held: limit \(job.limits.heldBytes)", at: member.path)
    }
    let text = try member.input.bytes(at: 0, count: member.input.count)
    CarriedText(text, at: 0, role: .possibly).examineAsCode(of: member, in: &job)
  }

  /// Why the text may say something else to Python than its bytes do.
  private static func encodingSuspicion(_ member: Member) throws(ParseError) -> String? {
    guard case .other(let name) = PythonEncoding(head: try member.input.prefix(1024)) else { return nil }
    return "it declares the encoding '\(name)'"
  }

  /// Judges a text as a template, where it is one.
  ///
  /// - Throws: `.limit` for a text longer than any template.
  static func examineTemplate(
    in member: Member, isNamedSo: Bool, _ job: inout ScanJob
  ) throws(ParseError) {
    if case .nothing = member.expectation { return }
    guard member.input.count <= Template.byteLimit else {
      throw ParseError(
        .limit, at: 0, "template of \(member.input.count) bytes, limit \(Template.byteLimit)")
    }
    let text = try member.input.bytes(at: 0, count: member.input.count)
    CarriedText(text, at: 0, role: isNamedSo ? .template : .possibly).examineTemplate(of: member, in: &job)
  }
}

/// The beginnings of formats that are written as text and are programs or objects to their readers.
enum TextClaims {
  private static let beginnings: [[UInt8]] = [
    "#!",  // A script is nothing else, whatever follows.
    "A\n", "A\r\n", "RDA1\n", "RDA2\n", "RDA3\n", "RDX2\n", "RDX3\n",  // R objects.
    "MZ", "%PDF", "!<arch>", "070701", "070702", "070707",  // Windows programs, documents, archives.
    "-----BEGIN", "FWS", "TRUE\n",
  ].map { Array($0.utf8) }

  /// Fewer characters than this, and no whole line, are as likely what is left of something else: the signatures of many
  /// formats are letters.
  private static let shortest = 16

  static func isLongEnough(_ head: Head) -> Bool {
    head.prefix.count >= shortest || head.prefix.last == 0x0A
  }

  /// Blanks and a byte-order mark before it do not make a text of what is none: some readers pass over them.
  static func isClaimed(_ head: Head) -> Bool {
    let text = TextOpening.bare(head.prefix)
    return beginnings.contains { text.starts(with: $0) } || isTorch7(head.prefix)
  }

  /// Torch 7's objects as text: the number of a type, one on each line, and the version before a class's name.
  private static func isTorch7(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 2, (UInt8(ascii: "0")...UInt8(ascii: "8")).contains(bytes[0]), bytes[1] == 0x0A
    else {
      return false
    }
    return bytes.split(separator: 0x0A).contains { $0.starts(with: "V 1".utf8) }
      || bytes[0] >= UInt8(ascii: "6")
  }
}

/// What a file's name adds to what has to be looked at. It never takes anything away.
struct FileName {
  private let name: String

  /// The artifact itself has no name here.
  init(_ member: Member) {
    let last = member.path.last ?? ""
    name = String(last.split(separator: "/").last ?? "").lowercased()
  }

  var fileExtension: String {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count > 1 ? String(parts[parts.count - 1]) : ""
  }

  private static let programs: Set<String> = [
    "bash", "bat", "c", "cc", "cmd", "cpp", "cu", "go", "h", "hpp", "htm", "html", "ipynb", "java", "jl",
    "js", "lua",
    "mjs", "php", "pl", "ps1", "psm1", "pth", "py", "pyi", "pyw", "r", "rb", "rs", "sh", "sql", "svg",
    "swift", "ts",
    "vbs", "xml", "yaml", "yml", "zsh",
  ]

  private static let programNames: Set<String> = ["dockerfile", "makefile", "bootstrap"]

  var isTemplate: Bool { ["jinja", "jinja2", "j2"].contains(fileExtension) }

  /// Why a text of this name is not only text.
  var suspicion: String? {
    if Self.programs.contains(fileExtension) {
      return "it is named like a program or a document ('.\(fileExtension)')"
    }
    return Self.programNames.contains(name) ? "it is named '\(name)'" : nil
  }
}

/// A text read once from one end to the other.
struct TextSurvey {
  private var encoding = TextEncoding()
  private var python = PythonSketch()
  private var lines = TextLines()
  private var previous: UInt8 = 0
  private(set) var hasTemplate = false

  private static let window = 64 << 10

  mutating func read(_ input: Input) throws(ParseError) {
    var offset = 0
    while offset < input.count {
      let count = min(Self.window, input.count - offset)
      for byte in try input.bytes(at: offset, count: count) { take(byte) }
      offset += count
    }
    python.finish()
    lines.finish()
  }

  private mutating func take(_ byte: UInt8) {
    encoding.take(byte)
    python.take(byte)
    lines.take(byte)
    if previous == UInt8(ascii: "{"), byte == UInt8(ascii: "{") || byte == UInt8(ascii: "%") {
      hasTemplate = true
    }
    previous = byte
  }

  /// Why it is not only text; nil for what people read, and tables.
  var suspicion: String? {
    guard encoding.isText, !lines.isEmpty else { return "it has bytes that no text has" }
    if !python.hasError, python.canAct { return "it can be a Python program" }
    return lines.suspicion
  }
}
