package import ByteParsing

/// One field of a protobuf message.
package struct ProtobufField {
  package enum Value {
    /// Wire type 0, 1 or 5: the number's bits.
    case number(UInt64)
    /// Wire type 2: where its bytes stand.
    case bytes(Range<Int>)
  }

  package let number: Int
  /// How the value is written: 0, 1, 2 or 5.
  package let wireType: UInt8
  package let value: Value
  /// Where the field's tag stands.
  package let offset: Int

  /// The bytes of wire type 2; nil for a number.
  package var range: Range<Int>? {
    guard case .bytes(let range) = value else { return nil }
    return range
  }

  package var integer: UInt64? {
    guard case .number(let number) = value else { return nil }
    return number
  }
}

/// Reads protobuf messages field by field, from one end of an input to the other.
///
/// A field of bytes is not read: the cursor stands at its first byte, and whoever asked reads it as text, reads fields
/// inside it up to its end, or skips it.
///
/// Source: Protocol Buffers, "Encoding"; groups (wire types 3 and 4) are in none of the schemas read here.
package struct ProtobufReader {
  private var stream: StreamReader

  /// - Parameter offset: where a message begins, or a field of it.
  package init(_ input: Input, at offset: Int = 0) { stream = StreamReader(input, at: offset) }

  package var offset: Int { stream.offset }

  /// The next field of the message that ends at `end`; nil at that end.
  ///
  /// - Throws: `.malformed` for a wire type or number that is none, for bytes that reach behind `end`, and for a varint of
  ///   more than 64 bits; `.truncated`.
  package mutating func next(until end: Int) throws(ParseError) -> ProtobufField? {
    guard offset < end else { return nil }
    let start = offset
    let tag = try readVarint(end)
    guard tag >> 3 > 0, tag >> 3 < 1 << 29 else {
      throw ParseError(.malformed, at: start, "protobuf field number")
    }
    let number = Int(tag >> 3)
    switch tag & 7 {
    case 0:
      return ProtobufField(number: number, wireType: 0, value: .number(try readVarint(end)), offset: start)
    case 1:
      return ProtobufField(
        number: number, wireType: 1, value: .number(try readFixed(8, end)), offset: start)
    case 5:
      return ProtobufField(
        number: number, wireType: 5, value: .number(try readFixed(4, end)), offset: start)
    case 2:
      let count = try readVarint(end)
      guard count <= UInt64(end - offset) else {
        throw ParseError(.malformed, at: start, "protobuf field longer than its message")
      }
      let range = offset..<offset + Int(count)
      return ProtobufField(number: number, wireType: 2, value: .bytes(range), offset: start)
    default: throw ParseError(.malformed, at: start, "protobuf wire type \(tag & 7)")
    }
  }

  private mutating func readFixed(_ width: Int, _ end: Int) throws(ParseError) -> UInt64 {
    guard width <= end - offset else { throw ParseError(.malformed, at: offset, "protobuf number") }
    return try stream.readInteger(width: width, "protobuf number")
  }

  /// Reads a number in groups of seven bits, the lowest first.
  package mutating func readVarint(_ end: Int) throws(ParseError) -> UInt64 {
    let start = offset
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard offset < end else { throw ParseError(.truncated, at: start, "protobuf varint") }
      let byte = try stream.readByte("protobuf varint")
      if shift == 63, byte > 1 {
        throw ParseError(.malformed, at: start, "protobuf varint of more than 64 bits")
      }
      value |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return value }
    }
    throw ParseError(.malformed, at: start, "protobuf varint of more than 64 bits")
  }

  /// Reads the bytes of a field that the cursor stands at.
  package mutating func read(_ field: ProtobufField, limit: Int, _ name: StaticString) throws(ParseError)
    -> [UInt8]
  {
    guard let range = field.range else {
      throw ParseError(.malformed, at: field.offset, "\(name) that is a number")
    }
    return try stream.readBytes(range.count, limit: limit, name)
  }

  /// Reads the first bytes of a field, and skips the others.
  package mutating func readPrefix(_ range: Range<Int>, count: Int) throws(ParseError) -> [UInt8] {
    let bytes = try stream.readBytes(min(count, range.count), limit: count, "protobuf field")
    try stream.skip(range.upperBound - offset, "protobuf field")
    return bytes
  }

  /// Moves behind a field; behind a number the cursor is already.
  package mutating func skip(_ field: ProtobufField) throws(ParseError) {
    guard let range = field.range else { return }
    try stream.skip(range.upperBound - offset, "protobuf field")
  }
}
