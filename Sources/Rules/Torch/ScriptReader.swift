import ByteParsing
import Formats

/// The names that one source binds.
enum ScriptBindings {
  /// Variables, parameters, fields, functions and classes; and more names than these: a name before `,` may be an
  /// argument. That is enough: a name that is bound nowhere ends the loading.
  ///
  /// - Throws: what the lexer throws.
  static func names(in source: [UInt8]) throws(ParseError) -> Set<String> {
    var lexer = ScriptLexer(source)
    var names: Set<String> = []
    var previous = ""
    while let token = try lexer.next() {
      switch token.kind {
      case .name:
        let text = lexer.text(token)
        switch previous {
        case "def", "class", "as", "for": names.insert(text)
        default: break
        }
        previous = text
        continue
      // `x = `, `x : type`, `x, y, = `: parameters, fields and the targets of assignments.
      case .punctuation(UInt8(ascii: "=")), .punctuation(UInt8(ascii: ":")),
        .punctuation(UInt8(ascii: ",")):
        if !previous.isEmpty { names.insert(previous) }
      // `__annotations__["0"] = type` declares a field of any name.
      case .string:
        if let text = lexer.plainText(token), ScriptNames.isIdentifier(text) { names.insert(text) }
      default: break
      }
      previous = ""
    }
    return names
  }
}

/// One use of a name that is not the source's own.
struct ScriptUse {
  enum Kind {
    /// `torch.relu` is `aten::relu`, `ops.prim.data` is `prim::data`.
    case `operator`(namespace: String, name: String)
    /// An attribute of a value: a field, a method of the file, or the operator of that name.
    case attribute(String, isCalled: Bool)
    /// `__torch__.torch.classes.quantized.LinearPackedParamsBase`.
    case type(String)
    /// `import __torch__.torch.nn`.
    case imported(String)
    /// A path whose first name is bound nowhere.
    case unbound([String])
    /// `for` or `while` inside `__setstate__`.
    case loadLoop
    /// `getattr` with something else than a name and a string.
    case computedAttribute
  }

  let kind: Kind
  let offset: Int
}

/// Reads the uses of names out of one source, one after the other.
struct ScriptReader {
  private var lexer: ScriptLexer
  private let bound: Set<String>
  private var pending: [ScriptUse] = []
  private var ahead: ScriptToken?
  private var hasStarted = false
  /// The column of the `def __setstate__` that the cursor is inside of.
  private var loadColumn: Int?

  init(_ source: [UInt8], bound: Set<String>) {
    lexer = ScriptLexer(source)
    self.bound = bound
  }

  /// Names of a path; more are an unbound name.
  private static let pathLimit = 64

  /// The next use; nil at the end.
  ///
  /// - Throws: what the lexer throws.
  mutating func next() throws(ParseError) -> ScriptUse? {
    while pending.isEmpty {
      guard let token = try take() else { return nil }
      try read(token)
    }
    return pending.removeFirst()
  }

  private mutating func take() throws(ParseError) -> ScriptToken? {
    if !hasStarted {
      hasStarted = true
      ahead = try lexer.next()
    }
    let token = ahead
    ahead = try lexer.next()
    return token
  }

  private mutating func use(_ kind: ScriptUse.Kind, at token: ScriptToken) {
    pending.append(ScriptUse(kind: kind, offset: token.range.lowerBound))
  }

  private func isNext(_ character: Character) -> Bool {
    guard case .punctuation(let byte) = ahead?.kind else { return false }
    return character.asciiValue == byte
  }

  private mutating func read(_ token: ScriptToken) throws(ParseError) {
    switch token.kind {
    case .name: try readPath(from: token)
    case .punctuation(UInt8(ascii: ".")): try readAttribute()
    default: break
    }
  }

  /// What follows a `.` behind something that is no path: `(self).forward(`.
  private mutating func readAttribute() throws(ParseError) {
    guard let token = ahead, token.kind == .name else { return }
    _ = try take()
    let name = lexer.text(token)
    use(.attribute(name, isCalled: isNext("(")), at: token)
  }

  private mutating func readPath(from first: ScriptToken) throws(ParseError) {
    var path = [lexer.text(first)]
    if let column = loadColumn, first.column <= column, isStatement(path[0]) { loadColumn = nil }
    while isNext(".") {
      _ = try take()
      guard let token = ahead, token.kind == .name else { break }
      _ = try take()
      guard path.count < Self.pathLimit else { continue }
      path.append(lexer.text(token))
    }
    try judge(path, first)
  }

  private func isStatement(_ word: String) -> Bool { word == "def" || word == "class" }

  private mutating func judge(_ path: [String], _ first: ScriptToken) throws(ParseError) {
    switch path[0] {
    case "def" where ahead.map { lexer.text($0) } == "__setstate__":
      loadColumn = first.column
    case "for", "while":
      if loadColumn != nil { use(.loadLoop, at: first) }
    case "import": try readImport(first)
    case "torch" where path.count > 1:
      let middle = path.dropFirst().dropLast()
      guard middle.allSatisfy(ScriptNames.operatorModules.contains) else {
        use(.unbound(path), at: first)
        return
      }
      use(.operator(namespace: "aten", name: path[path.count - 1]), at: first)
    case "ops" where path.count == 3:
      use(.operator(namespace: path[1], name: path[2]), at: first)
    case "torch", "ops": use(.unbound(path), at: first)
    case "__torch__" where !bound.contains("__torch__"): use(.type(path.joined(separator: ".")), at: first)
    case "getattr" where path.count == 1: try readGetattr(first)
    case "__torch__": use(.unbound(path), at: first)
    case let word where ScriptNames.pythonKeywords.contains(word): use(.unbound(path), at: first)
    case let word:
      guard ScriptNames.isKnown(word) || bound.contains(word) else {
        use(.unbound(path), at: first)
        return
      }
      // `CONSTANTS.c0` is a value of `constants.pkl`.
      let own = word == "CONSTANTS" && path.count > 1 && ScriptNames.isConstant(path[1]) ? 2 : 1
      for (index, name) in path.enumerated().dropFirst(own) {
        use(.attribute(name, isCalled: index == path.count - 1 && isNext("(")), at: first)
      }
    }
  }

  /// `import a.b.c` up to the end of the line.
  private mutating func readImport(_ first: ScriptToken) throws(ParseError) {
    var module = ""
    while let token = ahead, token.kind != .newline {
      module += lexer.text(token)
      _ = try take()
      guard module.utf8.count <= 1024 else { break }
    }
    use(.imported(module), at: first)
  }

  /// `getattr(name, "attribute")`, and what is then called is a method of that name.
  private mutating func readGetattr(_ first: ScriptToken) throws(ParseError) {
    guard isNext("("), try take() != nil, let object = ahead, object.kind == .name, try take() != nil,
      isNext(","), try take() != nil, let attribute = ahead, let name = lexer.plainText(attribute),
      try take() != nil, isNext(")"), try take() != nil
    else {
      use(.computedAttribute, at: first)
      return
    }
    if !bound.contains(lexer.text(object)) { use(.unbound([lexer.text(object)]), at: object) }
    if ScriptNames.isIdentifier(name) { use(.attribute(name, isCalled: isNext("(")), at: attribute) }
  }
}
