internal import ByteParsing

extension Machine {
  /// GLOBAL and INST: two lines, module and name.
  mutating func runGlobal(
    _ opcode: Opcode, _ window: inout Window, sink: inout some TraceSink
  ) throws(ParseError) -> Flow {
    let offset = position
    let moduleLine = try readLine(&window, at: offset + 1, sink: &sink)
    let nameStart = offset + 2 + moduleLine.length
    let nameLine = try TextLine(&window, at: nameStart)
    let end = min(nameStart + nameLine.length + 1, values.input.count)
    if nameLine.hasNUL || nameLine.hasReturn {
      sink.receive(Irregularity(.lineControl, at: offset, "NUL or CR in a name"))
    }
    if nameLine.isTerminated { checkFrame(at: offset, end: end, sink: &sink) }
    var nameBytes = nameLine.prefix
    if !nameLine.isTerminated {
      sink.receive(Irregularity(.lineUnterminated, at: offset, "the input ends inside a name"))
      // Python's unpickler takes the last byte for the line feed, imports, and calls.
      _ = nameBytes.popLast()
    }
    guard nameLine.isTerminated || !nameBytes.isEmpty else {
      throw ParseError(.truncated, at: offset, "name of an import")
    }
    guard moduleLine.isWhole, nameLine.isWhole, !moduleLine.prefix.isEmpty, !nameBytes.isEmpty,
      let module = decodeName(moduleLine.prefix, opcode), let name = decodeName(nameBytes, opcode)
    else {
      sink.receive(Irregularity(.nameMalformed, at: offset, "a module or name that is empty or not text"))
      throw ParseError(.malformed, at: offset, "name of an import")
    }
    let global = try makeGlobal(module: module, name: name)
    let isInstance = opcode == .inst
    let imported = Effect(
      .importGlobal, at: offset, target: global, operand: SymbolicValue(.none),
      result: isInstance ? SymbolicValue(.none) : global)
    let flow: Flow
    if isInstance {
      // The import of an INST leaves nothing, and is not where raw bytes can follow.
      if case .stop(let reason) = sink.receive(imported, values) { return .stopped(reason: reason) }
      flow = try instantiate(global, end: end, sink: &sink)
    } else {
      try push(global)
      advance(to: end)
      flow = try deliver(imported, sink: &sink)
    }
    if case .next = flow, !nameLine.isTerminated {
      throw ParseError(.truncated, at: offset, "name of an import")
    }
    return flow
  }

  private func decodeName(_ bytes: [UInt8], _ opcode: Opcode) -> String? {
    if opcode == .inst, !bytes.allSatisfy({ $0 < 0x80 }) { return nil }
    return String(validating: bytes, as: UTF8.self)
  }

  /// STACK_GLOBAL: module and name are the two top values, however they came there.
  mutating func runStackGlobal(_ argument: Argument, sink: inout some TraceSink) throws(ParseError) -> Flow
  {
    try require(2, sink: &sink)
    let offset = position
    let nameValue = pop()
    let moduleValue = pop()
    let global: SymbolicValue
    var computed = SymbolicValue(.none)
    if moduleValue.kind != .string || nameValue.kind != .string {
      sink.receive(
        Irregularity(
          .computedImport, at: offset, "the module or name of an import is not a constant string"))
      computed = moduleValue.kind == .string ? nameValue : moduleValue
      global = try made(
        values.make(.global, Node(Node.computed, UInt64(truncatingIfNeeded: offset))))
    } else if let module = importText(moduleValue), let name = importText(nameValue) {
      global = try makeGlobal(module: module, name: name)
    } else {
      sink.receive(Irregularity(.nameMalformed, at: offset, "a module or name that is empty or not text"))
      computed = importText(moduleValue) == nil ? moduleValue : nameValue
      global = try made(
        values.make(.global, Node(Node.computed, UInt64(truncatingIfNeeded: offset))))
    }
    try push(global)
    advance(to: argument.end)
    return try deliver(
      Effect(
        .importGlobal, at: offset, target: global, operand: computed, result: global),
      sink: &sink)
  }

  /// A name from the stack. nil where it is empty, longer than a line's limit, or text only in some
  /// encodings: the opcodes of Python 2's strings leave the encoding to the reader.
  private func importText(_ value: SymbolicValue) -> String? {
    guard let text = values.string(value, limit: TextLine.prefixBytes), !text.isEmpty else { return nil }
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
    switch values.opcode(of: value) {
    case .string, .binstring, .shortBinstring: return nil
    default: return text
    }
  }

  private mutating func makeGlobal(module: String, name: String) throws(ParseError) -> SymbolicValue {
    guard let index = values.names.index(module: module, name: name, mapped: protocolVersion < 3) else {
      throw ParseError(.limit, at: position, "bytes of imported names: \(values.capacity.nameBytes)")
    }
    let first = UInt64(truncatingIfNeeded: index) | UInt64(protocolVersion) << 32
    return try made(values.make(.global, Node(first, UInt64(truncatingIfNeeded: position))))
  }
}
