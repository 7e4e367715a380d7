package import ByteParsing
import Findings
import Formats
import Policy

/// Python source: whether a text is such, and what is to be said of it.
package enum PythonSource {
  /// How the source is started.
  package enum Role: Sendable {
    /// Imported or run by somebody.
    case module
    /// A line of a `.pth` file, or a module that Python imports when it starts.
    case startUp
  }

  /// Whether an interpreter could run the text, and would do anything: a definition, an import, or a call of what Python
  /// brings along. Text in which Python's own reader would find an error is none: Python runs nothing of such a file.
  package static func isRecognized(_ input: Input) -> Bool {
    do {
      guard input.count > 0 else { return false }
      let head = try input.prefix(1024)
      if case .hiding = PythonEncoding(head: head) { return true }
      var reader = try PythonTokenizer(input)
      var shape = PythonShape()
      while let token = try reader.next() {
        if reader.isBroken { return false }
        guard shape.take(token) else { return false }
      }
      return !reader.isBroken && shape.isCode
    } catch {
      // Too deep or too long to be told: whoever scans it records the gap.
      return error.kind == .limit
    }
  }
}

/// The shape of Python source, as far as single tokens beside each other tell.
private struct PythonShape {
  private(set) var isCode = false
  private var before: PythonToken?
  private var count = 0
  private var line: [PythonToken] = []

  private static let keywords: Set<String> = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
    "del", "elif",
    "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or",
    "pass", "raise", "return", "try", "while", "with", "yield", "match", "case", "type", "print", "exec",
  ]

  /// Names by which code that imports and defines nothing can still do something.
  private static let powerful: Set<String> = [
    "exec", "eval", "execfile", "compile", "open", "__import__", "getattr", "setattr", "delattr", "globals",
    "locals",
    "vars", "input", "breakpoint", "exit", "quit", "help", "__builtins__", "__loader__", "__spec__",
    "print", "file",
    "raw_input", "reload", "type", "object",
  ]

  /// Takes the next token.
  ///
  /// - Returns: false where no source has it there.
  mutating func take(_ token: PythonToken) -> Bool {
    defer { before = token.kind == .newline ? nil : token }
    if token.kind == .newline {
      defer { line = [] }
      return endLine()
    }
    if line.count < 8 { line.append(token) }
    guard let before else { return true }
    switch (before.kind, token.kind) {
    case (.name, .name):
      return Self.keywords.contains(before.text) || Self.keywords.contains(token.text)
    case (.number, .number), (.number, .string), (.string, .number): return false
    case (.name, .number), (.name, .string): return Self.keywords.contains(before.text)
    case (.number, .name), (.string, .name): return Self.keywords.contains(token.text)
    default: return true
    }
  }

  private mutating func endLine() -> Bool {
    guard let first = line.first else { return true }
    if first.isName("import") { guard Self.isImport(line) else { return false } }
    if first.isName("from"), line.count < 8, !line.contains(where: { $0.isName("import") }) { return false }
    guard !isCode else { return true }
    isCode =
      line.contains { token in
        token.kind == .name
          && (["import", "def", "class", "lambda"].contains(token.text) || token.text.hasPrefix("__")
            || Self.powerful.contains(token.text) && line.count > 1)
      } || first.isPunctuation("@")
    return true
  }

  /// `import a.b as c`, as far as its beginning tells.
  private static func isImport(_ line: [PythonToken]) -> Bool {
    guard line.count > 1, line[1].kind == .name,
      !keywords.subtracting(["match", "case", "type"]).contains(line[1].text)
    else { return false }
    guard line.count > 2 else { return true }
    return [".", ",", ";"].contains { line[2].isPunctuation($0) } || line[2].isName("as")
  }
}

extension PythonJudge {
  /// Reads a whole source.
  ///
  /// - Throws: where it cannot be followed; what was found so far stays.
  mutating func read(_ input: Input) throws(ParseError) {
    var reader = try PythonTokenizer(input)
    try read(&reader)
  }

  mutating func read(_ reader: inout PythonTokenizer) throws(ParseError) {
    var line: [PythonToken] = []
    while let token = try reader.next() {
      guard token.offset < PythonSourceLimits.bytes else {
        throw ParseError(
          .limit, at: token.offset, "bytes of Python source: limit \(PythonSourceLimits.bytes)")
      }
      if token.isDisguised { noteDisguise(token) }
      guard token.kind != .newline else {
        take(line)
        line = []
        continue
      }
      line.append(token)
      guard line.count <= PythonSourceLimits.lineTokens else {
        throw ParseError(
          .limit, at: token.offset, "tokens of a logical line: limit \(PythonSourceLimits.lineTokens)")
      }
    }
    take(line)
  }

  /// A name that a person reads as something else than Python does.
  private mutating func noteDisguise(_ token: PythonToken) {
    let path = PolicyPath.normalized(token.text)
    let isPowerful =
      CarriedCodeTable.functions.contains(path) || CarriedCodeTable.modules.contains(path)
      || CarriedCodeTable.attributes.contains(path)
      || ["eval", "os", "system", "import", "__import__", "getattr", "open", "socket", "base64"].contains(
        path)
    guard isPowerful else { return }
    state("the name \(path) is written with characters that only look like it", at: token, certain: true)
  }
}
