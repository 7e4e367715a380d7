import Formats

extension PythonJudge {
  /// Evaluates what is not an assignment.
  mutating func expressions(_ range: Range<Int>) {
    _ = evaluate(range)
  }

  /// The value of the expressions in a range of tokens; of several with commas between them a tuple.
  mutating func evaluate(_ range: Range<Int>) -> PythonValue {
    let outer = position
    defer { position = outer }
    position = range.lowerBound
    var elements: [PythonValue] = []
    var result = PythonValue.unknown
    while position < range.upperBound {
      let before = position
      let value = expression(end: range.upperBound)
      if elements.count < PythonValue.elementLimit { elements.append(value) }
      result = value
      if position < range.upperBound { position += 1 }
      // A bracket that closes nothing is passed too.
      if position == before { position += 1 }
    }
    guard elements.count > 1 else { return result }
    var tuple = PythonValue()
    tuple.elements = elements
    tuple.origin = elements.reduce([]) { $0.union($1.origin) }
    return tuple
  }

  /// Words between operands.
  private static let operators: Set<String> = [
    "and", "or", "not", "in", "is", "if", "else", "for", "async", "await", "yield", "from", "return",
    "lambda",
    "print", "as", "raise", "assert", "del",
  ]

  /// One expression, up to a comma, a closing bracket, a colon or `=`; stands on that then.
  private mutating func expression(end: Int) -> PythonValue {
    var result: PythonValue?
    var operation: String?
    var loopTargets: [String] = []
    var isLoopTarget = false
    while position < end {
      let token = tokens[position]
      if token.kind == .punctuation {
        switch token.text {
        case ",", ")", "]", "}", "f}", ":", "f:", "=", ";":
          if isLoopTarget, token.text == "," { break }
          bindLoop(loopTargets, result)
          return result ?? .unknown
        case ":=":
          position += 1
          let name = position >= 2 ? tokens[position - 2] : token
          let value = expression(end: end)
          if name.kind == .name { bind(name.text, value) }
          return value
        case "(", "[", "{", "f{": break
        default:
          operation = token.text
          position += 1
          continue
        }
        if token.text == "," {
          position += 1
          continue
        }
      }
      if token.kind == .name, Self.operators.contains(token.text) {
        if token.text == "for" {
          isLoopTarget = true
          loopTargets = []
        }
        if token.text == "in" { isLoopTarget = false }
        if token.text == "lambda" { skipLambdaParameters(end: end) }
        operation = token.text
        position += 1
        continue
      }
      if token.kind == .newline {
        position += 1
        continue
      }
      if isLoopTarget, token.kind == .name {
        loopTargets.append(token.text)
        position += 1
        continue
      }
      let operand = primary(end: end)
      result = combine(result, operation, operand)
      operation = nil
    }
    return result ?? .unknown
  }

  private mutating func bindLoop(_ targets: [String], _ value: PythonValue?) {
    for target in targets { bind(target, PythonValue(origin: value?.origin ?? [])) }
  }

  private mutating func skipLambdaParameters(end: Int) {
    var nesting = 0
    var index = position + 1
    while index < end {
      nesting += tokens[index].nestingChange
      if nesting < 0 { return }
      if nesting == 0, tokens[index].isPunctuation(":") {
        position = index
        return
      }
      index += 1
    }
  }

  /// Two operands as one value.
  private func combine(_ left: PythonValue?, _ operation: String?, _ right: PythonValue) -> PythonValue {
    guard let left else {
      var value = right
      if operation != nil, operation != "await", operation != "not" { value.number = nil }
      return value
    }
    var value = PythonValue(origin: left.origin.union(right.origin))
    if operation == "+" || operation == nil, let first = left.text, let second = right.text,
      first.utf8.count + second.utf8.count <= PythonValue.textLimit
    {
      value.text = first + second
      value.isAssembled = operation != nil || left.isAssembled || right.isAssembled
    }
    if operation == "+", let first = left.elements, let second = right.elements,
      first.count + second.count <= PythonValue.elementLimit
    {
      value.elements = first + second
    }
    if operation == "^" { value.origin.insert(.combined) }
    if operation == "%", let text = left.text { value.text = text }
    // `a or b` and `a if c else b` are one of the two.
    if let operation, ["or", "and", "if", "else"].contains(operation) {
      value.path = left.path ?? right.path
      value.text = value.text ?? left.text ?? right.text
      value.elements = left.elements ?? right.elements
    }
    return value
  }

