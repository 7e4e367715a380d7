import ByteParsing

/// What kind of entry follows. Shapes are written by name, so that a table made by another version of the program is
/// either understood as it was meant or refused.
private enum KindCode: UInt8 {
  case safeClass, safeFunction, safeValue, dangerous, deniedCall, embeddedCode
}

extension GlobalEntry {
  func append(to writer: inout TableWriter) {
    func append(_ code: KindCode, _ arguments: CallShape, _ state: StateShape, _ items: Bool) {
      writer.append(code.rawValue)
      writer.append(arguments.rawValue)
      writer.append(state.rawValue)
      writer.append(items ? 1 : 0 as UInt8)
    }
    switch kind {
    case .safeClass(let arguments, let state, let items): append(.safeClass, arguments, state, items)
    case .safeFunction(let arguments, let state, let items): append(.safeFunction, arguments, state, items)
    case .safeValue: writer.append(KindCode.safeValue.rawValue)
    case .dangerous: writer.append(KindCode.dangerous.rawValue)
    case .deniedCall: writer.append(KindCode.deniedCall.rawValue)
    case .embeddedCode: writer.append(KindCode.embeddedCode.rawValue)
    }
    writer.append(reason)
    writer.append(list)
    writer.append(effect?.rawValue ?? "")
  }

  /// Reads what `append(to:)` wrote.
  init(_ reader: inout ByteReader) throws(ParseError) {
    let start = reader.offset
    let kind: Kind
    switch KindCode(rawValue: try reader.readInteger(UInt8.self, "entry kind")) {
    case .safeClass:
      let shape = try Self.readShape(&reader)
      kind = .safeClass(arguments: shape.arguments, state: shape.state, items: shape.items)
    case .safeFunction:
      let shape = try Self.readShape(&reader)
      kind = .safeFunction(arguments: shape.arguments, state: shape.state, items: shape.items)
    case .safeValue: kind = .safeValue
    case .dangerous: kind = .dangerous
    case .deniedCall: kind = .deniedCall
    case .embeddedCode: kind = .embeddedCode
    case nil: throw ParseError(.malformed, at: start, "entry kind")
    }
    let reason = try reader.readText("entry reason")
    let list = try reader.readText("entry list")
    self.init(kind, reason: reason, list: list, effect: try Self.readEffect(&reader))
  }

  private static func readEffect(_ reader: inout ByteReader) throws(ParseError) -> FunctionEffect? {
    let start = reader.offset
    let text = try reader.readText("entry effect")
    if text.isEmpty { return nil }
    guard let effect = FunctionEffect(exactly: text) else {
      throw ParseError(.malformed, at: start, "entry effect")
    }
    return effect
  }

  private static func readShape(
    _ reader: inout ByteReader
  ) throws(ParseError) -> (arguments: CallShape, state: StateShape, items: Bool) {
    let start = reader.offset
    guard let arguments = CallShape(exactly: try reader.readText("entry arguments")),
      let state = StateShape(exactly: try reader.readText("entry state"))
    else { throw ParseError(.malformed, at: start, "entry shape") }
    return (arguments, state, try reader.readInteger(UInt8.self, "entry items") == 1)
  }
}
