import ByteParsing

extension MarshalParser {
  /// The fields of a code object, in the order of the layout.
  mutating func code(_ input: inout ByteReader, depth: Int) throws(ParseError) -> CodeObject {
    var code = CodeObject()
    code.argumentCount = try field(&input)
    if layout == .positionalOnly || layout == .localsPlus { code.positionalOnlyCount = try field(&input) }
    if layout != .python2 { code.keywordOnlyCount = try field(&input) }
    if layout != .localsPlus { _ = try field(&input) }  // nlocals
    _ = try field(&input)  // stacksize
    code.flags = try field(&input)
    code.bytecode = try bytes(&input, depth, "co_code")
    code.constants = try tuple(&input, depth, "co_consts")
    code.names = try names(&input, depth, "co_names")
    if layout == .localsPlus {
      code.localsPlus = try names(&input, depth, "co_localsplusnames")
      code.setVariables(kinds: try bytes(&input, depth, "co_localspluskinds"))
    } else {
      code.variables = try names(&input, depth, "co_varnames")
      code.freeVariables = try names(&input, depth, "co_freevars")
      code.cellVariables = try names(&input, depth, "co_cellvars")
    }
    code.fileName = try string(&input, depth, "co_filename")
    code.name = try string(&input, depth, "co_name")
    if layout == .localsPlus { code.qualifiedName = try string(&input, depth, "co_qualname") }
    code.firstLine = try field(&input)
    _ = try bytes(&input, depth, "co_linetable")
    if layout == .localsPlus { _ = try bytes(&input, depth, "co_exceptiontable") }
    return code
  }

  private func field(_ input: inout ByteReader) throws(ParseError) -> Int {
    Int(try input.readInteger(Int32.self, "field of a code object"))
  }

  private mutating func bytes(
    _ input: inout ByteReader, _ depth: Int, _ field: StaticString
  ) throws(ParseError) -> [UInt8] {
    let start = input.offset
    switch try value(&input, depth: depth) {
    case .bytes(let bytes): return bytes
    // Python 2 may have interned it.
    case .string(let string) where layout == .python2: return Array(string.utf8)
    default: throw ParseError(.malformed, at: start, "\(field) is no bytes")
    }
  }

  private mutating func string(
    _ input: inout ByteReader, _ depth: Int, _ field: StaticString
  ) throws(ParseError) -> String {
    let start = input.offset
    switch try value(&input, depth: depth) {
    case .string(let string): return string
    case .bytes(let bytes) where layout == .python2: return String(decoding: bytes, as: UTF8.self)
    default: throw ParseError(.malformed, at: start, "\(field) is no text")
    }
  }

  private mutating func tuple(
    _ input: inout ByteReader, _ depth: Int, _ field: StaticString
  ) throws(ParseError) -> [CodeConstant] {
    let start = input.offset
    guard case .tuple(let elements)? = try value(&input, depth: depth) else {
      throw ParseError(.malformed, at: start, "\(field) is no tuple")
    }
    return elements
  }

  private mutating func names(
    _ input: inout ByteReader, _ depth: Int, _ field: StaticString
  ) throws(ParseError) -> [String] {
    let start = input.offset
    var names: [String] = []
    for element in try tuple(&input, depth, field) {
      switch element {
      case .string(let name): names.append(name)
      case .bytes(let bytes) where layout == .python2: names.append(String(decoding: bytes, as: UTF8.self))
      default: throw ParseError(.malformed, at: start, "\(field) holds what is no name")
      }
    }
    return names
  }
}

extension CodeObject {
  /// Sorts the names of all locals by their kinds: 0x20 a local variable, 0x40 one that inner functions use, 0x80 one of
  /// a function around it. A name can be of the first two.
  mutating func setVariables(kinds: [UInt8]) {
    for (name, kind) in zip(localsPlus, kinds) {
      if kind & 0x20 != 0 { variables.append(name) }
      if kind & 0x40 != 0 { cellVariables.append(name) }
      if kind & 0x80 != 0 { freeVariables.append(name) }
    }
  }

  /// Makes the one index space that Python 3.11 and later have out of the three lists that its constructor takes:
  /// the locals, the cells that are no locals, the free variables.
  package mutating func joinVariables() {
    localsPlus = variables + cellVariables.filter { !variables.contains($0) } + freeVariables
  }
}
