import ByteParsing
import Findings
import Formats
import Pickle
import Policy

extension PickleJudge {
  /// Reads the code that a call makes or is given, whatever is called: `types.CodeType` under any of its names, and
  /// `marshal.loads` and whatever else takes marshalled code.
  ///
  /// - Returns: whether there was any.
  @discardableResult
  mutating func examineCode(_ effect: Effect, maker: String, _ values: borrowing ValueTable) -> Bool {
    if let code = codeBuilder.build(effect.operand, result: effect.result, values) {
      note(code, at: effect.offset, maker: maker)
      if codeBuilder.isCut { recordGap("more code than is examined", at: effect.offset) }
      return true
    }
    if codeBuilder.isCut { recordGap("more code than is examined", at: effect.offset) }
    var marshalled: [SymbolicValue] = []
    walk(effect.operand, values, depth: 3, limit: 64) { value, values in
      guard value.kind.isText, let head = values.decodedPrefix(value, count: MarshalledCode.headCount),
        MarshalledCode.begins(head)
      else { return }
      marshalled.append(value)
    }
    var found = false
    for value in marshalled where examineMarshalled(value, effect.offset, maker, values) { found = true }
    return found
  }

  /// Reads a constant as marshalled code.
  private mutating func examineMarshalled(
    _ value: SymbolicValue, _ offset: Int, _ maker: String, _ values: borrowing ValueTable
  ) -> Bool {
    guard marshalledSeen.count < CarriedCodeLimits.marshalled,
      let input = values.decodedContents(value, limit: MarshalledCode.byteLimit),
      input.count <= MarshalledCode.byteLimit
    else {
      recordGap("marshalled code that is too much to be read", at: offset)
      return false
    }
    guard marshalledSeen.insert(value.raw).inserted else { return true }
    do {
      let bytes = try input.bytes(at: 0, count: input.count)
      var found = false
      for reading in try Marshal.read(bytes) {
        reading.value.forEachCode { code in
          found = true
          note(code, at: offset, maker: maker)
        }
      }
      return found
    } catch {
      recordGap("what begins as marshalled code cannot be read: \(error)", at: offset)
      return false
    }
  }

  /// Keeps a piece of code for whoever shows it, and reports what it does.
  private mutating func note(_ code: CodeObject, at offset: Int, maker: String) {
    show(code)
    if codeObjects.count < CarriedCodeLimits.objects {
      codeObjects.append(CarriedCode(object: code, offset: offset, maker: maker))
    }
    let judgement = CarriedCodeJudgement(code, table: table)
    let title = PythonText.plain(code.title, limit: 80)
    if !judgement.denied.isEmpty {
      report(
        .dangerousEmbeddedCode, at: offset, subject: title, "\(title) uses \(judgement.account)",
        evidence: CodeSummary.evidence(code))
    }
    // Comprehensions are parts of the function around them.
    guard describedCode < CarriedCodeLimits.described, !title.hasSuffix("comp>"),
      !title.hasSuffix("<genexpr>")
    else { return }
    describedCode += 1
    report(
      .carriedFunction, at: offset, subject: title, CodeSummary.detail(code, judgement, maker: maker),
      evidence: CodeSummary.evidence(code))
  }

  /// Judges what a pickler of code looks up by name: a module, or an attribute of one.
  mutating func judgeLookup(_ effect: Effect, name: String, _ values: borrowing ValueTable) {
    guard let path = lookedUp(name, effect.operand, values) else { return }
    let denied = CarriedCodeJudgement.denial(ofLookup: path, table: table)
    guard let denied else { return }
    report(
      .dangerousEmbeddedCode, at: effect.offset, subject: path,
      "\(name) looks up \(PythonText.plain(path, limit: 80)): \(denied)", showing: effect.result, values)
  }

  /// The path that `subimport('a.b')` or `_get_attr(module, 'name')` stands for.
  private func lookedUp(
    _ name: String, _ operand: SymbolicValue, _ values: borrowing ValueTable
  ) -> String? {
    guard EmbeddedCode.looksUp(name), let arguments = values.elements(operand), let first = arguments.first
    else { return nil }
    if let module = values.string(first, limit: 256) { return module }
    guard arguments.count > 1, let attribute = values.string(arguments[1], limit: 256),
      let callee = values.callee(first), let finder = values.global(callee),
      EmbeddedCode.looksUp("\(finder.resolvedModule).\(finder.resolvedName)"),
      let inner = values.arguments(first), let module = values.elements(inner)?.first,
      let path = values.string(module, limit: 256)
    else { return nil }
    return "\(path).\(attribute)"
  }
}

/// How marshalled code is recognised, and how much of it is read.
enum MarshalledCode {
  static let headCount = 32
  static let byteLimit = 16 << 20

  /// Whether the bytes begin as a code object of some version: its type, then four to six small integers, then bytes.
  static func begins(_ head: [UInt8]) -> Bool {
    guard head.count > 25, head[0] & 0x7F == UInt8(ascii: "c") else { return false }
    return [4, 5, 6].contains { integers in
      let type = head[1 + 4 * integers] & 0x7F
      // The first two count arguments.
      let isSmall = [3, 4, 7, 8].allSatisfy { head[$0] == 0 }
      return isSmall
        && (type == UInt8(ascii: "s") || type == UInt8(ascii: "t") || type == UInt8(ascii: "r"))
    }
  }
}

/// A piece of code in the words of a finding.
enum CodeSummary {
  private static let nameLimit = 80

  static func detail(_ code: CodeObject, _ judgement: CarriedCodeJudgement, maker: String) -> String {
    let file = PythonText.plain(code.fileName, limit: nameLimit)
    var text =
      "\(PythonText.plain(code.title, limit: nameLimit)), compiled from \(file) line \(code.firstLine)"
    text += code.isReadable ? " for Python \(code.version.text)" : " in bytecode of no known version"
    text += ", is made by \(maker)"
    let notable = judgement.notable.prefix(12)
    if !notable.isEmpty { text += "; it reaches for \(notable.joined(separator: ", "))" }
    let names = code.names.prefix(16).map { PythonText.plain($0, limit: 40) }
    if !names.isEmpty { text += "; its names are \(names.joined(separator: ", "))" }
    return text
  }

  /// The constants that say most: texts and bytes, code inside named.
  static func evidence(_ code: CodeObject) -> String {
    let shown = code.constants.filter { constant in
      switch constant {
      case .string(let text): !text.isEmpty
      case .bytes, .code, .tuple, .frozenSet, .other: true
      default: false
      }
    }
    return shown.prefix(16).map { $0.description(limit: nameLimit) }.joined(separator: ", ")
  }
}
