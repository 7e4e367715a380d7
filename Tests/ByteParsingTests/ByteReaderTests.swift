import ByteParsing
import Testing

/// Gives `body` a reader over `bytes`.
func reading<Result>(
  _ bytes: [UInt8], base: Int = 0, _ body: (inout ByteReader) throws(ParseError) -> Result
) throws(ParseError) -> Result {
  // SAFETY: `bytes` outlives the reader.
  var reader = ByteReader(unsafe bytes.span.bytes, base: base)
  return try body(&reader)
}

/// The error that `body` ends with; nil where it does not.
private func failure(
  _ reader: inout ByteReader, _ body: (inout ByteReader) throws(ParseError) -> Void
) -> ParseError? {
  do throws(ParseError) {
    try body(&reader)
    return nil
  } catch {
    return error
  }
}

@Suite struct ByteReaderTests {
  @Test func `integers are read in both byte orders`() throws {
    try reading([1, 2, 3, 4, 5, 6, 7, 8, 0xff]) { reader throws(ParseError) in
      let peeked = try reader.peekInteger(UInt16.self, "a")
      #expect(peeked == 0x0201)
      let little = try reader.readInteger(UInt32.self, "a")
      #expect(little == 0x0403_0201)
      let big = try reader.readBigEndian(UInt16.self, "b")
      #expect(big == 0x0506)
      let byte = try reader.readByte("c")
      #expect(byte == 7)
      let signed = try reader.readInteger(Int16.self, "d")
      #expect(signed == -248)
      let ended = reader.isAtEnd
      #expect(ended)
    }
  }

  @Test func `integers of every width are read at every alignment`() throws {
    let bytes = (0..<32).map { UInt8($0) }
    for start in 0..<16 {
      try reading(bytes) { reader throws(ParseError) in
        try reader.skip(start, "start")
        let long = try reader.peekInteger(UInt64.self, "value")
        #expect(long.bigEndian == UInt64(start) * 0x0101_0101_0101_0101 + 0x01_0203_0405_0607)
        let short = try reader.peekInteger(UInt8.self, "value")
        #expect(short == UInt8(start))
      }
    }
  }

  @Test(arguments: [0, 1, 3, 7]) func `a short input is truncated, and the cursor stays`(count: Int) throws
  {
    try reading(Array(repeating: 9, count: count), base: 100) { reader throws(ParseError) in
      let expected = ParseError(.truncated, at: 100, "value")
      let errors = [
        failure(&reader) { reader throws(ParseError) in _ = try reader.readInteger(UInt64.self, "value") },
        failure(&reader) { reader throws(ParseError) in _ = try reader.readBigEndian(UInt64.self, "value")
        },
        failure(&reader) { reader throws(ParseError) in try reader.skip(count + 1, "value") },
        failure(&reader) { reader throws(ParseError) in _ = try reader.readArray(count: count + 1, "value")
        },
        failure(&reader) { reader throws(ParseError) in _ = try reader.split(count: count + 1, "value") },
      ]
      #expect(errors == Array(repeating: expected, count: 5))
      let found = reader.skipIfNext(Array(repeating: 9, count: count + 1))
      #expect(!found)
      let place = (reader.offset, reader.remaining)
      #expect(place == (100, count))
    }
  }

  @Test(arguments: [-1, Int.min, Int.max, 5])
  func `a count that cannot be is truncated, not a trap`(count: Int) throws {
    try reading([1, 2, 3, 4]) { reader throws(ParseError) in
      let errors = [
        failure(&reader) { reader throws(ParseError) in try reader.skip(count, "count") },
        failure(&reader) { reader throws(ParseError) in _ = try reader.readArray(count: count, "count") },
        failure(&reader) { reader throws(ParseError) in _ = try reader.split(count: count, "count") },
      ]
      #expect(errors == Array(repeating: ParseError(.truncated, at: 0, "count"), count: 3))
      let remaining = reader.remaining
      #expect(remaining == 4)
    }
  }

  @Test func `a split reader ends where its part ends and counts from the same start`() throws {
    try reading([1, 2, 3, 4, 5], base: 10) { reader throws(ParseError) in
      try reader.skip(1, "head")
      var part = try reader.split(count: 2, "part")
      let start = part.offset
      #expect(start == 11)
      let value = try part.readInteger(UInt16.self, "value")
      #expect(value == 0x0302)
      let error = failure(&part) { part throws(ParseError) in _ = try part.readByte("next") }
      #expect(error == ParseError(.truncated, at: 13, "next"))
      let rest = try reader.readArray(count: 2, "rest")
      #expect(rest == [4, 5])
      let nothing = try reader.readArray(count: 0, "nothing")
      #expect(nothing.isEmpty)
    }
  }

  @Test func `skipIfNext moves past what it finds, and only then`() throws {
    try reading(Array("PK\u{3}\u{4}rest".utf8)) { reader throws(ParseError) in
      let answers = [
        reader.skipIfNext(Array("PK\u{1}".utf8)), reader.skipIfNext(Array("PK\u{3}\u{4}".utf8)),
        reader.skipIfNext([]), reader.skipIfNext(Array("rest!".utf8)),
      ]
      #expect(answers == [false, true, true, false])
      let offset = reader.offset
      #expect(offset == 4)
    }
  }
}

@Suite struct CheckedTests {
  @Test func `a sum that overflows is malformed, not a trap`() {
    #expect(throws: ParseError(.malformed, at: 3, "length overflows")) {
      try Checked.sum(.max, 1, at: 3, "length")
    }
    #expect(throws: ParseError.self) { try Checked.sum(.min, -1, at: 3, "length") }
    #expect(throws: Never.self) { try Checked.sum(.max, 0, at: 3, "length") }
  }

  @Test func `a product that overflows is malformed, not a trap`() throws {
    #expect(throws: ParseError(.malformed, at: 3, "size overflows")) {
      try Checked.product(.max / 2 + 1, 2, at: 3, "size")
    }
    #expect(throws: ParseError.self) { try Checked.product(.min, -1, at: 3, "size") }
    #expect(try Checked.product(.max / 2, 2, at: 3, "size") == .max - 1)
  }

  @Test func `a number that is no Int is malformed, not a trap`() throws {
    #expect(throws: ParseError(.malformed, at: 3, "count is out of range")) {
      try Checked.int(UInt64.max, at: 3, "count")
    }
    #expect(try Checked.int(UInt64(Int.max), at: 3, "count") == .max)
    #expect(try Checked.int(Int8.min, at: 3, "count") == -128)
  }
}