  /// A name, constant or bracket with everything that follows it.
  private mutating func primary(end: Int) -> PythonValue {
    let token = tokens[position]
    var value: PythonValue
    switch token.kind {
    case .name:
      value = lookUp(token)
      position += 1
    case .string:
      value = PythonValue(text: token.text)
      value.isCut = token.isCut
      if !marks.contains(.payload), token.text.utf8.count >= 64, Self.isMachineCode(token.text) {
        marks.insert(.payload)
      }
      position += 1
    case .number:
      value = PythonValue()
      value.number = Self.integer(token.text)
      position += 1
    case .punctuation, .newline:
      value = bracketed(end: end)
    }
    return trailers(value, token, end: end)
  }

  /// Whether a constant has bytes that no text has, and many of them.
  private static func isMachineCode(_ text: String) -> Bool {
    text.unicodeScalars.lazy.filter { $0.value < 9 || (0x80...0xFF).contains($0.value) }.prefix(24).count
      == 24
  }

  private static func integer(_ text: String) -> Int? {
    let plain = text.filter { $0 != "_" }.lowercased()
    if plain.hasPrefix("0x") { return Int(plain.dropFirst(2), radix: 16) }
    if plain.hasPrefix("0o") { return Int(plain.dropFirst(2), radix: 8) }
    if plain.hasPrefix("0b") { return Int(plain.dropFirst(2), radix: 2) }
    return Int(plain)
  }

  /// What stands in brackets; of an expression in an f-string its value.
  private mutating func bracketed(end: Int) -> PythonValue {
    let opening = tokens[position].text
    position += 1
    var elements: [PythonValue] = []
    var origin: PythonOrigin = []
    var hasComma = false
    while position < end {
      let token = tokens[position]
      if token.nestingChange < 0 { break }
      if [",", ":", "f:", "=", ";"].contains(where: { token.isPunctuation($0) }) {
        hasComma = true
        position += 1
        continue
      }
      let before = position
      let value = expression(end: end)
      origin.formUnion(value.origin)
      if elements.count < PythonValue.elementLimit { elements.append(value) }
      if position == before { position += 1 }
    }
    if position < end { position += 1 }
    if opening == "(" || opening == "f{", !hasComma, let only = elements.first, elements.count == 1 {
      return only
    }
    var value = PythonValue(origin: origin)
    value.elements = elements
    return value
  }

  // MARK: what follows a value

  private mutating func trailers(_ first: PythonValue, _ start: PythonToken, end: Int) -> PythonValue {
    var value = first
    while position < end {
      let token = tokens[position]
      if token.kind == .string, value.text != nil, start.kind == .string {
        // Literals beside each other are one.
        value.text = joined(value.text, token.text)
        position += 1
        continue
      }
      guard token.kind == .punctuation else { return value }
      switch token.text {
      case ".":
        guard position + 1 < end, tokens[position + 1].kind == .name else {
          position += 1
          return value
        }
        position += 1
        value = attribute(value, tokens[position])
        position += 1
      case "(":
        let arguments = self.arguments(end: end)
        value = called(value, arguments, at: token)
      case "[":
        value = subscripted(value, end: end)
      case "f{":
        guard start.kind == .string else { return value }
        let part = bracketed(end: end)
        value.origin.formUnion(part.origin)
        value.text = part.text.flatMap { joined(value.text, $0) } ?? joined(value.text, "{}")
        value.isAssembled = true
      default: return value
      }
    }
    return value
  }

  private func joined(_ left: String?, _ right: String) -> String? {
    guard let left, left.utf8.count + right.utf8.count <= PythonValue.textLimit else { return left }
    return left + right
  }

