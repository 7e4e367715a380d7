internal import ByteParsing

extension Machine {
  /// Hands an effect to the sink, and does what it asks for. The opcode counts as run.
  mutating func deliver(_ effect: Effect, sink: inout some TraceSink) throws(ParseError) -> Flow {
    switch sink.receive(effect, values) {
    case .proceed: return .next
    case .stop(let reason): return .stopped(reason: reason)
    case .skip(let count):
      guard count >= 0, count <= values.input.count - position else {
        throw ParseError(.truncated, at: position, "\(count) raw bytes between opcodes")
      }
      if count > 0, position < frameEnd, frameEnd != Machine.noFrame {
        sink.receive(Irregularity(.frameMalformed, at: position, "raw bytes inside a FRAME"))
      }
      position += count
      frameEnd = Machine.noFrame
      return .next
    }
  }

  func made(_ value: SymbolicValue?) throws(ParseError) -> SymbolicValue {
    guard let value else { throw full() }
    return value
  }

  /// `target(*operand)` or `target.__new__(target, *operand)`: pushes what it makes.
  private mutating func call(
    _ kind: Effect.Kind, _ target: SymbolicValue, _ operand: SymbolicValue, end: Int,
    sink: inout some TraceSink
  ) throws(ParseError) -> Flow {
    let offset = position
    let isNew = kind == .newObject || kind == .newObjectEx
    let result = try made(values.make(isNew ? .instance : .call, target, operand, at: offset))
    try push(result)
    advance(to: end)
    return try deliver(
      Effect(kind, at: offset, target: target, operand: operand, result: result), sink: &sink)
  }

  /// REDUCE. The C unpickler wants a tuple of arguments, Python's takes anything that can be iterated.
  mutating func runReduce(_ argument: Argument, sink: inout some TraceSink) throws(ParseError) -> Flow {
    try require(2, sink: &sink)
    let operand = pop()
    let target = pop()
    return try call(.reduce, target, operand, end: argument.end, sink: &sink)
  }

  mutating func runNewObject(_ argument: Argument, sink: inout some TraceSink) throws(ParseError) -> Flow {
    try require(2, sink: &sink)
    let operand = pop()
    let target = pop()
    return try call(.newObject, target, operand, end: argument.end, sink: &sink)
  }

  mutating func runNewObjectEx(_ argument: Argument, sink: inout some TraceSink) throws(ParseError) -> Flow
  {
    try require(3, sink: &sink)
    let operand = try takeTuple(from: stack.count - 2)
    let target = pop()
    return try call(.newObjectEx, target, operand, end: argument.end, sink: &sink)
  }

  /// OBJ: the first value above the mark is the callable.
  mutating func runObject(_ argument: Argument, sink: inout some TraceSink) throws(ParseError) -> Flow {
    try requireMark(sink: &sink)
    try require(1, sink: &sink)
    let operand = try takeTuple(from: fence + 1)
    let target = pop()
    fence = marks.pop()
    return try call(.instantiate, target, operand, end: argument.end, sink: &sink)
  }

  /// INST, after its import: calls `target` with everything above the mark.
  mutating func instantiate(
    _ target: SymbolicValue, end: Int, sink: inout some TraceSink
  ) throws(ParseError) -> Flow {
    try requireMark(sink: &sink)
    let operand = try takeTuple(from: fence)
    fence = marks.pop()
    return try call(.instantiate, target, operand, end: end, sink: &sink)
  }

  mutating func runPersistentLoad(
    _ id: SymbolicValue, end: Int, sink: inout some TraceSink
  ) throws(ParseError) -> Flow {
    try pushMade(
      .persistentLoad, .persistent, target: SymbolicValue(.none), operand: id, end: end, sink: &sink)
  }

  mutating func runExtension(_ argument: Argument, sink: inout some TraceSink) throws(ParseError) -> Flow {
    // EXT4's code is signed, and only positive codes can be registered.
    guard argument.value > 0, argument.value <= Int32.max else {
      throw ParseError(.malformed, at: position, "extension code")
    }
    let code = SymbolicValue(.integer, payload: Int(argument.value))
    return try pushMade(
      .extensionLookup, .extension, target: SymbolicValue(.none), operand: code, end: argument.end,
      sink: &sink)
  }

  mutating func runBuffer(
    _ viewed: SymbolicValue, _ argument: Argument, sink: inout some TraceSink
  ) throws(ParseError) -> Flow {
    try pushMade(
      .buffer, .buffer, target: viewed, operand: SymbolicValue(.none), end: argument.end, sink: &sink)
  }

  private mutating func pushMade(
    _ kind: Effect.Kind, _ resultKind: SymbolicValue.Kind, target: SymbolicValue, operand: SymbolicValue,
    end: Int, sink: inout some TraceSink
  ) throws(ParseError) -> Flow {
    let offset = position
    let source = kind == .buffer ? target : operand
    let result = try made(values.make(resultKind, source, SymbolicValue(.none), at: offset))
    try push(result)
    advance(to: end)
    return try deliver(
      Effect(kind, at: offset, target: target, operand: operand, result: result), sink: &sink)
  }
}
