import Formats

extension PythonJudge {
  /// Takes one logical line.
  mutating func take(_ line: [PythonToken]) {
    guard let first = line.first else { return }
    lastLine = first.line
    while let block = blocks.last, block.column >= first.column {
      blocks.removeLast()
      if block.kind == .function || block.kind == .classBody { scopes.removeLast() }
    }
    tokens = line
    statements(0..<line.count)
  }

  /// Statements with `;` between them, or a compound one.
  private mutating func statements(_ range: Range<Int>) {
    guard let first = range.first else { return }
    if tokens[first].kind == .name, Self.headers.contains(tokens[first].text) {
      return compound(range)
    }
    var start = range.lowerBound
    var nesting = 0
    for index in range {
      nesting += tokens[index].nestingChange
      if nesting == 0, tokens[index].isPunctuation(";") {
        simple(start..<index)
        start = index + 1
      }
    }
    if start < range.upperBound { simple(start..<range.upperBound) }
  }

  private static let headers: Set<String> = [
    "if", "elif", "else", "while", "for", "with", "try", "except", "finally", "def", "class", "async",
  ]

  /// The colon that ends the header.
  private func colon(in range: Range<Int>) -> Int? {
    var nesting = 0
    var lambdas = 0
    for index in range {
      nesting += tokens[index].nestingChange
      guard nesting == 0 else { continue }
      if tokens[index].isName("lambda") { lambdas += 1 }
      if tokens[index].isPunctuation(":") {
        if lambdas == 0 { return index }
        lambdas -= 1
      }
    }
    return nil
  }

  private mutating func compound(_ whole: Range<Int>) {
    let column = tokens[whole.lowerBound].column
    var range = whole
    if tokens[range.lowerBound].isName("async") { range = (range.lowerBound + 1)..<range.upperBound }
    guard let first = range.first, let end = colon(in: range) else {
      // `else` and its like in an expression over several lines, or no Python.
      return expressions(range)
    }
    let header = (first + 1)..<end
    switch tokens[first].text {
    case "def": define(header, column)
    case "class": defineClass(header, column)
    case "for":
      iterate(header)
      blocks.append(Block(kind: .other, column: column, name: ""))
    case "with":
      manage(header)
      blocks.append(Block(kind: .other, column: column, name: ""))
    case "if"
    where header.contains(where: { tokens[$0].isName("__name__") })
      && header.contains(where: { tokens[$0].kind == .string && tokens[$0].text == "__main__" }):
      blocks.append(Block(kind: .main, column: column, name: "__main__"))
    default:
      expressions(header)
      blocks.append(Block(kind: .other, column: column, name: ""))
    }
    if end + 1 < range.upperBound { statements((end + 1)..<range.upperBound) }
  }

  private mutating func define(_ header: Range<Int>, _ column: Int) {
    effects += 1
    guard let first = header.first else { return }
    let name = tokens[first].text
    // Defaults and annotations are evaluated where the function is defined.
    expressions((first + 1)..<header.upperBound)
    open(.function, name, column)
    var nesting = 0
    for index in header.dropFirst() {
      let token = tokens[index]
      let before = tokens[index - 1]
      if nesting == 1, token.kind == .name,
        ["(", ",", "*", "**"].contains(where: { before.isPunctuation($0) })
      {
        bind(token.text, .unknown)
      }
      nesting += token.nestingChange
    }
  }

  private mutating func defineClass(_ header: Range<Int>, _ column: Int) {
    effects += 1
    guard let first = header.first else { return }
    let name = tokens[first].text
    expressions((first + 1)..<header.upperBound)
    if blocks.isEmpty { ownClasses.insert(name) }
    open(.classBody, name, column)
  }

  /// Opens the block of something that the file defines.
  private mutating func open(_ kind: Block.Kind, _ name: String, _ column: Int) {
    var value = PythonValue()
    value.ownName = blocks.isEmpty ? name : nil
    bind(name, value)
    blocks.append(Block(kind: kind, column: column, name: name))
    scopes.append([:])
  }

