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

@Suite struct ByteReaderTests {
  @Test func `integers are read in both byte orders`() throws {
    try reading([1, 2, 3, 4, 5, 6, 7, 8, 0xff]) { reader throws(ParseError) in
      #expect(try reader.peekInteger(UInt16.self, "a") == 0x0201)
      #expect(try reader.readInteger(UInt32.self, "a") == 0x0403_0201)
      #expect(try reader.readBigEndian(UInt16.self, "b") == 0x0506)
      #expect(try reader.readByte("c") == 7)
      #expect(try reader.readInteger(Int16.self, "d") == -248)
      #expect(reader.isAtEnd)
    }
  }

  @Test func `integers of every width are read at every alignment`() throws {
    let bytes = (0..<32).map { UInt8($0) }
    for start in 0..<16 {
      try reading(bytes) { reader throws(ParseError) in
        try reader.skip(start, "start")
        #expect(
          try reader.peekInteger(UInt64.self, "value").bigEndian == UInt64(start) &* 0x0101_0101_0101_0101
            &+ 0x01_0203_0405_0607)
        #expect(try reader.peekInteger(UInt8.self, "value") == UInt8(start))
      }
    }
  }

  @Test(arguments: [0, 1, 3, 7]) func `a short input is truncated, and the cursor stays`(count: Int) throws
  {
    try reading(Array(repeating: 9, count: count), base: 100) { reader throws(ParseError) in
      let error = ParseError(.truncated, at: 100, "value")
      #expect(throws: error) { try reader.readInteger(UInt64.self, "value") }
      #expect(throws: error) { try reader.readBigEndian(UInt64.self, "value") }
      #expect(throws: error) { try reader.skip(count + 1, "value") }
      #expect(throws: error) { try reader.readArray(count: count + 1, "value") }
      #expect(!reader.skipIfNext(Array(repeating: 9, count: count + 1)))
      #expect(reader.offset == 100)
      #expect(reader.remaining == count)
    }
  }

  @Test(arguments: [-1, Int.min, Int.max, 5]) func `a count that cannot be is truncated, not a trap`(
    count: Int
  ) throws {
    try reading([1, 2, 3, 4]) { reader throws(ParseError) in
      #expect(throws: ParseError.self) { try reader.skip(count, "count") }
      #expect(throws: ParseError.self) { try reader.readArray(count: count, "count") }
      #expect(reader.remaining == 4)
      do {
        _ = try reader.split(count: count, "count")
        Issue.record("split took \(count) bytes of 4")
      } catch {
        #expect(error.kind == .truncated)
      }
    }
  }

  @Test func `a split reader ends where its part ends and counts from the same start`() throws {
    try reading([1, 2, 3, 4, 5], base: 10) { reader throws(ParseError) in
      try reader.skip(1, "head")
      var part = try reader.split(count: 2, "part")
      #expect(part.offset == 11)
      #expect(try part.readInteger(UInt16.self, "value") == 0x0302)
      #expect(throws: ParseError(.truncated, at: 13, "next")) { try part.readByte("next") }
      #expect(try reader.readArray(count: 2, "rest") == [4, 5])
      #expect(try reader.readArray(count: 0, "nothing") == [])
    }
  }

  @Test func `skipIfNext moves past what it finds, and only then`() throws {
    try reading(Array("PK\u{3}\u{4}rest".utf8)) { reader throws(ParseError) in
      #expect(!reader.skipIfNext(Array("PK\u{1}".utf8)))
      #expect(reader.offset == 0)
      #expect(reader.skipIfNext(Array("PK\u{3}\u{4}".utf8)))
      #expect(reader.offset == 4)
      #expect(reader.skipIfNext([]))
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
