/// Follows names and constants through a piece of bytecode from its first instruction to its last, without branches.
///
/// The stack holds what is known of each value. An instruction that is not followed empties it, and what is taken from an
/// empty stack is unknown: paths are lost by that, never invented.
struct CodeWalk {
  /// What is known of a value.
  enum Held: Equatable {
    case path(String)
    case constant(CodeConstant)
    case unknown
  }

  let code: CodeObject
  private(set) var uses: CodeUses
  private var stack: [Held] = []
  /// What was stored under a name last.
  private var variables: [String: Held] = [:]
  private var last = ""

  private static let stackLimit = 256
  private static let variableLimit = 1024

  init(_ code: CodeObject, _ uses: CodeUses) {
    self.code = code
    self.uses = uses
  }

  mutating func run() {
    var reader = InstructionReader(code.bytecode, version: code.version)
    while let instruction = reader.next() {
      guard let operation = instruction.operation else {
        stack.removeAll()
        continue
      }
      follow(operation, instruction)
      last = operation.name
    }
  }

  // MARK: stack

  private mutating func push(_ held: Held) {
    if stack.count >= Self.stackLimit { stack.removeFirst(Self.stackLimit / 2) }
    stack.append(held)
  }

  private mutating func pop() -> Held { stack.popLast() ?? .unknown }

  @discardableResult
  private mutating func pop(_ count: Int) -> [Held] {
    let known = min(count, stack.count)
    let taken = Array(stack.suffix(known))
    stack.removeLast(known)
    return taken
  }

  private func top() -> Held { stack.last ?? .unknown }

  private mutating func replace(_ count: Int) {
    pop(count)
    push(.unknown)
  }

  // MARK: instructions

  private mutating func follow(_ operation: OpcodeTable.Operation, _ instruction: Instruction) {
    switch operation.argument {
    case .name, .global, .attribute, .super: return followName(operation.name, instruction)
    case .local, .free: return followVariable(operation.name, variable(instruction))
    case .locals: return followPair(operation.name, instruction.argument)
    case .const: return followConstant(operation.name, instruction.argument)
    default: break
    }
    if let effect = Self.effects[operation.name] {
      pop(effect.taken)
      for _ in 0..<effect.given { push(.unknown) }
      return
    }
    if followCall(operation.name, instruction.argument) { return }
    followStack(operation.name, instruction.argument)
  }

  private func variable(_ instruction: Instruction) -> String {
    let index = instruction.argument
    if !code.localsPlus.isEmpty { return index < code.localsPlus.count ? code.localsPlus[index] : "" }
    guard instruction.operation?.argument == .free else {
      return index < code.variables.count ? code.variables[index] : ""
    }
    let cells = code.cellVariables + code.freeVariables
    return index < cells.count ? cells[index] : ""
  }

  private mutating func followConstant(_ name: String, _ index: Int) {
    // RETURN_CONST and KW_NAMES push nothing.
    guard name == "LOAD_CONST" else { return }
    push(index < code.constants.count ? .constant(code.constants[index]) : .unknown)
  }

  private mutating func followVariable(_ name: String, _ variable: String) {
    if name.hasPrefix("STORE") {
      store(pop(), in: variable)
    } else if name.hasPrefix("LOAD") {
      push(variables[variable] ?? .unknown)
    }
  }

  private mutating func followPair(_ name: String, _ argument: Int) {
    let first = local(argument >> 4)
    let second = local(argument & 15)
    followVariable(name.hasPrefix("STORE") ? "STORE_FAST" : "LOAD_FAST", first)
    followVariable(name == "STORE_FAST_STORE_FAST" ? "STORE_FAST" : "LOAD_FAST", second)
  }

  private func local(_ index: Int) -> String {
    index < code.localsPlus.count ? code.localsPlus[index] : ""
  }

  private mutating func store(_ held: Held, in variable: String) {
    guard variables.count < Self.variableLimit || variables[variable] != nil else { return }
    variables[variable] = held
  }

  private mutating func followName(_ operation: String, _ instruction: Instruction) {
    guard let index = instruction.nameIndex(code.version), index < code.names.count else {
      return stack.removeAll()
    }
    let name = code.names[index]
    switch operation {
    case "LOAD_GLOBAL", "LOAD_NAME":
      let held = variables[name] ?? .path(name)
      load(held)
    case "LOAD_FROM_DICT_OR_GLOBALS":
      pop(1)
      load(.path(name))
    case "LOAD_ATTR", "LOAD_METHOD": load(attribute(name, of: pop()))
    case "LOAD_SUPER_ATTR":
      pop(3)
      load(.path("super().\(name)"))
    case "STORE_NAME", "STORE_GLOBAL": store(pop(), in: name)
    case "STORE_ATTR": pop(2)
    case "DELETE_ATTR", "STORE_ANNOTATION": pop(1)
    case "IMPORT_NAME":
      let parameters = pop(2)
      importModule(
        Self.isRelative(parameters) ? ".\(name)" : name, wholly: parameters.last != .constant(.none))
    case "IMPORT_FROM": load(attribute(name, of: top()))
    default: break
    }
  }

