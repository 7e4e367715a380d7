import Findings
import Formats

/// A code object as lines: what it is, what it names, its constants, and its instructions where they were asked for.
struct CodeListing {
  private(set) var lines: [ExplanationLine] = []

  private static let textCharacters = 1000
  private static let instructionLimit = 1000

  /// - Parameter instructions: whether to disassemble. Code inside this one has a listing of its own.
  init(_ code: CodeObject, instructions: Bool, all: Bool) {
    append(Self.head(code))
    append("names", code.names)
    append("variables", code.localsPlus.isEmpty ? code.variables : code.localsPlus)
    append("constants", code.constants.map { $0.description(limit: Self.textCharacters) })
    if instructions { disassemble(code, limit: all ? Int(Int32.max) : Self.instructionLimit) }
  }

  private mutating func disassemble(_ code: CodeObject, limit: Int) {
    let listing = code.disassembly(limit: limit)
    for instruction in listing {
      let argument = instruction.argument.map { " \($0)" } ?? ""
      let meaning = instruction.meaning.isEmpty ? "" : " (\(instruction.meaning))"
      append("  \(Self.padded(instruction.offset))  \(instruction.operation)\(argument)\(meaning)")
    }
    if listing.count == limit { append("  … more instructions: --all shows them") }
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
    append(
      "  \(title): \(text.count > Self.textCharacters ? text.prefix(Self.textCharacters) + "…" : text)")
  }

  private mutating func append(_ text: String) { lines.append(ExplanationLine(.code, text)) }

  private static func padded(_ offset: Int) -> String {
    let digits = String(offset)
    return String(repeating: " ", count: max(0, 5 - digits.count)) + digits
  }
}
