internal import ByteParsing
internal import Findings

/// The fields of messages, read as strictly as they are written.
extension ByteReader {
  mutating func readText(limit: Int, _ field: StaticString) throws(ParseError) -> String {
    let start = offset
    let length = try readInteger(UInt32.self, field)
    guard let count = Int(exactly: length), count <= limit else {
      throw ParseError(.limit, at: start, "\(field): \(length) bytes, at most \(limit)")
    }
    guard let text = String(validating: try readArray(count: count, field), as: UTF8.self) else {
      throw ParseError(.malformed, at: start, "\(field) is not UTF-8")
    }
    return text
  }

  mutating func readCount(limit: Int, _ field: StaticString) throws(ParseError) -> Int {
    let start = offset
    let value = try readInteger(UInt32.self, field)
    guard let count = Int(exactly: value), count <= limit else {
      throw ParseError(.limit, at: start, "\(field): \(value) entries, at most \(limit)")
    }
    return count
  }

  mutating func readTexts(
    count limit: Int, bytes: Int, _ field: StaticString
  ) throws(ParseError) -> [String] {
    var texts: [String] = []
    for _ in 0..<(try readCount(limit: limit, field)) {
      texts.append(try readText(limit: bytes, field))
    }
    return texts
  }

  /// A number that was an `Int` on the other side and never negative.
  mutating func readNatural(_ field: StaticString) throws(ParseError) -> Int {
    let start = offset
    return try Checked.int(try readInteger(UInt64.self, field), at: start, field)
  }

  mutating func readLocation() throws(ParseError) -> Location {
    let start = offset
    let path = try readTexts(
      count: WireLimit.components, bytes: WireLimit.component, "location path")
    // At most `components * component` bytes: the sum cannot overflow.
    let total = path.reduce(0) { $0 + $1.utf8.count }
    guard total <= WireLimit.path else {
      throw ParseError(.limit, at: start, "location path: \(total) bytes, at most \(WireLimit.path)")
    }
    let value = try readInteger(Int64.self, "location offset")
    guard value >= -1 else { throw ParseError(.malformed, at: start, "location offset") }
    return Location(
      path: path, offset: value < 0 ? nil : try Checked.int(value, at: start, "location offset"))
  }

  /// Fails unless the message ends here.
  func requireEnd() throws(ParseError) {
    guard isAtEnd else { throw ParseError(.malformed, at: offset, "\(remaining) trailing bytes") }
  }
}

/// Reads one whole message: its size, its type byte, its fields by `body`, its end.
func parseMessage<Message>(
  _ bytes: [UInt8], _ name: StaticString,
  body: (UInt8, inout ByteReader) throws(ParseError) -> Message
) throws(WireError) -> Message {
  guard bytes.count <= WireLimit.message else {
    throw WireError("\(name): \(bytes.count) bytes, at most \(WireLimit.message)")
  }
  // SAFETY: the reader does not outlive `bytes`, which nothing changes meanwhile.
  var reader = ByteReader(unsafe bytes.span.bytes)
  do throws(ParseError) {
    let type = try reader.readByte("type")
    let message = try body(type, &reader)
    try reader.requireEnd()
    return message
  } catch {
    throw WireError(name, error)
  }
}

/// The error for a type byte that this side does not know.
func unknownType(_ type: UInt8) -> ParseError {
  ParseError(.malformed, at: 0, "unknown type \(type)")
}
