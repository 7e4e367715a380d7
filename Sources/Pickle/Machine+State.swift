internal import ByteParsing

extension Machine {
  /// BUILD: the object stays on the stack.
  mutating func runBuild(_ argument: Argument, sink: inout some TraceSink) throws(ParseError) -> Flow {
    try require(2, sink: &sink)
    let offset = position
    let state = pop()
    let target = value(at: stack.count - 1)
    advance(to: argument.end)
    return try deliver(
      Effect(.build, at: offset, target: target, operand: state, result: SymbolicValue(.none)),
      sink: &sink)
  }

  /// APPEND(S), SETITEM(S) and ADDITEMS on something that is not a plain list, dictionary or set: a method
  /// of an object is called with what stands above it.
  mutating func runMethod(
    _ opcode: Opcode, _ argument: Argument, sink: inout some TraceSink
  ) throws(ParseError) -> Flow {
    let kind: Effect.Kind
    let first: Int
    switch opcode {
    case .append: (kind, first) = (.appendItems, stack.count - 1)
    case .appends: (kind, first) = (.appendItems, fence)
    case .setitem: (kind, first) = (.setItems, stack.count - 2)
    case .setitems: (kind, first) = (.setItems, fence)
    case .additems: (kind, first) = (.addItems, fence)
    default: try fail(.cold, sink: &sink)
    }
    let offset = position
    let target = value(at: first - 1)  // the inner loop has found it there
    let isOdd = kind == .setItems && (stack.count - first) % 2 != 0
    // Python's unpickler sets the whole pairs before it misses the last value.
    if isOdd { _ = stack.pop() }
    let operand = try takeTuple(from: first)
    if opcode.entry.stack.takesMark { fence = marks.pop() }
    // A list whose items are set, say, no longer holds what it was given.
    values.elide(target)
    guard !isOdd || values.elementCount(operand) != 0 else { try fail(.oddItems, sink: &sink) }
    advance(to: argument.end)
    // For no items the C unpickler does nothing, and Python's still looks for the method.
    let flow = try deliver(
      Effect(kind, at: offset, target: target, operand: operand, result: SymbolicValue(.none)),
      sink: &sink)
    if isOdd, case .next = flow {
      throw ParseError(.malformed, at: offset, "an odd number of keys and values")
    }
    return flow
  }
}