  private mutating func iterate(_ header: Range<Int>) {
    guard let keyword = header.first(where: { tokens[$0].isName("in") }) else { return expressions(header) }
    let value = evaluate((keyword + 1)..<header.upperBound)
    bindTargets(header.lowerBound..<keyword, PythonValue(origin: value.wholeOrigin))
  }

  private mutating func manage(_ header: Range<Int>) {
    var start = header.lowerBound
    var nesting = 0
    for index in header {
      nesting += tokens[index].nestingChange
      guard tokens[index].isName("as"), nesting <= 1 else { continue }
      let value = evaluate(start..<index)
      var end = index + 1
      while end < header.upperBound, !tokens[end].isPunctuation(",") || nesting > 1 { end += 1 }
      bindTargets((index + 1)..<end, value)
      start = min(end + 1, header.upperBound)
    }
    if start < header.upperBound { expressions(start..<header.upperBound) }
  }

  private mutating func simple(_ range: Range<Int>) {
    guard let first = range.first else { return }
    let token = tokens[first]
    let rest = (first + 1)..<range.upperBound
    guard token.kind == .name else {
      if token.isPunctuation("@") { return decorate(rest) }
      return assignment(range)
    }
    switch token.text {
    case "import": importModules(rest)
    case "from" where rest.contains(where: { tokens[$0].isName("import") }): importNames(rest)
    case "return", "yield", "raise", "assert", "del", "await", "global", "nonlocal", "pass", "break",
      "continue":
      assignment(rest)
    case "exec" where rest.first.map({ tokens[$0].kind == .string || tokens[$0].kind == .name }) ?? false:
      // Python 2's statement.
      var code = evaluate(rest.lowerBound..<(rest.first { tokens[$0].isName("in") } ?? rest.upperBound))
      code.path = nil
      _ = called(PythonValue(path: "exec"), [PythonArgument(keyword: nil, value: code)], at: token)
    default: assignment(range)
    }
  }

  private mutating func decorate(_ range: Range<Int>) {
    let value = evaluate(range)
    if let name = value.ownName { noteOwnCall(name) }
  }

  /// An assignment, or a mere expression.
  private mutating func assignment(_ range: Range<Int>) {
    var nesting = 0
    var equals: [Int] = []
    var annotation: Int?
    for index in range {
      nesting += tokens[index].nestingChange
      guard nesting == 0, tokens[index].kind == .punctuation else { continue }
      let text = tokens[index].text
      if text == "=" { equals.append(index) }
      if text == ":", annotation == nil, equals.isEmpty { annotation = index }
      if text.count > 1, text.hasSuffix("="), !["==", "!=", "<=", ">=", ":="].contains(text), equals.isEmpty
      {
        return augment(range.lowerBound..<index, (index + 1)..<range.upperBound, text)
      }
    }
    guard let last = equals.last else { return expressions(range) }
    let value = evaluate((last + 1)..<range.upperBound)
    var start = range.lowerBound
    for (number, end) in equals.enumerated() {
      let targetEnd = number == 0 ? annotation ?? end : end
      bindTargets(start..<targetEnd, value)
      if number == 0, let annotation, annotation + 1 < end { expressions((annotation + 1)..<end) }
      start = end + 1
    }
  }

  /// `x += y`.
  private mutating func augment(_ target: Range<Int>, _ source: Range<Int>, _ mark: String) {
    let value = evaluate(source)
    var old = evaluate(target)
    old.origin.formUnion(value.origin)
    if mark == "+=", let left = old.text, let right = value.text,
      left.utf8.count + right.utf8.count <= PythonValue.textLimit
    {
      old.text = left + right
      old.isAssembled = true
    } else {
      old.text = nil
    }
    old.path = nil
    bindTargets(target, old)
  }

