import Findings
import Formats

/// A code object as lines: what it is, what it names, its constants, and its instructions where they were asked for.
struct CodeListing {
  private let instructions: Bool
  private let all: Bool
  private(set) var lines: [ExplanationLine] = []

  private static let textCharacters = 1000
  private static let depth = 16
  /// Of each code object.
  private static let instructionLimit = 1000

  /// - Parameter instructions: whether to disassemble.
  init(_ code: CodeObject, instructions: Bool, all: Bool) {
    self.instructions = instructions
    self.all = all
    add(code, depth: 0)
  }

  private mutating func add(_ code: CodeObject, depth: Int) {
    let indent = String(repeating: "  ", count: depth)
    append(indent + Self.head(code))
    append(indent + "  names", code.names)
    append(indent + "  variables", code.localsPlus.isEmpty ? code.variables : code.localsPlus)
    let plain = code.constants.filter { if case .code = $0 { false } else { true } }
    append(indent + "  constants", plain.map { $0.description(limit: Self.textCharacters) })
    if instructions { disassemble(code, indent) }
    for case .code(let inner) in code.constants {
      guard depth < Self.depth else { return append(indent + "  … more code inside") }
      add(inner, depth: depth + 1)
    }
  }

  private mutating func disassemble(_ code: CodeObject, _ indent: String) {
    let limit = all ? Int(Int32.max) : Self.instructionLimit
    let listing = code.disassembly(limit: limit)
    for instruction in listing {
      let argument = instruction.argument.map { " \($0)" } ?? ""
      let meaning = instruction.meaning.isEmpty ? "" : " (\(instruction.meaning))"
      append("\(indent)  \(Self.padded(instruction.offset))  \(instruction.operation)\(argument)\(meaning)")
    }
    if listing.count == limit { append(indent + "  … more instructions: --all shows them") }
  }

  /// `code fetch(url), line 12 of 'a.py', Python 3.11`.
  private static func head(_ code: CodeObject) -> String {
    let known = code.localsPlus.isEmpty ? code.variables : code.localsPlus
    let count = min(max(0, code.argumentCount) + max(0, code.keywordOnlyCount), known.count)
    let arguments = known.prefix(count).joined(separator: ", ")
    let doubt = code.isPlausible ? "" : ", if it is bytecode at all"
    return "code \(code.title)(\(arguments)), line \(code.firstLine) of '\(code.fileName)', "
      + "Python \(code.version.text)\(doubt)"
  }

  private mutating func append(_ title: String, _ texts: [String]) {
    guard !texts.isEmpty else { return }
    let text = texts.joined(separator: ", ")
    append("\(title): \(text.count > Self.textCharacters ? text.prefix(Self.textCharacters) + "…" : text)")
  }

  private mutating func append(_ text: String) { lines.append(ExplanationLine(.code, text)) }

  private static func padded(_ offset: Int) -> String {
    let digits = String(offset)
    return String(repeating: " ", count: max(0, 5 - digits.count)) + digits
  }
}
