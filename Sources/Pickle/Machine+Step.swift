internal import ByteParsing

extension Machine {
  /// The argument of an opcode that is not text: its number, or the length of its payload.
  struct Argument {
    let value: UInt64
    /// The offset behind the opcode, its argument and its payload.
    let end: Int
  }

  /// Runs one opcode with every check.
  mutating func step(
    _ window: inout Window, sink: inout some TraceSink
  ) throws(ParseError) -> Flow {
    let offset = position
    let byte = window.byte(at: offset)
    guard let opcode = Opcode(rawValue: byte) else {
      throw ParseError(.malformed, at: offset, "no opcode has the code \(byte)")
    }
    let encoding = opcode.argument
    if encoding == .line || encoding == .twoLines {
      return try runText(opcode, &window, sink: &sink)
    }
    let argument = try readArgument(encoding, window, at: offset, sink: &sink)
    checkFrame(at: offset, end: argument.end, sink: &sink)

    switch opcode {
    case .stop:
      guard stack.count > fence else { try fail(.underflow, sink: &sink) }
      advance(to: argument.end)
      reportRestOfFrame(at: offset, sink: &sink)
      sink.receive(result: SymbolicValue(raw: stack[stack.count - 1]), at: offset, values)
      return .stop
    case .proto: try runProto(argument, sink: &sink)
    case .frame: try runFrame(argument, sink: &sink)

    case .binstring, .shortBinstring: try pushConstant(.string, argument)
    case .binunicode, .shortBinunicode, .binunicode8:
      try checkText(argument, sink: &sink)
      try pushConstant(.string, argument)
    case .binbytes, .shortBinbytes, .binbytes8: try pushConstant(.bytes, argument)
    case .bytearray8: try pushConstant(.bytearray, argument)
    case .long4: try pushConstant(.bigInteger, argument)
    case .long1 where argument.end - offset > 9: try pushConstant(.bigInteger, argument)

    case .stackGlobal: return try runStackGlobal(argument, sink: &sink)
    case .reduce: return try runReduce(argument, sink: &sink)
    case .newobj: return try runNewObject(argument, sink: &sink)
    case .newobjEx: return try runNewObjectEx(argument, sink: &sink)
    case .obj: return try runObject(argument, sink: &sink)
    case .build: return try runBuild(argument, sink: &sink)
    case .binpersid:
      try require(1, sink: &sink)
      let id = pop()
      return try runPersistentLoad(id, end: argument.end, sink: &sink)
    case .ext1, .ext2, .ext4: return try runExtension(argument, sink: &sink)
    case .nextBuffer: return try runBuffer(SymbolicValue(.none), argument, sink: &sink)
    case .readonlyBuffer:
      try require(1, sink: &sink)
      let viewed = pop()
      return try runBuffer(viewed, argument, sink: &sink)

    default:
      let exit = runFast(
        window.bytes, base: window.start, until: offset + 1 - window.start,
        payloadEnd: window.end - window.start)
      if exit == .cold { return try runMethod(opcode, argument, sink: &sink) }
      if exit != .boundary { try fail(exit, sink: &sink) }
    }
    return .next
  }

  /// Moves behind an opcode that was run, or is about to have its effect.
  mutating func advance(to end: Int) {
    position = end
    opcodes += 1
  }

  /// Reads what follows the opcode at `offset`, which the window shows, and checks that the input holds
  /// all of it.
  private func readArgument(
    _ encoding: ArgumentEncoding, _ window: borrowing Window, at offset: Int, sink: inout some TraceSink
  ) throws(ParseError) -> Argument {
    let width = encoding.fixedSize
    let remaining = values.input.count - offset - 1
    guard width <= remaining else {
      throw ParseError(.truncated, at: offset, "argument of an opcode")
    }
    let start = offset - window.start + 1
    let value: UInt64 =
      switch width {
      case 0: 0
      case 1: UInt64(window.bytes.integer(at: start, as: UInt8.self))
      case 2: UInt64(window.bytes.integer(at: start, as: UInt16.self))
      case 4: UInt64(window.bytes.integer(at: start, as: UInt32.self))
      default: window.bytes.integer(at: start, as: UInt64.self)
      }
    switch encoding {
    case .bytes8, .bytes32, .bytes32Signed, .bytes64:
      break
    default:
      return Argument(value: value, end: offset + 1 + width)
    }
    if encoding == .bytes32Signed, value > Int32.max {
      // Both unpicklers refuse a negative LONG4; the C one takes a BINSTRING's length as unsigned.
      guard window.byte(at: offset) == Opcode.binstring.rawValue else {
        throw ParseError(.malformed, at: offset, "negative length")
      }
      sink.receive(
        Irregularity(.numberNotCanonical, at: offset, "a length that is negative to some unpicklers"))
    }
    let left = remaining - width
    guard let length = Int(exactly: value), length <= left else {
      if isAbsurd(value, left: left) {
        sink.receive(
          Irregularity(.allocationBomb, at: offset, "\(value) bytes announced where \(left) are left"))
      }
      throw ParseError(.truncated, at: offset, "payload of \(value) bytes")
    }
    return Argument(value: value, end: offset + 1 + width + length)
  }

