package import ByteParsing

extension ByteReader {
  /// Moves past a signature.
  mutating func expect(_ signature: UInt32, _ field: StaticString) throws(ParseError) {
    guard try peekInteger(UInt32.self, field) == signature else {
      throw ParseError(.malformed, at: offset, "\(field): signature")
    }
    try skip(4, field)
  }
}

extension Input {
  /// Reads one fixed record of `size` bytes at `offset` through `parse`.
  package func record<Record>(
    at offset: Int, size: Int, _ field: StaticString,
    _ parse: (inout ByteReader) throws(ParseError) -> Record
  ) throws(ParseError) -> Record {
    let bytes = try bytes(at: offset, count: size, field)
    // SAFETY: plain bytes; the reader checks every access and does not outlive `bytes`.
    var reader = unsafe ByteReader(bytes.span.bytes, base: offset)
    return try parse(&reader)
  }
}
