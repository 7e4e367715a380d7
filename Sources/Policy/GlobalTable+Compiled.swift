package import ByteParsing

extension GlobalTable {
  /// The table as bytes that are read back without reading JSON: its entries, then its four indexes.
  package func compiled() -> [UInt8] {
    var writer = TableWriter()
    writer.append(UInt32(entries.count))
    for entry in entries { entry.append(to: &writer) }
    writer.append(UInt32(wildcards.count))
    for wildcard in wildcards {
      writer.append(wildcard.module)
      writer.append(wildcard.submodules ? 1 : 0 as UInt8)
      writer.append(wildcard.entry)
    }
    exact.append(to: &writer)
    wildcardModules.append(to: &writer)
    standardLibrary.append(to: &writer)
    functions.append(to: &writer)
    return writer.bytes
  }

  /// Reads what `compiled()` made. Whoever has the bytes from elsewhere checks their digest first: what is checked here
  /// is that no lookup leaves the table, not that it says what the lists say.
  ///
  /// - Throws: `.truncated`, or `.malformed` for what `compiled()` cannot have made.
  package init(compiled bytes: [UInt8]) throws(ParseError) {
    // SAFETY: `bytes` outlives the reader, which is gone at the end of this initializer.
    var reader = ByteReader(unsafe bytes.span.bytes)
    for _ in 0..<(try reader.readInteger(UInt32.self, "entry count")) {
      entries.append(try GlobalEntry(&reader))
    }
    for _ in 0..<(try reader.readInteger(UInt32.self, "wildcard count")) {
      let module = try reader.readText("wildcard module")
      let submodules = try reader.readInteger(UInt8.self, "wildcard submodules") == 1
      let entry = try reader.readInteger(UInt32.self, "wildcard entry")
      guard Int(entry) < entries.count else {
        throw ParseError(.malformed, at: reader.offset, "wildcard entry")
      }
      wildcards.append(Wildcard(module: module, submodules: submodules, entry: entry))
    }
    exact = try NameIndex(&reader, valueCount: entries.count)
    wildcardModules = try NameIndex(&reader, valueCount: wildcards.count)
    standardLibrary = try NameIndex(&reader, valueCount: entries.count)
    functions = try FunctionIndex(&reader, entryCount: entries.count)
    guard reader.isAtEnd else {
      throw ParseError(.malformed, at: reader.offset, "bytes after the compiled table")
    }
  }
}

/// What kind of entry follows. Shapes are written by name, so that a table made by another version of the program is
/// either understood as it was meant or refused.
private enum KindCode: UInt8 {
  case safeClass, safeFunction, safeValue, dangerous, deniedCall, embeddedCode
}

extension GlobalEntry {
  fileprivate func append(to writer: inout TableWriter) {
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
  }

  fileprivate init(_ reader: inout ByteReader) throws(ParseError) {
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
    self.init(kind, reason: try reader.readText("entry reason"), list: try reader.readText("entry list"))
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