  /// The value that a name stands for.
  private mutating func lookUp(_ token: PythonToken) -> PythonValue {
    for scope in scopes.reversed() {
      if let value = scope[token.text] { return mention(value, token) }
    }
    for module in starModules where CarriedCodeTable.functions.contains("\(module).\(token.text)") {
      return mention(PythonValue(path: "\(module).\(token.text)"), token)
    }
    return mention(PythonValue(path: token.text), token)
  }

  /// Notes what the use of a name means.
  private mutating func mention(_ value: PythonValue, _ token: PythonToken) -> PythonValue {
    guard let path = value.path else { return value }
    if path.contains("."), let reach = PythonReach.of(path) { use(reach, path, line: token.line) }
    var value = value
    if path == "os.environ" { value.origin.insert(.secrets) }
    return value
  }

  private mutating func attribute(_ base: PythonValue, _ token: PythonToken) -> PythonValue {
    var value = PythonValue()
    if let path = base.path, path.utf8.count <= PythonValue.pathLimit {
      let dotted = "\(path).\(token.text)"
      if let known = attributes[dotted] { return mention(known, token) }
      value.path = dotted
    } else {
      // An attribute of a value, or the end of a chain longer than any that is honest: its name still says something.
      value.path = "?.\(token.text)"
    }
    value.ownName = base.ownName
    value.text = base.text
    value.elements = base.elements
    value.origin = base.origin
    if let path = base.path, path == "os.environ" { value.origin.remove(.secrets) }
    note(mark: token.text)
    return mention(value, token)
  }

  /// What only loaders of machine code and remote shells have, wherever it is found.
  private mutating func note(mark name: String) {
    switch name {
    case "VirtualAlloc", "VirtualAllocEx": marks.insert(.memory)
    case "RtlMoveMemory", "WriteProcessMemory": marks.insert(.copy)
    case "CreateThread", "CreateRemoteThread": marks.insert(.thread)
    default: break
    }
  }

  /// `value[…]`: a slice, a key, or an index.
  private mutating func subscripted(_ base: PythonValue, end: Int) -> PythonValue {
    let start = position
    let keys = bracketed(end: end)
    let key = keys.elements.flatMap { $0.count == 1 ? $0[0] : nil } ?? keys
    let isReversal = tokens[start..<position].map(\.text).joined() == "[::-1]"
    var value = PythonValue(origin: base.origin)
    if isReversal {
      value.text = base.text.map { String($0.reversed()) }
      value.isAssembled = true
      if base.text != nil || base.path == nil { value.origin.insert(.decoded) }
      return value
    }
    let text = key.text
    if let path = base.path, let text {
      switch path {
      case "os.environ":
        value.origin = []
        noteSecret(named: text, at: tokens[start])
      case "sys.modules", "sys.modules.get": value.path = text
      case "__builtins__", "__builtins__.__dict__", "builtins.__dict__", "__builtins__()":
        value.path = "builtins.\(text)"
      case "globals()", "locals()", "vars()": value.path = text
      default: if path.hasSuffix(".__dict__") { value.path = "\(path.dropLast(9)).\(text)" }
      }
      if let found = value.path, key.isAssembled { judgeAssembled(found, at: tokens[start]) }
    }
    if let elements = base.elements, let number = key.number,
      elements.indices.contains(number)
    {
      return elements[number]
    }
    if value.path == nil, let path = base.path { value.path = "\(path)[]" }
    if let path = value.path, let reach = PythonReach.of(path) {
      use(reach, path, line: tokens[start].line)
    }
    return value
  }

  private mutating func arguments(end: Int) -> [PythonArgument] {
    var arguments: [PythonArgument] = []
    position += 1
    while position < end {
      let token = tokens[position]
      if token.nestingChange < 0 {
        position += 1
        return arguments
      }
      if [",", ":", "f:", ";", "=", "*", "**"].contains(where: { token.isPunctuation($0) }) {
        position += 1
        continue
      }
      var keyword: String?
      if token.kind == .name, position + 1 < end, tokens[position + 1].isPunctuation("=") {
        keyword = token.text
        position += 2
      }
      let before = position
      let value = expression(end: end)
      if arguments.count < PythonValue.elementLimit {
        arguments.append(PythonArgument(keyword: keyword, value: value))
      }
      if position == before, position < end { position += 1 }
    }
    return arguments
  }
}