  /// Whether a length is more than a cut-off file explains: over 1 GiB too long, and the input holds less
  /// than a 64th of it.
  private func isAbsurd(_ length: UInt64, left: Int) -> Bool {
    let held = UInt64(left)
    return length - held > 1 << 30 && held < length / 64
  }

  /// Reports an opcode whose bytes do not all lie in the frame that it begins in.
  func checkFrame(at offset: Int, end: Int, sink: inout some TraceSink) {
    guard offset < frameEnd, end > frameEnd else { return }
    sink.receive(Irregularity(.frameCrossed, at: offset, "an opcode crosses the end of its FRAME"))
  }

  private mutating func pushConstant(_ kind: SymbolicValue.Kind, _ argument: Argument) throws(ParseError) {
    try push(SymbolicValue(kind, payload: position))
    advance(to: argument.end)
  }

  /// Fails unless the payload is what `str(payload, 'utf-8', 'surrogatepass')` takes. Reads it in parts.
  private func checkText(_ argument: Argument, sink: inout some TraceSink) throws(ParseError) {
    guard argument.value > 0 else { return }
    var check = TextCheck()
    var at = argument.end - Int(argument.value)
    while at < argument.end {
      let length = min(1 << 16, argument.end - at)
      let part = try values.input.bytes(at: at, count: length)
      // SAFETY: the span does not outlive `part`.
      let isText = unsafe check.take(part.span.bytes, from: 0, to: length)
      guard isText else { try fail(.notText, sink: &sink) }
      at += length
    }
    guard check.isComplete else { try fail(.notText, sink: &sink) }
  }

  /// Reports a STOP that is not the last opcode of its frame. A reader of a file has then taken the whole frame, and
  /// finds the next pickle behind it; a reader of memory finds it behind the STOP.
  private func reportRestOfFrame(at offset: Int, sink: inout some TraceSink) {
    // A frame that is longer than the input has its own report.
    guard position < frameEnd, frameEnd <= values.input.count else { return }
    sink.receive(Irregularity(.frameMalformed, at: offset, "STOP stands before the end of its FRAME"))
  }

  private mutating func runProto(_ argument: Argument, sink: inout some TraceSink) throws(ParseError) {
    if position != start {
      sink.receive(Irregularity(.protocolRepeated, at: position, "PROTO is not the first opcode"))
    }
    guard argument.value <= 5 else {
      sink.receive(Irregularity(.protocolUnknown, at: position, "protocol \(argument.value)"))
      throw ParseError(.malformed, at: position, "protocol \(argument.value)")
    }
    protocolVersion = UInt8(argument.value)
    advance(to: argument.end)
  }

  private mutating func runFrame(_ argument: Argument, sink: inout some TraceSink) throws(ParseError) {
    let offset = position
    guard let length = Int(exactly: argument.value), length <= Int.max - argument.end else {
      sink.receive(Irregularity(.frameMalformed, at: offset, "a FRAME of \(argument.value) bytes"))
      throw ParseError(.malformed, at: offset, "FRAME of \(argument.value) bytes")
    }
    if argument.end < frameEnd, frameEnd != Machine.noFrame {
      sink.receive(Irregularity(.frameMalformed, at: offset, "a FRAME begins inside a FRAME"))
    }
    advance(to: argument.end)
    frameEnd = argument.end + length
    if length > values.input.count - argument.end, overlongFrame == nil { overlongFrame = offset }
  }
}
