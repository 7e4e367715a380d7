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
  /// A key or an element of a set that no unpickler can hash.
  case unhashable
  /// Text that is not UTF-8.
  case notText
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
      let byte = code.integer(at: at, as: UInt8.self)
      switch byte {
      case 0x4E:  // NONE
        push(.none)
        at &+= 1
      case 0x88:  // NEWTRUE
        push(.true)
        at &+= 1
      case 0x89:  // NEWFALSE
        push(.false)
        at &+= 1
      case 0x4B:  // BININT1
        push(.integer, Int(code.integer(at: at &+ 1, as: UInt8.self)))
        at &+= 2
      case 0x4D:  // BININT2
        push(.integer, Int(code.integer(at: at &+ 1, as: UInt16.self)))
        at &+= 3
      case 0x4A:  // BININT
        push(.integer, Int(code.integer(at: at &+ 1, as: Int32.self)))
        at &+= 5
      case 0x8A:  // LONG1
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
      case 0x47:  // BINFLOAT
        push(.float, base &+ at)
        at &+= 9
      case 0x55:  // SHORT_BINSTRING
        let next = at &+ 2 &+ Int(code.integer(at: at &+ 1, as: UInt8.self))
        guard next <= payloadEnd else { return .cold }
        push(.string, base &+ at)
        at = next
      case 0x8C:  // SHORT_BINUNICODE
        let next = at &+ 2 &+ Int(code.integer(at: at &+ 1, as: UInt8.self))
        guard next <= payloadEnd else { return .cold }
        guard code.isText(from: at &+ 2, to: next) else { return .notText }
        push(.string, base &+ at)
        at = next
        memoizeNext(code, &at, end, &executed)
      case 0x58:  // BINUNICODE
        let next = at &+ 5 &+ Int(code.integer(at: at &+ 1, as: UInt32.self))
        guard next <= payloadEnd else { return .cold }
        guard code.isText(from: at &+ 5, to: next) else { return .notText }
        push(.string, base &+ at)
        at = next
        memoizeNext(code, &at, end, &executed)
      case 0x43:  // SHORT_BINBYTES
        let next = at &+ 2 &+ Int(code.integer(at: at &+ 1, as: UInt8.self))
        guard next <= payloadEnd else { return .cold }
        push(.bytes, base &+ at)
        at = next
        memoizeNext(code, &at, end, &executed)
      case 0x42:  // BINBYTES
        let next = at &+ 5 &+ Int(code.integer(at: at &+ 1, as: UInt32.self))
        guard next <= payloadEnd else { return .cold }
        push(.bytes, base &+ at)
        at = next
        memoizeNext(code, &at, end, &executed)

      case 0x28:  // MARK
        guard marks.append(fence) else { return .full }
        fence = stack.count
        at &+= 1
      case 0x30:  // POP
        if stack.count > fence {
          _ = stack.pop()
        } else {
          guard marks.count > 0 else { return .underflow }
          fence = marks.pop()
        }
        at &+= 1
      case 0x31:  // POP_MARK
        guard marks.count > 0 else { return .noMark }
        stack.truncate(to: fence)
        fence = marks.pop()
        at &+= 1
      case 0x32:  // DUP
        guard stack.count > fence else { return .underflow }
        stack.push(stack[stack.count &- 1])
        at &+= 1

      case 0x94:  // MEMOIZE
        guard stack.count > fence else { return .underflow }
        guard memo.put(stack[stack.count &- 1], at: memo.entries) else { return .full }
        at &+= 1
      case 0x71:  // BINPUT
        guard stack.count > fence else { return .underflow }
        let index = Int(code.integer(at: at &+ 1, as: UInt8.self))
        guard memo.put(stack[stack.count &- 1], at: index) else { return .full }
        at &+= 2
      case 0x72:  // LONG_BINPUT
        guard stack.count > fence else { return .underflow }
        let index = Int(code.integer(at: at &+ 1, as: UInt32.self))
        guard index <= opcodes &+ executed &+ Memo.slack else { return .memoBomb }
        guard memo.put(stack[stack.count &- 1], at: index) else { return .full }
        at &+= 5
      case 0x68:  // BINGET
        guard let raw = memo[Int(code.integer(at: at &+ 1, as: UInt8.self))] else { return .noMemo }
        stack.push(raw)
        at &+= 2
      case 0x6A:  // LONG_BINGET
        guard let raw = memo[Int(code.integer(at: at &+ 1, as: UInt32.self))] else { return .noMemo }
        stack.push(raw)
        at &+= 5

      case 0x29:  // EMPTY_TUPLE
        guard let value = values.make(.tuple, Node()) else { return .full }
        stack.push(value.raw)
        at &+= 1
      case 0x5D:  // EMPTY_LIST
        guard let value = values.make(.list, Node()) else { return .full }
        stack.push(value.raw)
        at &+= 1
        memoizeNext(code, &at, end, &executed)
      case 0x7D:  // EMPTY_DICT
        guard let value = values.make(.dictionary, Node()) else { return .full }
        stack.push(value.raw)
        at &+= 1
        memoizeNext(code, &at, end, &executed)
      case 0x8F:  // EMPTY_SET
        guard let value = values.make(.set, Node()) else { return .full }
        stack.push(value.raw)
        at &+= 1
        memoizeNext(code, &at, end, &executed)
      // TUPLE1, TUPLE2, TUPLE3, TUPLE, LIST, DICT, FROZENSET, APPEND, APPENDS, SETITEM, SETITEMS, ADDITEMS
      case 0x85, 0x86, 0x87, 0x74, 0x6C, 0x64, 0x91, 0x61, 0x65, 0x73, 0x75, 0x90:
        let exit = runContainer(byte, offset: base &+ at)
        guard exit == .boundary else { return exit }
        at &+= 1

      // Protocol 0, as far as it is plain.
      case 0x49:  // INT
        guard let number = code.plainDecimal(at: at &+ 1, end: payloadEnd) else { return .cold }
        push(.integer, number.value)
        at = number.next
      case 0x70:  // PUT
        guard let number = code.plainDecimal(at: at &+ 1, end: payloadEnd), number.value >= 0 else {
          return .cold
        }
        guard stack.count > fence else { return .underflow }
        guard number.value <= opcodes &+ executed &+ Memo.slack else { return .memoBomb }
        guard memo.put(stack[stack.count &- 1], at: number.value) else { return .full }
        at = number.next
      case 0x67:  // GET
        guard let number = code.plainDecimal(at: at &+ 1, end: payloadEnd) else { return .cold }
        guard let raw = memo[number.value] else { return .noMemo }
        stack.push(raw)
        at = number.next
      case 0x53:  // STRING
        guard let next = code.plainString(at: at &+ 1, end: payloadEnd) else { return .cold }
        push(.string, base &+ at)
        at = next
      case 0x56:  // UNICODE
        guard let next = code.plainText(at: at &+ 1, end: payloadEnd) else { return .cold }
        push(.string, base &+ at)
        at = next

      default:
        return .cold
      }
      executed &+= 1
    }
    return .boundary
  }

  /// Runs a MEMOIZE that comes next, as it does behind every string and container of protocol 4: that
  /// saves the jump, which the processor cannot predict.
  @inline(__always)
  private mutating func memoizeNext(_ code: RawSpan, _ at: inout Int, _ end: Int, _ executed: inout Int) {
    guard at < end, code.integer(at: at, as: UInt8.self) == 0x94,
      memo.put(stack[stack.count &- 1], at: memo.entries)
    else { return }
    at &+= 1
    executed &+= 1
  }

  @inline(__always)
  mutating func push(_ kind: SymbolicValue.Kind, _ payload: Int = 0) {
    stack.push(SymbolicValue(kind, payload: payload).raw)
  }
}
