package import ByteParsing

/// Reads a GGUF file's keys, then its tensors, one at a time.
package struct GGUFReader {
  private var reader: StreamReader
  package let version: UInt32
  package let isBigEndian: Bool
  package let tensorCount: UInt64
  package let entryCount: UInt64
  private var entriesLeft: UInt64
  private var tensorsLeft: UInt64

  /// Bytes of a text that are read; the library reads up to 1 GiB.
  private static let textLimit = 16 << 20
  private static let keyLimit = 64 << 10
  private static let nestingLimit = 4
  /// No text of any file has so many bytes, and no array so many elements: the number was made to overflow.
  private static let absurd: UInt64 = 1 << 40

  /// Reads the head.
  ///
  /// - Throws: `.unsupported` for a version that nobody has written, `.truncated`.
  package init(_ input: Input) throws(ParseError) {
    var reader = StreamReader(input)
    try reader.skip(GGUF.magic.count, "magic")
    var version = UInt32(truncatingIfNeeded: try reader.readInteger(width: 4, "version"))
    if version & 0xFFFF == 0, version != 0 {
      version = version.byteSwapped
      reader.isBigEndian = true
    }
    guard 1...3 ~= version else { throw ParseError(.unsupported, at: 4, "GGUF version \(version)") }
    self.version = version
    isBigEndian = reader.isBigEndian
    let width = version == 1 ? 4 : 8
    tensorCount = try reader.readInteger(width: width, "number of tensors")
    entryCount = try reader.readInteger(width: width, "number of keys")
    entriesLeft = entryCount
    tensorsLeft = tensorCount
    self.reader = reader
  }

  package var offset: Int { reader.offset }

  /// How reading a part can end early.
  package enum Failure: Error {
    case parse(ParseError)
    /// The library would overflow, or overwrite its memory where it does not check.
    case absurd(offset: Int, detail: String)
  }

  private mutating func readCount(_ field: StaticString) throws(Failure) -> Int {
    let offset = reader.offset
    let width = version == 1 ? 4 : 8
    let value = try catching { reader throws(ParseError) in try reader.readInteger(width: width, field) }
    guard value < Self.absurd else { throw .absurd(offset: offset, detail: "\(field) is \(value)") }
    return Int(value)
  }

  private mutating func catching<T>(
    _ body: (inout StreamReader) throws(ParseError) -> T
  ) throws(Failure) -> T {
    do { return try body(&reader) } catch { throw .parse(error) }
  }

  private mutating func readText(limit: Int, _ field: StaticString) throws(Failure) -> [UInt8] {
    let count = try readCount(field)
    return try catching { reader throws(ParseError) in try reader.readBytes(count, limit: limit, field) }
  }

  /// The next key; nil behind the last.
  ///
  /// - Parameter visit: is given every text of the value, and where it stands.
  package mutating func nextEntry(
    _ visit: (_ key: String, _ text: [UInt8], _ offset: Int) -> Void
  ) throws(Failure) -> GGUF.Entry? {
    guard entriesLeft > 0 else { return nil }
    entriesLeft -= 1
    let offset = reader.offset
    let key = String(decoding: try readText(limit: Self.keyLimit, "key"), as: UTF8.self)
    let type = try readType()
    var entry = GGUF.Entry(key: key, offset: offset, type: type)
    switch type {
    case .text:
      let start = reader.offset
      visit(key, try readText(limit: Self.textLimit, "text of a key"), start)
    case .array: entry.count = try readArray(key, depth: 1, visit)
    default:
      if let width = type.width {
        entry.number = try catching { reader throws(ParseError) in
          try reader.readInteger(width: width, "value of a key")
        }
      }
    }
    return entry
  }

  private mutating func readType() throws(Failure) -> GGUF.ValueType {
    let offset = reader.offset
    let number = try catching { reader throws(ParseError) in
      try reader.readInteger(width: 4, "type of a value")
    }
    guard let type = GGUF.ValueType(rawValue: UInt32(truncatingIfNeeded: number)) else {
      throw .parse(ParseError(.malformed, at: offset, "type \(number) of a value"))
    }
    return type
  }

  private mutating func readArray(
    _ key: String, depth: Int, _ visit: (String, [UInt8], Int) -> Void
  ) throws(Failure) -> Int {
    guard depth <= Self.nestingLimit else {
      throw .parse(ParseError(.limit, at: reader.offset, "arrays nested deeper than \(Self.nestingLimit)"))
    }
    let type = try readType()
    let count = try readCount("number of elements")
    if let width = type.width {
      let (bytes, overflow) = count.multipliedReportingOverflow(by: width)
      guard !overflow else {
        throw .absurd(offset: reader.offset, detail: "number of elements is \(count)")
      }
      try catching { reader throws(ParseError) in try reader.skip(bytes, "elements of an array") }
      return count
    }
    for _ in 0..<count {
      if type == .array {
        _ = try readArray(key, depth: depth + 1, visit)
      } else {
        let start = reader.offset
        visit(key, try readText(limit: Self.textLimit, "text of an array"), start)
      }
    }
    return count
  }

  /// The most dimensions that the library has room for (`GGML_MAX_DIMS`).
  private static let rankLimit: UInt64 = 4

  /// The next tensor; nil behind the last. To be called behind the last key.
  package mutating func nextTensor() throws(Failure) -> GGUF.Tensor? {
    guard tensorsLeft > 0 else { return nil }
    tensorsLeft -= 1
    let offset = reader.offset
    let name = try readText(limit: Self.keyLimit, "name of a tensor")
    let rank = try catching { reader throws(ParseError) in
      try reader.readInteger(width: 4, "rank of a tensor")
    }
    guard rank <= Self.rankLimit else {
      throw .absurd(offset: offset, detail: "rank of a tensor is \(rank)")
    }
    let width = version == 1 ? 4 : 8
    var lengths: [UInt64] = []
    for _ in 0..<rank {
      lengths.append(
        try catching { reader throws(ParseError) in
          try reader.readInteger(width: width, "length of a dimension")
        })
    }
    let type = try catching { reader throws(ParseError) in
      try reader.readInteger(width: 4, "type of a tensor")
    }
    let dataOffset = try catching { reader throws(ParseError) in
      try reader.readInteger(width: 8, "offset of a tensor")
    }
    return GGUF.Tensor(
      name: name, offset: offset, lengths: lengths, type: UInt32(truncatingIfNeeded: type),
      dataOffset: dataOffset)
  }
}
