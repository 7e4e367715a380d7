import ByteParsing

// Byte code: a vector of instructions, and constants that may repeat the calls of each other.
extension RDataReader {
  /// Begins to read a byte code whose table of repeated calls is known: `ReadBC1`.
  ///
  /// - Parameter part: `.whole` where `parent` is the byte code itself; else a new one becomes a part of `parent`.
  mutating func readCode(of parent: Int32, _ part: RObjects.Part, table: Int) throws(ParseError) {
    let object =
      part == .whole ? parent : objects.add(.byteCode, part, of: parent, at: stream.offset)
    // How many constants there are stands behind the instructions.
    tasks += [.constants(of: object, left: -1, table: table), .item(of: object, .code)]
  }

  /// Reads one constant, and has the next ones read after it: `ReadBCConsts`.
  ///
  /// - Parameter left: -1 where the number of constants is still to be read.
  mutating func readConstant(of parent: Int32, left: Int, table: Int) throws(ParseError) {
    guard left >= 0 else {
      let start = stream.offset
      let count = Int(try stream.readInteger("number of constants"))
      guard 0...stream.remaining ~= count else {
        throw ParseError(.malformed, at: start, "\(count) constants of byte code")
      }
      tasks.append(.constants(of: parent, left: count, table: table))
      return
    }
    guard left > 0 else { return }
    tasks.append(.constants(of: parent, left: left - 1, table: table))
    let kind = try stream.readInteger("kind of a constant")
    switch UInt8(exactly: kind).flatMap(RObjects.Kind.init) {
    case .byteCode: tasks.append(.code(of: parent, .constant, table: table))
    case .call, .pairs, .codeDefinition, .codeReference, .attributedCall, .attributedPairs:
      tasks.append(.constant(of: parent, .constant, kind: kind, table: table))
    default: tasks.append(.item(of: parent, .constant))
    }
  }

  /// Reads a call or list, or what it has in place of one: `ReadBCLang`.
  mutating func readRepeated(
    of parent: Int32, _ part: RObjects.Part, kind given: Int32?, table: Int
  ) throws(ParseError) {
    let start = stream.offset
    var kind: Int32
    if let given { kind = given } else { kind = try stream.readInteger("kind of a constant") }
    var position: Int32?
    if kind == Int32(RObjects.Kind.codeReference.rawValue) {
      let position = try stream.readInteger("repeated call")
      guard let target = tables[table].entries[position] else {
        throw ParseError(.malformed, at: start, "repeated call \(position) that is not there")
      }
      _ = objects.add(.codeReference, part, of: parent, value: target, at: start)
      return
    }
    if kind == Int32(RObjects.Kind.codeDefinition.rawValue) {
      let number = try stream.readInteger("repeated call")
      guard 0..<tables[table].count ~= Int(number) else {
        throw ParseError(.malformed, at: start, "repeated call \(number) of \(tables[table].count)")
      }
      position = number
      kind = try stream.readInteger("kind of a repeated call")
    }
    let object: Int32
    var hasAttributes = false
    switch UInt8(exactly: kind).flatMap(RObjects.Kind.init) {
    case .attributedCall:
      object = objects.add(.call, part, of: parent, at: start)
      hasAttributes = true
    case .attributedPairs:
      object = objects.add(.pairs, part, of: parent, at: start)
      hasAttributes = true
    case .call: object = objects.add(.call, part, of: parent, at: start)
    case .pairs: object = objects.add(.pairs, part, of: parent, at: start)
    default:
      guard position == nil else {
        throw ParseError(.malformed, at: start, "repeated call of the kind \(kind)")
      }
      tasks.append(.item(of: parent, part))
      return
    }
    if let position { tables[table].entries[position] = object }
    tasks += [
      .constant(of: object, .rest, kind: nil, table: table),
      .constant(of: object, .head, kind: nil, table: table),
      .item(of: object, .tag),
    ]
    if hasAttributes { tasks.append(.item(of: object, .attributes)) }
  }
}
