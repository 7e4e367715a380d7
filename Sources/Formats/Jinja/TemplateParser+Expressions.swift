import ByteParsing

/// Operators from the loosest to the tightest, as Jinja binds them.
extension TemplateParser {
  mutating func readExpression() throws(ParseError) -> TemplateExpression {
    try enter()
    var value = try readOr()
    while take(word: "if") {
      let condition = try readOr()
      let other = take(word: "else") ? try readExpression() : nil
      value = .conditional(condition, then: value, else: other)
    }
    leave()
    return value
  }

  mutating func readOr() throws(ParseError) -> TemplateExpression {
    var value = try readAnd()
    while take(word: "or") { value = .binary("or", value, try readAnd()) }
    return value
  }

  private mutating func readAnd() throws(ParseError) -> TemplateExpression {
    var value = try readNot()
    while take(word: "and") { value = .binary("and", value, try readNot()) }
    return value
  }

  private mutating func readNot() throws(ParseError) -> TemplateExpression {
    guard take(word: "not") else { return try readComparison() }
    try enter()
    let value = try readNot()
    leave()
    return .unary("not", value)
  }

  private static let comparisons = ["==", "!=", ">", ">=", "<", "<="]

  private mutating func readComparison() throws(ParseError) -> TemplateExpression {
    var value = try readSum()
    while true {
      if let comparison = Self.comparisons.first(where: { isNext($0) }) {
        advance()
        value = .binary(comparison, value, try readSum())
      } else if take(word: "in") {
        value = .binary("in", value, try readSum())
      } else if isNext(word: "not") {
        advance()
        guard take(word: "in") else { throw malformed("'in' is expected after 'not'") }
        value = .binary("in", value, try readSum())
      } else {
        return value
      }
    }
  }

  private mutating func readSum() throws(ParseError) -> TemplateExpression {
    try readBinary(["+", "-"]) { (parser) throws(ParseError) in try parser.readConcatenation() }
  }

  private mutating func readConcatenation() throws(ParseError) -> TemplateExpression {
    try readBinary(["~"]) { (parser) throws(ParseError) in try parser.readProduct() }
  }

  private mutating func readProduct() throws(ParseError) -> TemplateExpression {
    try readBinary(["*", "//", "/", "%"]) { (parser) throws(ParseError) in try parser.readUnary() }
  }

  private mutating func readBinary(
    _ operators: [String],
    _ readOperand: (inout TemplateParser) throws(ParseError) -> TemplateExpression
  ) throws(ParseError) -> TemplateExpression {
    var value = try readOperand(&self)
    while let found = operators.first(where: { isNext($0) }) {
      advance()
      value = .binary(found, value, try readOperand(&self))
    }
    return value
  }

  private mutating func readUnary() throws(ParseError) -> TemplateExpression {
    if isNext("-") || isNext("+") {
      let sign = isNext("-") ? "-" : "+"
      advance()
      try enter()
      let value = try readUnary()
      leave()
      return .unary(sign, value)
    }
    let value = try readFilters(try readPostfix(try readPrimary()))
    guard take("**") else { return value }
    try enter()
    let exponent = try readUnary()
    leave()
    return .binary("**", value, exponent)
  }

  private mutating func readPrimary() throws(ParseError) -> TemplateExpression {
    guard let token = next else { throw malformed("a value is expected in a template tag") }
    advance()
    switch token {
    case .name("true"), .name("True"): return .boolean(true)
    case .name("false"), .name("False"): return .boolean(false)
    case .name("none"), .name("None"): return .none
    case .name(let name): return .name(name)
    case .integer(let value): return .integer(value)
    case .number: return .number
    case .text(var text):
      while case .text(let more) = next {
        text += more
        advance()
      }
      return .text(text)
    case .symbol("("):
      if take(")") { return .sequence([]) }
      let value = try readTuple(until: ")")
      return value
    case .symbol("["): return .sequence(try readList(until: "]"))
    case .symbol("{"): return try readDictionary()
    case .symbol(let symbol): throw malformed("'\(symbol)' where a value is expected")
    }
  }

  /// What stands in round brackets: one value, or a tuple.
  private mutating func readTuple(until end: String) throws(ParseError) -> TemplateExpression {
    let first = try readExpression()
    guard take(",") else {
      try expect(end)
      return first
    }
    return .sequence([first] + (try readList(until: end)))
  }

