package import ByteParsing

extension Template {
  /// Reads a template.
  ///
  /// - Throws: `.malformed` for what Jinja does not accept, `.limit` where it is longer than ``byteLimit`` or nested deeper
  ///   than ``depthLimit``.
  package init(parsing text: [UInt8]) throws(ParseError) {
    guard text.count <= Self.byteLimit else {
      throw ParseError(.limit, at: 0, "template of \(text.count) bytes, limit \(Self.byteLimit)")
    }
    var lexer = TemplateLexer(text)
    var parts: [Part] = []
    while let (offset, piece) = try lexer.next() {
      let content: Part.Content
      switch piece {
      case .text(let text): content = .text(text)
      case .output(let tokens):
        var parser = try TemplateParser(tokens, at: offset)
        content = .output(try parser.readWhole())
      case .tag(let tokens):
        var parser = try TemplateParser(tokens, at: offset)
        content = .tag(try parser.readTag())
      }
      parts.append(Part(offset: offset, content: content))
    }
    self.init(parts: parts)
  }
}

/// Reads the words of one tag.
struct TemplateParser {
  private let tokens: [TemplateToken]
  private var index = 0
  private var depth = 0
  private let offset: Int

  /// Words of one tag. Whoever walks an expression recurses as deep as it has words.
  private static let wordLimit = 4096

  init(_ tokens: [TemplateToken], at offset: Int) throws(ParseError) {
    guard tokens.count <= Self.wordLimit else {
      throw ParseError(.limit, at: offset, "template tag of more than \(Self.wordLimit) words")
    }
    self.tokens = tokens
    self.offset = offset
  }

  var next: TemplateToken? { index < tokens.count ? tokens[index] : nil }

  mutating func advance() { index += 1 }

  func malformed(_ what: String) -> ParseError { ParseError(.malformed, at: offset, what) }

  /// Counts one more level; whoever comes back from it calls ``leave()``.
  mutating func enter() throws(ParseError) {
    depth += 1
    guard depth <= Template.depthLimit else {
      throw ParseError(.limit, at: offset, "expressions nested deeper than \(Template.depthLimit)")
    }
  }

  mutating func leave() { depth -= 1 }

  func isNext(_ symbol: String) -> Bool { next == .symbol(symbol) }

  func isNext(word: String) -> Bool { next == .name(word) }

  mutating func take(_ symbol: String) -> Bool {
    guard isNext(symbol) else { return false }
    index += 1
    return true
  }

  mutating func take(word: String) -> Bool {
    guard isNext(word: word) else { return false }
    index += 1
    return true
  }

  mutating func expect(_ symbol: String) throws(ParseError) {
    guard take(symbol) else { throw malformed("'\(symbol)' is expected in a template tag") }
  }

  mutating func readName() throws(ParseError) -> String {
    guard case .name(let name) = next else { throw malformed("a name is expected in a template tag") }
    index += 1
    return name
  }

  mutating func readEnd() throws(ParseError) {
    guard next == nil else { throw malformed("words after the end of a template tag") }
  }

  /// An expression and nothing behind it; a tuple needs no brackets.
  mutating func readWhole() throws(ParseError) -> TemplateExpression {
    let value = try readTuple()
    try readEnd()
    return value
  }

  /// Values with commas between them, or one value.
  mutating func readTuple() throws(ParseError) -> TemplateExpression {
    let first = try readExpression()
    guard isNext(",") else { return first }
    var values = [first]
    while take(",") {
      if next == nil || isNext("=") || isNext(word: "in") { break }
      values.append(try readExpression())
    }
    return .sequence(values)
  }
}

extension TemplateParser {
  private static let plain: Set<String> = [
    "endfor", "endif", "endset", "endmacro", "endcall", "endfilter", "endblock", "endwith", "endautoescape",
    "break", "continue", "generation", "endgeneration", "autoescape", "block", "endraw", "debug",
  ]

  /// Reads what stands between `{%` and `%}`.
  mutating func readTag() throws(ParseError) -> TemplateTag {
    let word = try readName()
    switch word {
    case "for": return try readLoop()
    case "if": return .condition(try readWhole())
    case "elif": return .otherwise(try readWhole())
    case "else":
      try readEnd()
      return .otherwise(nil)
    case "set": return try readSet()
    case "macro": return try readMacro()
    case "call":
      let parameters = isNext("(") ? try readParameters().names : []
      return .call(parameters: parameters, try readWhole())
    case "filter": return try readFilterBlock(target: nil)
    case "with": return try readWith()
    case "do": return .evaluate(try readWhole())
    case "include", "import", "from", "extends":
      // What follows the template's name chooses among its contents.
      return .reference(word, try readExpression())
    case _ where Self.plain.contains(word): return .plain(word)
    default: throw malformed("template tag '\(word)'")
    }
  }

  private mutating func readLoop() throws(ParseError) -> TemplateTag {
    var targets: [String] = []
    repeat {
      let bracketed = take("(")
      targets.append(try readName())
      while bracketed, take(",") { targets.append(try readName()) }
      if bracketed { try expect(")") }
    } while take(",")
    guard take(word: "in") else { throw malformed("'in' is expected in a loop") }
    let values = try readLoopValues()
    let condition = take(word: "if") ? try readExpression() : nil
    _ = take(word: "recursive")
    try readEnd()
    return .loop(targets: targets, over: values, condition: condition)
  }

  /// What a loop runs over: an `if` behind it is the loop's own.
  private mutating func readLoopValues() throws(ParseError) -> TemplateExpression {
    let first = try readOr()
    guard isNext(",") else { return first }
    var values = [first]
    while take(",") { values.append(try readOr()) }
    return .sequence(values)
  }

  private mutating func readSet() throws(ParseError) -> TemplateTag {
    var targets: [TemplateExpression] = []
    repeat {
      let bracketed = take("(")
      repeat {
        var target = TemplateExpression.name(try readName())
        while take(".") { target = .attribute(target, try readName()) }
        targets.append(target)
      } while bracketed && take(",")
      if bracketed { try expect(")") }
    } while take(",")
    if take("=") { return .assign(targets: targets, try readWhole()) }
    guard targets.count == 1, case .name(let name) = targets[0] else { throw malformed("block assignment") }
    if next == nil { return .block(target: name, filters: nil) }
    try expect("|")
    return try readFilterBlock(target: name)
  }

  private mutating func readFilterBlock(target: String?) throws(ParseError) -> TemplateTag {
    var filters: TemplateExpression?
    repeat {
      filters = .filter(filters, try readDottedName(), try readOptionalArguments())
    } while take("|")
    try readEnd()
    return .block(target: target, filters: filters)
  }

  private mutating func readMacro() throws(ParseError) -> TemplateTag {
    let name = try readName()
    let (names, defaults) = try readParameters()
    try readEnd()
    return .macro(name: name, parameters: names, defaults: defaults)
  }

  private mutating func readParameters() throws(ParseError) -> (
    names: [String], defaults: [TemplateExpression]
  ) {
    var names: [String] = []
    var defaults: [TemplateExpression] = []
    try expect("(")
    while !isNext(")") {
      names.append(try readName())
      if take("=") { defaults.append(try readExpression()) }
      guard take(",") else { break }
    }
    try expect(")")
    return (names, defaults)
  }

  private mutating func readWith() throws(ParseError) -> TemplateTag {
    var values: [(String, TemplateExpression)] = []
    while next != nil {
      let name = try readName()
      try expect("=")
      values.append((name, try readExpression()))
      guard take(",") else { break }
    }
    try readEnd()
    return .with(values)
  }
}
