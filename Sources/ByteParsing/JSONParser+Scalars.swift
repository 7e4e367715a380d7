extension JSONParser {
  /// Passes a string, its quotes included.
  mutating func skipString() throws(ParseError) -> JSONNode.Kind {
    position += 1
    var kind = JSONNode.Kind.plainString
    while true {
      switch try peek() {
      case UInt8(ascii: "\""):
        position += 1
        return kind
      case UInt8(ascii: "\\"):
        kind = .escapedString
        try skipEscape()
      case ..<0x20: throw malformed("a control character in a string")
      case ..<0x80: position += 1
      default: try skipMultibyte()
      }
    }
  }

  private mutating func skipEscape() throws(ParseError) {
    let start = position
    position += 1
    switch try peek() {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      position += 1
    case UInt8(ascii: "u"):
      position += 1
      let unit = try readHexadecimal()
      switch unit {
      case 0xd800...0xdbff:
        guard try peek() == UInt8(ascii: "\\") else { throw loneSurrogate(at: start) }
        position += 1
        guard try peek() == UInt8(ascii: "u") else { throw loneSurrogate(at: start) }
        position += 1
        guard 0xdc00...0xdfff ~= (try readHexadecimal()) else { throw loneSurrogate(at: start) }
      case 0xdc00...0xdfff: throw loneSurrogate(at: start)
      default: break
      }
    default: throw malformed("an escape that JSON does not have")
    }
  }

  private func loneSurrogate(at offset: Int) -> ParseError {
    ParseError(.malformed, at: offset, "half a surrogate pair")
  }

  private mutating func readHexadecimal() throws(ParseError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = hexadecimalDigit(try peek()) else {
        throw malformed("four hexadecimal digits are expected here")
      }
      value = value << 4 | digit
      position += 1
    }
    return value
  }

  /// Passes one character of two to four bytes, as table 3-7 of the Unicode Standard allows them.
  private mutating func skipMultibyte() throws(ParseError) {
    let start = position
    let second: ClosedRange<UInt8>
    let more: Int
    switch try peek() {
    case 0xc2...0xdf: (second, more) = (0x80...0xbf, 0)
    case 0xe0: (second, more) = (0xa0...0xbf, 1)
    case 0xed: (second, more) = (0x80...0x9f, 1)
    case 0xe1...0xef: (second, more) = (0x80...0xbf, 1)
    case 0xf0: (second, more) = (0x90...0xbf, 2)
    case 0xf1...0xf3: (second, more) = (0x80...0xbf, 2)
    case 0xf4: (second, more) = (0x80...0x8f, 2)
    default: throw malformed("bytes that are not UTF-8")
    }
    position += 1
    guard second ~= (try peek()) else {
      throw ParseError(.malformed, at: start, "bytes that are not UTF-8")
    }
    position += 1
    for _ in 0..<more {
      guard 0x80...0xbf ~= (try peek()) else {
        throw ParseError(.malformed, at: start, "bytes that are not UTF-8")
      }
      position += 1
    }
  }

  /// Passes a number.
  mutating func skipNumber() throws(ParseError) {
    if try peek() == UInt8(ascii: "-") { position += 1 }
    if try peek() == UInt8(ascii: "0") {
      position += 1
      if nextIsDigit { throw malformed("a number that begins with 0") }
    } else {
      try skipDigits()
    }
    if nextIs(UInt8(ascii: "."), UInt8(ascii: ".")) {
      position += 1
      try skipDigits()
    }
    if nextIs(UInt8(ascii: "e"), UInt8(ascii: "E")) {
      position += 1
      if nextIs(UInt8(ascii: "+"), UInt8(ascii: "-")) { position += 1 }
      try skipDigits()
    }
  }

  private mutating func skipDigits() throws(ParseError) {
    guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= (try peek()) else {
      throw malformed("a digit is expected here")
    }
    while nextIsDigit { position += 1 }
  }

  private var nextIsDigit: Bool {
    position < bytes.count && UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[position]
  }

  private func nextIs(_ one: UInt8, _ other: UInt8) -> Bool {
    position < bytes.count && (bytes[position] == one || bytes[position] == other)
  }
}

/// What a hexadecimal digit stands for.
func hexadecimalDigit(_ byte: UInt8) -> UInt32? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
  case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a")) + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A")) + 10
  default: nil
  }
}