  private mutating func load(_ held: Held) {
    if case .path(let path) = held { uses.use(path) }
    push(held)
  }

  /// Whether an import's level, the first of its two parameters, is above 0.
  private static func isRelative(_ parameters: [Held]) -> Bool {
    guard parameters.count == 2, case .constant(.integer(let level)) = parameters[0] else { return false }
    return level > 0
  }

  /// `import a.b` gives `a`; `from a.b import c` gives `a.b`.
  private mutating func importModule(_ module: String, wholly: Bool) {
    uses.importing(module)
    load(.path(wholly ? module : String(module.prefix { $0 != "." })))
  }

  private func attribute(_ name: String, of base: Held) -> Held {
    let root: String
    switch base {
    case .path(let path): root = path
    case .constant, .unknown: root = "?"
    }
    let path = "\(root).\(name)"
    // Of a path too long to be kept the end says most.
    return .path(path.utf8.count <= CodeUses.textLimit ? path : "?.\(name)")
  }

  // MARK: calls

  /// Whether the instruction is a call of some version.
  private mutating func followCall(_ name: String, _ argument: Int) -> Bool {
    switch name {
    case "CALL", "CALL_METHOD": call(positional: argument)
    case "CALL_FUNCTION" where code.version == .v2_7:
      pop(2 * (argument >> 8))
      call(positional: argument & 0xFF)
    case "CALL_FUNCTION": call(positional: argument)
    case "CALL_FUNCTION_KW" where code.version != .v2_7, "CALL_KW":
      pop(1)
      call(positional: argument)
    case "CALL_FUNCTION_EX":
      // 3.14 always has a place for keywords, with PUSH_NULL where there are none.
      let hasKeywords = code.version >= .v3_14 ? last != "PUSH_NULL" : argument & 1 != 0
      if hasKeywords { pop(1) }
      call(positional: 1)
    default: return false
    }
    return true
  }

  private mutating func call(positional count: Int) {
    let arguments = pop(count)
    let callee = pop()
    guard case .path(let path) = callee else { return push(.unknown) }
    let texts = arguments.prefix(2).compactMap(\.text)
    var firstPath: String?
    if case .path(let path)? = arguments.first { firstPath = path }
    uses.call(
      CodeUses.Call(
        path: path, firstPath: firstPath, text: texts.first.map { String($0.prefix(CodeUses.textLimit)) },
        isConstant: arguments.allSatisfy { if case .constant = $0 { true } else { false } }))
    push(result(of: path, arguments))
  }

  /// What a call gives, where that is a name again.
  private mutating func result(of path: String, _ arguments: [Held]) -> Held {
    let bare = path.split(separator: ".").last.map(String.init) ?? path
    if bare == "__import__" || bare == "import_module", let module = arguments.first?.text {
      uses.importing(module)
      let whole = bare == "import_module" ? module : String(module.prefix { $0 != "." })
      uses.use(whole)
      return .path(whole)
    }
    if bare == "getattr", arguments.count >= 2, let name = arguments[1].text {
      let held = attribute(name, of: arguments[0])
      if case .path(let path) = held { uses.use(path) }
      return held
    }
    return .path(path.utf8.count < CodeUses.textLimit ? "\(path)()" : "?")
  }

  // MARK: the rest

  private mutating func followStack(_ name: String, _ argument: Int) {
    switch name {
    case "EXEC_STMT":
      // Python 2's statement: the text, and two dictionaries.
      pop(2)
      let text = pop()
      push(.path("exec"))
      push(text)
      uses.use("exec")
      call(positional: 1)
      pop(1)
    case "LOAD_SMALL_INT": push(.constant(.integer(argument)))
    case "DUP_TOP": push(top())
    case "COPY": push(argument > 0 && argument <= stack.count ? stack[stack.count - argument] : .unknown)
    case "SWAP": exchange(argument)
    case "ROT_TWO": exchange(2)
    case "BINARY_ADD", "INPLACE_ADD": add()
    case "BINARY_OP" where argument == 0 || argument == 13: add()
    case "BINARY_SUBSCR": takeItem()
    case "BINARY_OP" where argument == 26: takeItem()
    case "BINARY_OP": replace(2)
    case "BUILD_TUPLE", "BUILD_LIST", "BUILD_SET", "BUILD_STRING", "BUILD_SLICE": replace(argument)
    case "BUILD_MAP": replace(code.version == .v2_7 ? 0 : 2 * argument)
    case "BUILD_CONST_KEY_MAP": replace(argument + 1)
    case "UNPACK_SEQUENCE":
      pop(1)
      for _ in 0..<min(argument, Self.stackLimit) { push(.unknown) }
    case "FORMAT_VALUE": replace(argument & 4 != 0 ? 2 : 1)
    case "MAKE_FUNCTION": makeFunction(argument)
    case "RAISE_VARARGS": pop(argument)
    default:
      if name.hasPrefix("BINARY_") || name.hasPrefix("INPLACE_") { return replace(2) }
      if name.hasPrefix("UNARY_") { return replace(1) }
      if name.hasPrefix("POP_JUMP") {
        pop(1)
        return
      }
      stack.removeAll()
    }
  }