  private mutating func readList(until end: String) throws(ParseError) -> [TemplateExpression] {
    var values: [TemplateExpression] = []
    while !isNext(end) {
      values.append(try readExpression())
      guard take(",") else { break }
    }
    try expect(end)
    return values
  }

  private mutating func readDictionary() throws(ParseError) -> TemplateExpression {
    var members: [(TemplateExpression, TemplateExpression)] = []
    while !isNext("}") {
      let key = try readExpression()
      try expect(":")
      members.append((key, try readExpression()))
      guard take(",") else { break }
    }
    try expect("}")
    return .dictionary(members)
  }

  private mutating func readPostfix(_ value: TemplateExpression) throws(ParseError) -> TemplateExpression {
    var value = value
    // Each step wraps the one before it, and whoever walks the result recurses.
    var steps = 0
    while true {
      steps += 1
      guard steps <= Template.depthLimit else { throw malformed("a chain of more than 80 attributes") }
      if take(".") {
        if case .integer(let number) = next {
          advance()
          value = .item(value, .integer(number))
        } else {
          value = .attribute(value, try readName())
        }
      } else if take("[") {
        value = try readSubscript(value)
      } else if isNext("(") {
        value = .call(value, try readArguments())
      } else {
        return value
      }
    }
  }

  private mutating func readSubscript(_ value: TemplateExpression) throws(ParseError) -> TemplateExpression
  {
    var parts: [TemplateExpression?] = []
    var isSlice = false
    while !isNext("]") {
      if take(":") {
        if !isSlice, parts.isEmpty { parts.append(nil) }
        isSlice = true
        parts.append(isNext(":") || isNext("]") ? nil : try readExpression())
      } else if take(",") {
        continue
      } else {
        parts.append(try readExpression())
      }
      guard parts.count <= 4 else { throw malformed("a subscript of more than four parts") }
    }
    try expect("]")
    if isSlice { return .slice(value, parts) }
    guard let index = parts.first, let index else { throw malformed("an empty subscript") }
    return .item(value, index)
  }

  private mutating func readFilters(_ value: TemplateExpression) throws(ParseError) -> TemplateExpression {
    var value = value
    var steps = 0
    while true {
      steps += 1
      guard steps <= Template.depthLimit else { throw malformed("a chain of more than 80 filters") }
      if take("|") {
        value = .filter(value, try readDottedName(), try readOptionalArguments())
      } else if take(word: "is") {
        value = try readTest(value)
      } else if isNext("(") {
        value = .call(value, try readArguments())
      } else {
        return value
      }
    }
  }

  private mutating func readTest(_ value: TemplateExpression) throws(ParseError) -> TemplateExpression {
    let negated = take(word: "not")
    let name = try readDottedName()
    var arguments = TemplateArguments()
    if isNext("(") {
      arguments = try readArguments()
    } else if startsTestArgument {
      arguments.positional = [try readPostfix(try readPrimary())]
    }
    let test = TemplateExpression.test(value, name, arguments)
    return negated ? .unary("not", test) : test
  }

  private var startsTestArgument: Bool {
    switch next {
    case .name(let name): !["else", "or", "and", "is", "if", "in", "not", "recursive"].contains(name)
    case .text, .integer, .number, .symbol("["), .symbol("{"): true
    case .symbol, nil: false
    }
  }

  mutating func readDottedName() throws(ParseError) -> String {
    var name = try readName()
    while take(".") { name += "." + (try readName()) }
    return name
  }

  mutating func readOptionalArguments() throws(ParseError) -> TemplateArguments {
    isNext("(") ? try readArguments() : TemplateArguments()
  }

  private mutating func readArguments() throws(ParseError) -> TemplateArguments {
    var arguments = TemplateArguments()
    try enter()
    try expect("(")
    while !isNext(")") {
      if take("**") || take("*") {
        arguments.spread.append(try readExpression())
      } else {
        let value = try readExpression()
        if case .name(let name) = value, take("=") {
          arguments.keyword.append((name, try readExpression()))
        } else {
          arguments.positional.append(value)
        }
      }
      guard take(",") else { break }
    }
    try expect(")")
    leave()
    return arguments
  }
}
