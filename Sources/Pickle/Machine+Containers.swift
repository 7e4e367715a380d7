extension Machine {
  /// Runs one opcode that puts elements into a container; `.boundary` where it was run.
  ///
  /// Lists, dictionaries and sets are filled here. On anything else these opcodes call a method of an
  /// object, and `.cold` leaves them to the outer loop.
  mutating func runContainer(_ byte: UInt8, offset: Int) -> Exit {
    switch byte {
    case 0x85:  // TUPLE1
      return pushTuple(from: stack.count - 1, at: offset)
    case 0x86:  // TUPLE2
      return pushTuple(from: stack.count - 2, at: offset)
    case 0x87:  // TUPLE3
      return pushTuple(from: stack.count - 3, at: offset)
    case 0x74:  // TUPLE
      guard marks.count > 0 else { return .noMark }
      let exit = pushTuple(from: fence, at: offset)
      if exit == .boundary { fence = marks.pop() }
      return exit
    case 0x6C:  // LIST
      return pushContainer(.list, at: offset)
    case 0x64:  // DICT
      guard marks.count == 0 || (stack.count - fence) % 2 == 0 else { return .oddItems }
      return pushContainer(.dictionary, at: offset)
    case 0x91:  // FROZENSET
      return pushContainer(.frozenSet, at: offset)
    case 0x61:  // APPEND
      return extendTop(.list, from: stack.count - 1, at: offset)
    case 0x73:  // SETITEM
      return extendTop(.dictionary, from: stack.count - 2, at: offset)
    case 0x65:  // APPENDS
      return extendMarked(.list, at: offset)
    case 0x75:  // SETITEMS
      return extendMarked(.dictionary, at: offset)
    case 0x90:  // ADDITEMS
      return extendMarked(.set, at: offset)
    default: return .cold
    }
  }

  /// Replaces what stands above `start` by a tuple of it.
  @inline(__always)
  private mutating func pushTuple(from start: Int, at offset: Int) -> Exit {
    guard start >= fence else { return .underflow }
    guard let value = values.makeTuple(stack, from: start, at: offset) else { return .full }
    stack.truncate(to: start)
    return stack.append(value.raw) ? .boundary : .full
  }

  /// Replaces what stands above the mark by a new container of it.
  private mutating func pushContainer(_ kind: SymbolicValue.Kind, at offset: Int) -> Exit {
    guard marks.count > 0 else { return .noMark }
    guard canHashKeys(of: kind, from: fence) else { return .unhashable }
    guard let value = values.make(kind, Node()) else { return .full }
    values.extend(value, by: stack, from: fence, at: offset)
    stack.truncate(to: fence)
    fence = marks.pop()
    return stack.append(value.raw) ? .boundary : .full
  }

  /// Moves what stands above `start` into the container below it.
  @inline(__always)
  private mutating func extendTop(_ kind: SymbolicValue.Kind, from start: Int, at offset: Int) -> Exit {
    guard start > fence else { return .underflow }
    let target = SymbolicValue(raw: stack[start - 1])
    guard target.isA(kind) else { return .cold }
    guard canHashKeys(of: kind, from: start) else { return .unhashable }
    values.extend(target, by: stack, from: start, at: offset)
    stack.truncate(to: start)
    return .boundary
  }

  /// Moves what stands above the mark into the container below it.
  @inline(__always)
  private mutating func extendMarked(_ kind: SymbolicValue.Kind, at offset: Int) -> Exit {
    guard marks.count > 0 else { return .noMark }
    guard fence > marks[marks.count - 1] else { return .underflow }
    let target = SymbolicValue(raw: stack[fence - 1])
    guard target.isA(kind) else { return .cold }
    guard kind != .dictionary || (stack.count - fence) % 2 == 0 else { return .oddItems }
    guard canHashKeys(of: kind, from: fence) else { return .unhashable }
    values.extend(target, by: stack, from: fence, at: offset)
    stack.truncate(to: fence)
    fence = marks.pop()
    return .boundary
  }

  /// Whether what stands above `start` can be the keys of a dictionary or the elements of a set.
  @inline(__always)
  private func canHashKeys(of kind: SymbolicValue.Kind, from start: Int) -> Bool {
    kind == .list || values.canHash(stack, from: start, step: kind == .dictionary ? 2 : 1)
  }
}
