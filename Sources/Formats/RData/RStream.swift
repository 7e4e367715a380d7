import ByteParsing

/// The numbers and texts of a file of R, in the three ways in which they are written.
///
/// | way | integers | reals | texts |
/// | --- | --- | --- | --- |
/// | `X` | 4 bytes, highest first | 8 bytes, highest first | a length and the bytes |
/// | `B` | 4 bytes, lowest first | 8 bytes, lowest first | a length and the bytes |
/// | `A` | a word, `NA` for none | a word | a length and a word with escapes |
struct RStream {
  enum Way { case external, native, words }

  private var reader: StreamReader
  private(set) var way = Way.external

  private static let wordLimit = 100
  /// What is kept of a text.
  static let textLimit = 4096

  init(_ input: Input, at offset: Int) { reader = StreamReader(input, at: offset) }

  var offset: Int { reader.offset }
  var remaining: Int { reader.remaining }

  /// Reads the letter of the way, and the byte behind it, which R does not look at.
  mutating func readWay() throws(ParseError) {
    var letter = try reader.readByte("format")
    var second = try reader.readByte("format")
    // R's own words: a hack, for the newline that the object before may have left.
    if letter == UInt8(ascii: "\n") {
      letter = second
      second = try reader.readByte("format")
      guard letter == UInt8(ascii: "A") else { throw ParseError(.malformed, at: 0, "format of R's data") }
    }
    switch letter {
    case UInt8(ascii: "X"): way = .external
    case UInt8(ascii: "B"): way = .native
    case UInt8(ascii: "A"): way = .words
    default: throw ParseError(.malformed, at: offset, "format of R's data")
    }
    reader.isBigEndian = way == .external
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0D ~= byte }

  private mutating func skipBlanks() throws(ParseError) {
    while Self.isBlank(try reader.peekByte("word")) { _ = try reader.readByte("word") }
  }

  /// What follows the last object is a line's end.
  mutating func skipLineEnds() throws(ParseError) {
    guard way == .words else { return }
    while reader.remaining > 0, Self.isBlank(try reader.peekByte("word")) {
      _ = try reader.readByte("word")
    }
  }

  private mutating func readWord(_ field: StaticString) throws(ParseError) -> [UInt8] {
    try skipBlanks()
    var word: [UInt8] = []
    while true {
      let byte = try reader.readByte(field)
      if Self.isBlank(byte) { return word }
      guard word.count < Self.wordLimit else {
        throw ParseError(.malformed, at: offset, "\(field) of more than \(Self.wordLimit) characters")
      }
      word.append(byte)
    }
  }

  mutating func readInteger(_ field: StaticString) throws(ParseError) -> Int32 {
    guard way == .words else {
      return Int32(truncatingIfNeeded: try reader.readInteger(width: 4, field))
    }
    let start = offset
    let word = String(decoding: try readWord(field), as: UTF8.self)
    if word == "NA" { return .min }
    guard let number = Int32(word) else { throw ParseError(.malformed, at: start, "\(field)") }
    return number
  }

  /// The length of a vector: -1 says that two further numbers are its upper and its lower half.
  mutating func readLength(_ field: StaticString) throws(ParseError) -> Int {
    let start = offset
    let short = try readInteger(field)
    if short >= 0 { return Int(short) }
    guard short == -1 else { throw ParseError(.malformed, at: start, "\(field) is \(short)") }
    let upper = UInt32(bitPattern: try readInteger(field))
    let lower = UInt32(bitPattern: try readInteger(field))
    guard upper <= 65536 else { throw ParseError(.malformed, at: start, "\(field) overflows") }
    return Int(upper) << 32 | Int(lower)
  }

  /// Passes over numbers of `width` bytes each, or as many words.
  mutating func skip(_ count: Int, width: Int, words: Int = 1, _ field: StaticString) throws(ParseError) {
    guard way == .words else {
      let bytes = try Checked.product(count, width, at: offset, field)
      return try reader.skip(bytes, field)
    }
    // A word has a character and a blank at least, so the file bounds the loop.
    guard count <= reader.remaining else { throw ParseError(.truncated, at: offset, "\(field)") }
    for _ in 0..<count * words { _ = try readWord(field) }
  }

  /// Reads a text of that length: what is kept of it.
  mutating func readText(_ count: Int, _ field: StaticString) throws(ParseError) -> [UInt8] {
    guard count <= reader.remaining else { throw ParseError(.truncated, at: offset, "\(field)") }
    guard way == .words else {
      let kept = min(count, Self.textLimit)
      let bytes = try reader.readBytes(kept, limit: Self.textLimit, field)
      try reader.skip(count - kept, field)
      return bytes
    }
    guard count > 0 else { return [] }
    try skipBlanks()
    var bytes: [UInt8] = []
    for _ in 0..<count {
      let byte = try readCharacter(field)
      if bytes.count < Self.textLimit { bytes.append(byte) }
    }
    return bytes
  }

  /// One character of a word's text, behind its escape.
  private mutating func readCharacter(_ field: StaticString) throws(ParseError) -> UInt8 {
    let byte = try reader.readByte(field)
    guard byte == UInt8(ascii: "\\") else { return byte }
    let letter = try reader.readByte(field)
    switch letter {
    case UInt8(ascii: "n"): return 0x0A
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "v"): return 0x0B
    case UInt8(ascii: "b"): return 0x08
    case UInt8(ascii: "r"): return 0x0D
    case UInt8(ascii: "f"): return 0x0C
    case UInt8(ascii: "a"): return 0x07
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      var value = Int(letter & 7)
      for _ in 0..<2 {
        guard reader.remaining > 0, UInt8(ascii: "0")...UInt8(ascii: "7") ~= (try reader.peekByte(field))
        else { break }
        value = value << 3 | Int(try reader.readByte(field) & 7)
      }
      return UInt8(truncatingIfNeeded: value)
    default: return letter
    }
  }

  /// Reads bytes, which are words of two digits where everything is words.
  ///
  /// - Returns: the bytes, where they do not stand in the file as they are.
  /// - Throws: `.limit` for more words than are held.
  mutating func readRaw(_ count: Int, _ field: StaticString) throws(ParseError) -> [UInt8]? {
    guard way == .words else {
      try reader.skip(count, field)
      return nil
    }
    guard count <= reader.remaining else { throw ParseError(.truncated, at: offset, "\(field)") }
    let limit = 16 << 20
    guard count <= limit else {
      throw ParseError(.limit, at: offset, "\(field) of \(count) words, limit \(limit)")
    }
    var bytes: [UInt8] = []
    for _ in 0..<count {
      let start = offset
      guard let byte = UInt8(String(decoding: try readWord(field), as: UTF8.self), radix: 16) else {
        throw ParseError(.malformed, at: start, "\(field)")
      }
      bytes.append(byte)
    }
    return bytes
  }
}
