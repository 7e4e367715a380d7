internal import ByteParsing

extension Machine {
  /// Runs an opcode whose argument is one line or two.
  mutating func runText(
    _ opcode: Opcode, _ window: inout Window, sink: inout some TraceSink
  ) throws(ParseError) -> Flow {
    let offset = position
    switch opcode {
    case .global, .inst:
      return try runGlobal(opcode, &window, sink: &sink)
    case .string:
      let line = try readLine(&window, at: offset + 1, escapes: .string, sink: &sink)
      guard isQuoted(line) else { throw ParseError(.malformed, at: offset, "STRING without its quotes") }
      try pushText(.string, line)
    case .unicode:
      let line = try readLine(
        &window, at: offset + 1, escapes: .rawUnicode, takesControls: true, sink: &sink)
      try pushText(.string, line)
    case .persid:
      let line = try readLine(&window, at: offset + 1, takesControls: true, sink: &sink)
      guard line.prefix.allSatisfy({ $0 < 0x80 }) else {
        throw ParseError(.malformed, at: offset, "persistent id that is not ASCII")
      }
      let id = SymbolicValue(.string, payload: offset)
      return try runPersistentLoad(id, end: offset + 2 + line.length, sink: &sink)
    default:
      try runNumber(opcode, &window, sink: &sink)
    }
    return .next
  }

  /// Reads a line argument and reports what no pickler writes there.
  ///
  /// - Parameter takesControls: Whether every reader takes NUL and CR as they are: in UNICODE, where older picklers write
  ///   them, and in persistent ids. One of those begins where a ZIP archive does.
  func readLine(
    _ window: inout Window, at start: Int, escapes: TextLine.Escapes = .none, takesControls: Bool = false,
    sink: inout some TraceSink
  ) throws(ParseError) -> TextLine {
    let line = try TextLine(&window, at: start, escapes: escapes)
    if !takesControls, line.hasNUL || line.hasReturn {
      sink.receive(Irregularity(.lineControl, at: position, line.hasNUL ? "NUL in a line" : "CR in a line"))
    }
    // Python's unpickler takes the line without its last byte, and then misses the next opcode: nothing
    // comes of it, unless the line is the name of an import.
    guard line.isTerminated else {
      throw ParseError(.truncated, at: position, "line argument")
    }
    checkFrame(at: position, end: start + line.length + 1, sink: &sink)
    guard line.escapesAreWhole else {
      throw ParseError(.malformed, at: position, "escape in a string")
    }
    return line
  }

  private func isQuoted(_ line: TextLine) -> Bool {
    guard line.length >= 2, let quote = line.prefix.first, !line.endsInEscape else { return false }
    return quote == line.last && (quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""))
  }

  /// Pushes the constant of a one-line opcode.
  private mutating func pushText(
    _ kind: SymbolicValue.Kind, _ line: TextLine, payload: Int? = nil
  ) throws(ParseError) {
    try push(SymbolicValue(kind, payload: payload ?? position))
    advance(to: position + 2 + line.length)
  }

  /// INT, LONG, FLOAT, PUT and GET.
  private mutating func runNumber(
    _ opcode: Opcode, _ window: inout Window, sink: inout some TraceSink
  ) throws(ParseError) {
    let offset = position
    let line = try readLine(&window, at: offset + 1, sink: &sink)
    guard line.isWhole else {
      throw ParseError(.unsupported, at: offset, "a number of \(line.length) characters")
    }
    if opcode == .int, line.prefix == Array("00".utf8) || line.prefix == Array("01".utf8) {
      return try pushText(line.prefix.last == UInt8(ascii: "1") ? .true : .false, line, payload: 0)
    }
    if opcode == .int, line.prefix.first == 0 {
      // The C unpickler's strtol finds nothing before the NUL, and takes that for zero; two characters are a truth value.
      sink.receive(Irregularity(.numberNotCanonical, at: offset, "a number as no pickler writes it"))
      return try pushText(line.length == 2 ? .false : .integer, line, payload: 0)
    }
    let hasSuffix = opcode == .long && line.prefix.last == UInt8(ascii: "L")
    let text = hasSuffix ? line.prefix.dropLast() : line.prefix[...]
    let number =
      opcode == .float
      ? NumberText.float(text) : NumberText.integer(text, anyBase: opcode == .int || opcode == .long)
    guard number.isNumber else { throw ParseError(.malformed, at: offset, "number") }
    if !number.isCanonical {
      sink.receive(Irregularity(.numberNotCanonical, at: offset, "a number as no pickler writes it"))
    }
    switch opcode {
    case .float: try pushText(.float, line)
    case .put: try put(number.integer, line, sink: &sink)
    case .get:
      guard let index = number.integer, let raw = memo[index] else { try fail(.noMemo, sink: &sink) }
      try push(SymbolicValue(raw: raw))
      advance(to: offset + 2 + line.length)
    default:
      if let integer = number.integer, SymbolicValue(.integer, payload: integer).payload == integer {
        try pushText(.integer, line, payload: integer)
      } else {
        try pushText(.bigInteger, line)
      }
    }
  }

  private mutating func put(
    _ index: Int?, _ line: TextLine, sink: inout some TraceSink
  ) throws(ParseError) {
    try require(1, sink: &sink)
    guard let index, index <= opcodes + Memo.slack else { try fail(.memoBomb, sink: &sink) }
    guard index >= 0 else { throw ParseError(.malformed, at: position, "negative memo index") }
    guard memo.put(stack[stack.count - 1], at: index) else { throw full() }
    advance(to: position + 2 + line.length)
  }
}