  private mutating func exchange(_ depth: Int) {
    guard depth > 1, depth <= stack.count else { return stack.removeAll() }
    stack.swapAt(stack.count - 1, stack.count - depth)
  }

  /// Text that is put together from constants.
  private mutating func add() {
    let operands = pop(2)
    guard operands.count == 2, let first = operands[0].text, let second = operands[1].text,
      first.utf8.count + second.utf8.count <= CodeUses.textLimit
    else { return push(.unknown) }
    push(.constant(.string(first + second)))
  }

  /// An item of a module's names, or of the table of modules, by a constant name.
  private mutating func takeItem() {
    let operands = pop(2)
    guard operands.count == 2, case .path(let path) = operands[0], let name = operands[1].text else {
      return push(.unknown)
    }
    if path == "sys.modules" { return load(.path(name)) }
    let base = path.hasSuffix(".__dict__") ? String(path.dropLast(9)) : path
    guard base != path || path.hasSuffix("__builtins__") || path.hasSuffix("__globals__") else {
      return push(.unknown)
    }
    load(attribute(name, of: .path(base)))
  }

  private mutating func makeFunction(_ argument: Int) {
    switch code.version {
    case .v2_7: replace(argument + 1)
    case .v3_13, .v3_14: replace(1)
    case .v3_11, .v3_12: replace(1 + (argument & 15).nonzeroBitCount)
    default: replace(2 + (argument & 15).nonzeroBitCount)
    }
  }

  /// How many values an instruction takes and gives, where that is all there is to it.
  private static let effects: [String: (taken: Int, given: Int)] = [
    "RESUME": (0, 0), "NOP": (0, 0), "CACHE": (0, 0), "EXTENDED_ARG": (0, 0), "PRECALL": (0, 0),
    "PUSH_NULL": (0, 0), "NOT_TAKEN": (0, 0), "COPY_FREE_VARS": (0, 0), "TO_BOOL": (0, 0),
    "GET_ITER": (0, 0),
    "SETUP_LOOP": (0, 0), "SETUP_EXCEPT": (0, 0), "SETUP_FINALLY": (0, 0), "SETUP_ANNOTATIONS": (0, 0),
    "POP_BLOCK": (0, 0), "CONVERT_VALUE": (0, 0), "FORMAT_SIMPLE": (0, 0), "JUMP_FORWARD": (0, 0),
    "JUMP_BACKWARD": (0, 0), "JUMP_ABSOLUTE": (0, 0), "FOR_ITER": (0, 1), "POP_TOP": (1, 0),
    "RETURN_VALUE": (1, 0), "RETURN_GENERATOR": (0, 1), "COMPARE_OP": (2, 1), "IS_OP": (2, 1),
    "CONTAINS_OP": (2, 1), "STORE_SUBSCR": (3, 0), "DELETE_SUBSCR": (2, 0), "BINARY_SLICE": (3, 1),
    "STORE_SLICE": (4, 0), "LIST_APPEND": (1, 0), "SET_ADD": (1, 0), "MAP_ADD": (2, 0),
    "LIST_EXTEND": (1, 0),
    "SET_UPDATE": (1, 0), "DICT_UPDATE": (1, 0), "DICT_MERGE": (1, 0), "LIST_TO_TUPLE": (0, 0),
    "LOAD_BUILD_CLASS": (0, 1), "LOAD_LOCALS": (0, 1), "LOAD_COMMON_CONSTANT": (0, 1),
    "LOAD_ASSERTION_ERROR": (0, 1), "YIELD_VALUE": (1, 1), "IMPORT_STAR": (1, 0),
    "FORMAT_WITH_SPEC": (2, 1),
    "SET_FUNCTION_ATTRIBUTE": (2, 1), "CALL_INTRINSIC_1": (1, 1), "CALL_INTRINSIC_2": (2, 1),
    "PRINT_ITEM": (1, 0), "PRINT_NEWLINE": (0, 0),
  ]
}

extension CodeWalk.Held {
  /// The text of a constant: a string, or bytes as Latin-1.
  var text: String? {
    switch self {
    case .constant(.string(let text)): text
    case .constant(.bytes(let bytes)):
      String(String.UnicodeScalarView(bytes.prefix(4096).map { Unicode.Scalar($0) }))
    default: nil
    }
  }
}
