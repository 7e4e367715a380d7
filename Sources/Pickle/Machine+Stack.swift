internal import ByteParsing

extension Machine {
  mutating func push(_ value: SymbolicValue) throws(ParseError) {
    guard stack.append(value.raw) else { throw full() }
  }

  /// Takes the top of the stack, which `require` or `requireMark` has found there.
  mutating func pop() -> SymbolicValue { SymbolicValue(raw: stack.pop()) }

  /// The value at a height of the stack that was checked.
  func value(at height: Int) -> SymbolicValue { SymbolicValue(raw: stack[height]) }

  /// Fails unless `count` values stand above the fence.
  func require(_ count: Int, sink: inout some TraceSink) throws(ParseError) {
    guard stack.count - count >= fence else { try fail(.underflow, sink: &sink) }
  }

  /// Fails unless there is a mark.
  func requireMark(sink: inout some TraceSink) throws(ParseError) {
    guard marks.count > 0 else { try fail(.noMark, sink: &sink) }
  }

  /// Replaces everything from `start` on by a tuple of it, which is returned and not pushed.
  mutating func takeTuple(from start: Int) throws(ParseError) -> SymbolicValue {
    guard let tuple = values.makeTuple(stack, from: start, at: position) else { throw full() }
    stack.truncate(to: start)
    return tuple
  }

  /// Ends the stream at an opcode that an unpickler refuses.
  func fail(_ exit: Exit, sink: inout some TraceSink) throws(ParseError) -> Never {
    switch exit {
    case .underflow:
      if marks.count > 0 {
        sink.receive(Irregularity(.belowMark, at: position, "an opcode reaches below the mark"))
      }
      throw ParseError(.malformed, at: position, "too few values on the stack")
    case .noMark: throw ParseError(.malformed, at: position, "no mark on the stack")
    case .oddItems: throw ParseError(.malformed, at: position, "an odd number of keys and values")
    case .unhashable: throw ParseError(.malformed, at: position, "a key that cannot be hashed")
    case .notText: throw ParseError(.malformed, at: position, "text that is not UTF-8")
    case .noMemo: throw ParseError(.malformed, at: position, "nothing in the memo at this index")
    case .memoBomb:
      sink.receive(
        Irregularity(.memoBomb, at: position, "a memo index far beyond the number of values"))
      throw ParseError(.malformed, at: position, "memo index")
    case .full: throw full()
    case .boundary, .cold: throw ParseError(.unsupported, at: position, "opcode")
    }
  }

  /// The error of a machine that may not keep more.
  func full() -> ParseError {
    let what =
      if stack.count >= stack.limit {
        "values on the stack: \(stack.limit)"
      } else if marks.count >= marks.limit {
        "marks on the stack: \(marks.limit)"
      } else if values.nodes.count >= values.nodes.limit {
        "containers, imports and calls in a pickle: \(values.nodes.limit)"
      } else {
        "memo slots: \(values.capacity.memo)"
      }
    return ParseError(.limit, at: position, what)
  }
}