  /// Binds names to a value or its parts; evaluates what else stands on the left.
  private mutating func bindTargets(_ range: Range<Int>, _ value: PythonValue) {
    let written = range.filter { !tokens[$0].isPunctuation("(") && !tokens[$0].isPunctuation(")") }
    if written.count == 1, let index = written.first, tokens[index].kind == .name {
      return bind(tokens[index].text, value)
    }
    if isDotted(range) {
      bindAttribute(range.map { tokens[$0].text }.joined(), value)
      return
    }
    let names = written.filter { tokens[$0].kind == .name }
    let plain = written.allSatisfy { index in
      tokens[index].kind == .name || [",", "*", "[", "]"].contains { tokens[index].isPunctuation($0) }
    }
    guard plain, range.first.map({ !isSubscript(at: $0 + 1, range) }) ?? false else {
      return expressions(range)
    }
    for (number, index) in names.enumerated() {
      let part = value.elements.flatMap { number < $0.count ? $0[number] : nil }
      bind(tokens[index].text, part ?? PythonValue(origin: value.wholeOrigin))
    }
  }

  private func isSubscript(at index: Int, _ range: Range<Int>) -> Bool {
    range.contains(index) && tokens[index].isPunctuation("[")
  }

  /// `a.b.c`.
  private func isDotted(_ range: Range<Int>) -> Bool {
    guard range.count >= 3, range.count % 2 == 1 else { return false }
    return range.enumerated().allSatisfy { number, index in
      number % 2 == 0 ? tokens[index].kind == .name : tokens[index].isPunctuation(".")
    }
  }

  // MARK: imports

  /// `import a.b as c, d`.
  private mutating func importModules(_ range: Range<Int>) {
    effects += 1
    for part in split(range) {
      var module = ""
      var index = part.lowerBound
      while index < part.upperBound, tokens[index].kind == .name || tokens[index].isPunctuation("."),
        !tokens[index].isName("as")
      {
        module += tokens[index].text
        index += 1
      }
      guard !module.isEmpty else { continue }
      imported(module)
      if index + 1 < part.upperBound, tokens[index].isName("as") {
        bind(tokens[index + 1].text, PythonValue(path: module))
      } else {
        let top = String(module.prefix { $0 != "." })
        bind(top, PythonValue(path: top))
      }
    }
  }

  /// `from a.b import c as d, e`.
  private mutating func importNames(_ range: Range<Int>) {
    effects += 1
    guard let keyword = range.first(where: { tokens[$0].isName("import") }) else { return }
    let module = tokens[range.lowerBound..<keyword].map(\.text).joined()
    if !module.hasPrefix(".") { imported(module) }
    for part in split((keyword + 1)..<range.upperBound) {
      let words = part.filter { !tokens[$0].isPunctuation("(") && !tokens[$0].isPunctuation(")") }
      guard let first = words.first else { continue }
      let token = tokens[first]
      if token.isPunctuation("*") {
        if starModules.count < 64 { starModules.append(module) }
        continue
      }
      guard token.kind == .name else { continue }
      let alias = words.count >= 3 && tokens[words[1]].isName("as") ? tokens[words[2]].text : token.text
      let path = "\(module).\(token.text)"
      bind(alias, PythonValue(path: path))
      if let reach = PythonReach.of(path) { use(reach, path, line: token.line) }
    }
  }

  /// The parts between commas, brackets not counted.
  private func split(_ range: Range<Int>) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var start = range.lowerBound
    for index in range where tokens[index].isPunctuation(",") {
      parts.append(start..<index)
      start = index + 1
    }
    if start < range.upperBound { parts.append(start..<range.upperBound) }
    return parts
  }
}

extension PythonToken {
  /// How many brackets are open after it that were not before.
  var nestingChange: Int {
    guard kind == .punctuation else { return 0 }
    return switch text {
    case "(", "[", "{", "f{": 1
    case ")", "]", "}", "f}": -1
    default: 0
    }
  }
}
