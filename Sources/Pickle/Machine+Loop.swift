/// Why the inner loop returned. Except at a boundary, the opcode it returned at was not run.
enum Exit {
  /// The end of what is safe to run was reached.
  case boundary
  /// An opcode, or a case of one, that the inner loop does not know.
  case cold
  /// The stack above the mark is too short.
  case underflow
  case noMark
  case oddItems
  case noMemo
  case memoBomb
  /// A buffer has reached its limit.
  case full
}

extension Machine {
  /// Runs opcodes that only build plain values, from `position` until an opcode begins at or behind
  /// `end`.
  ///
  /// - Parameters:
  ///   - code: a window of the input that begins at `base`.
  ///   - end: relative to the window; every opcode that begins before it has its fixed argument inside
  ///     the window, the input and the frame.
  ///   - payloadEnd: relative to the window; payloads that reach beyond it are left to the outer loop.
  mutating func runFast(_ code: RawSpan, base: Int, until end: Int, payloadEnd: Int) -> Exit {
    var at = position - base
    var executed = 0
    defer {
      position = base + at
      opcodes += executed
    }
    while at < end {
      // No opcode pushes more than one value.
      guard stack.hasRoom || stack.grow(to: stack.count + 1) else { return .full }
      switch Opcode(rawValue: code.integer(at: at)) {
      case .nothing:
        push(.none)
        at &+= 1
      case .newTrue:
        push(.true)
        at &+= 1
      case .newFalse:
        push(.false)
        at &+= 1
      case .binint1:
        push(.integer, Int(code.integer(at: at &+ 1, as: UInt8.self)))
        at &+= 2
      case .binint2:
        push(.integer, Int(code.integer(at: at &+ 1, as: UInt16.self)))
        at &+= 3
      case .binint:
        push(.integer, Int(code.integer(at: at &+ 1, as: Int32.self)))
        at &+= 5
      case .long1:
        let count = Int(code.integer(at: at &+ 1, as: UInt8.self))
        guard at &+ 2 &+ count <= payloadEnd else { return .cold }
        if count == 0 {
          push(.integer, 0)
        } else if count <= 7 {
          let shift = 64 &- 8 &* count
          push(.integer, (code.integer(at: at &+ 2, as: Int.self) &<< shift) &>> shift)
        } else {
          push(.bigInteger, base &+ at)
        }
        at &+= 2 &+ count
      case .binfloat:
        push(.float, base &+ at)
        at &+= 9
      case .shortBinunicode, .shortBinstring:
        let next = at &+ 2 &+ Int(code.integer(at: at &+ 1, as: UInt8.self))
        guard next <= payloadEnd else { return .cold }
        push(.string, base &+ at)
        at = next
      case .binunicode:
        let next = at &+ 5 &+ Int(code.integer(at: at &+ 1, as: UInt32.self))
        guard next <= payloadEnd else { return .cold }
        push(.string, base &+ at)
        at = next
      case .shortBinbytes:
        let next = at &+ 2 &+ Int(code.integer(at: at &+ 1, as: UInt8.self))
        guard next <= payloadEnd else { return .cold }
        push(.bytes, base &+ at)
        at = next
      case .binbytes:
        let next = at &+ 5 &+ Int(code.integer(at: at &+ 1, as: UInt32.self))
        guard next <= payloadEnd else { return .cold }
        push(.bytes, base &+ at)
        at = next

      case .mark:
        guard marks.append(fence) else { return .full }
        fence = stack.count
        at &+= 1
      case .pop:
        if stack.count > fence {
          _ = stack.pop()
        } else {
          guard marks.count > 0 else { return .underflow }
          fence = marks.pop()
        }
        at &+= 1
      case .popMark:
        guard marks.count > 0 else { return .noMark }
        stack.truncate(to: fence)
        fence = marks.pop()
        at &+= 1
      case .dup:
        guard stack.count > fence else { return .underflow }
        stack.push(stack[stack.count &- 1])
        at &+= 1

      case .memoize:
        guard stack.count > fence else { return .underflow }
        guard memo.put(stack[stack.count &- 1], at: memo.entries) else { return .full }
        at &+= 1
      case .binput:
        guard stack.count > fence else { return .underflow }
        let index = Int(code.integer(at: at &+ 1, as: UInt8.self))
        guard memo.put(stack[stack.count &- 1], at: index) else { return .full }
        at &+= 2
      case .longBinput:
        guard stack.count > fence else { return .underflow }
        let index = Int(code.integer(at: at &+ 1, as: UInt32.self))
        guard index <= opcodes &+ executed &+ Memo.slack else { return .memoBomb }
        guard memo.put(stack[stack.count &- 1], at: index) else { return .full }
        at &+= 5
      case .binget:
        guard let raw = memo[Int(code.integer(at: at &+ 1, as: UInt8.self))] else { return .noMemo }
        stack.push(raw)
        at &+= 2
      case .longBinget:
        guard let raw = memo[Int(code.integer(at: at &+ 1, as: UInt32.self))] else { return .noMemo }
        stack.push(raw)
        at &+= 5

      case .emptyTuple:
        guard let value = values.make(.tuple, Node()) else { return .full }
        stack.push(value.raw)
        at &+= 1
      case .emptyList:
        guard let value = values.make(.list, Node()) else { return .full }
        stack.push(value.raw)
        at &+= 1
      case .emptyDict:
        guard let value = values.make(.dictionary, Node()) else { return .full }
        stack.push(value.raw)
        at &+= 1
      case .emptySet:
        guard let value = values.make(.set, Node()) else { return .full }
        stack.push(value.raw)
        at &+= 1
      case .tuple1, .tuple2, .tuple3, .tuple, .list, .dict, .frozenset, .append, .appends, .setitem,
        .setitems, .additems:
        // Containers with elements: an opcode each, but far more work each than one of the above.
        let exit = runContainer(code.integer(at: at), offset: base &+ at)
        guard exit == .boundary else { return exit }
        at &+= 1

      default:
        return .cold
      }
      executed &+= 1
    }
    return .boundary
  }

  @inline(__always)
  mutating func push(_ kind: SymbolicValue.Kind, _ payload: Int = 0) {
    stack.push(SymbolicValue(kind, payload: payload).raw)
  }
}
