/// One instruction of a disassembly.
package struct DisassembledInstruction: Equatable, Sendable {
  /// Bytes from the start of the bytecode.
  package let offset: Int
  /// `LOAD_GLOBAL`; `<219>` for a number that the version does not have.
  package let operation: String
  /// With what `EXTENDED_ARG` puts before it; nil for operations without an argument.
  package let argument: Int?
  /// What the argument stands for: a name, a constant, the target of a jump; empty where it is only a number.
  package let meaning: String
}

extension CodeObject {
  /// The bytecode as instructions of ``version``, at most `limit` of them; inner functions are not entered.
  ///
  /// Text in it is escaped and cut, so that a line can be shown as it is. The words are those of Python's own `dis`.
  package func disassembly(limit: Int) -> [DisassembledInstruction] {
    var lines: [DisassembledInstruction] = []
    var reader = InstructionReader(bytecode, version: version)
    while lines.count < limit, let instruction = reader.next() {
      let hasArgument = instruction.operation.map { $0.argument != .none } ?? true
      lines.append(
        DisassembledInstruction(
          offset: instruction.offset, operation: instruction.operation?.name ?? "<\(instruction.number)>",
          argument: hasArgument ? instruction.argument : nil, meaning: meaning(of: instruction)))
    }
    return lines
  }

  private static var textLimit: Int { 120 }

  private func meaning(of instruction: Instruction) -> String {
    let argument = instruction.argument
    if let target = instruction.target(version) { return "to \(target)" }
    if let index = instruction.nameIndex(version) { return nameMeaning(instruction, index) }
    switch instruction.operation?.argument {
    case .const:
      return argument < constants.count
        ? constants[argument].description(limit: Self.textLimit)
        : "constant \(argument), which is not there"
    case .local: return local(argument)
    case .locals: return "\(local(argument >> 4)), \(local(argument & 15))"
    case .free: return free(argument)
    case .compare: return comparison(argument)
    case .binary: return Self.entry(argument, of: Self.binaryOperators)
    case .common: return Self.entry(argument, of: Self.commonConstants)
    case .special: return Self.entry(argument, of: Self.specialMethods)
    default: return ""
    }
  }

  /// A name, with what the flags beside its index say.
  private func nameMeaning(_ instruction: Instruction, _ index: Int) -> String {
    guard index < names.count else { return "name \(index), which is not there" }
    let name = PythonText.plain(names[index], limit: Self.textLimit)
    let flag = instruction.argument & 1 != 0
    switch instruction.operation?.argument {
    case .global where version >= .v3_13 && flag: return "\(name) + NULL"
    case .global where version >= .v3_11 && flag: return "NULL + \(name)"
    case .attribute where version >= .v3_13 && flag: return "\(name) + NULL|self"
    case .attribute where version == .v3_12 && flag: return "NULL|self + \(name)"
    case .super where version >= .v3_13 && flag: return "\(name) + NULL|self"
    case .super where flag: return "NULL|self + \(name)"
    default: return name
    }
  }

  private func local(_ index: Int) -> String {
    let all = localsPlus.isEmpty ? variables : localsPlus
    guard index < all.count else { return "local \(index), which is not there" }
    return PythonText.plain(all[index], limit: Self.textLimit)
  }

  private func free(_ index: Int) -> String {
    if version >= .v3_11 { return local(index) }
    let inner = index - cellVariables.count
    if inner < 0 { return PythonText.plain(cellVariables[index], limit: Self.textLimit) }
    guard inner < freeVariables.count else { return "cell \(index), which is not there" }
    return PythonText.plain(freeVariables[inner], limit: Self.textLimit)
  }

  private func comparison(_ argument: Int) -> String {
    let text = Self.entry(compareIndex(argument, version), of: Self.comparisons)
    return version >= .v3_13 && argument & 16 != 0 ? "bool(\(text))" : text
  }

  private static func entry(_ index: Int, of list: [String]) -> String {
    index < list.count ? list[index] : "\(index)"
  }

  /// `cmp_op` of Python 3.8; later versions have the first six.
  private static let comparisons = [
    "<", "<=", "==", "!=", ">", ">=", "in", "not in", "is", "is not", "exception match", "BAD",
  ]

  /// `_nb_ops` of `Lib/opcode.py`.
  private static let binaryOperators = [
    "+", "&", "//", "<<", "@", "*", "%", "|", "**", ">>", "-", "/", "^", "+=", "&=", "//=", "<<=", "@=",
    "*=",
    "%=", "|=", "**=", ">>=", "-=", "/=", "^=", "[]",
  ]

  /// `_common_constants` of `Lib/opcode.py`, 3.14.
  private static let commonConstants = ["AssertionError", "NotImplementedError", "tuple", "all", "any"]

  /// `_special_method_names` of CPython 3.14.
  private static let specialMethods = ["__enter__", "__exit__", "__aenter__", "__aexit__"]
}
