internal import ByteParsing

/// Fields that only the messages between clients and the daemon have.
extension MessageWriter {
  /// A 32-bit length and the bytes.
  mutating func append(counted raw: some Collection<UInt8>) {
    append(UInt32(raw.count))
    append(raw: raw)
  }

  /// The bytes of a SHA-256 that is given as 64 hexadecimal digits in lowercase.
  mutating func append(digest: String) {
    guard let raw = Self.bytes(ofDigest: digest) else { preconditionFailure("no SHA-256: \(digest)") }
    append(raw: raw)
  }

  mutating func append(_ flag: Bool) { append(UInt8(flag ? 1 : 0)) }

  /// Whether there is a text, and the text.
  mutating func append(_ text: String?, limit: Int) {
    append(text != nil)
    if let text { append(text, limit: limit) }
  }

  private static func bytes(ofDigest digest: String) -> [UInt8]? {
    let digits = Array(digest.utf8)
    guard digits.count == 2 * ClientLimit.digest else { return nil }
    var raw: [UInt8] = []
    for place in stride(from: 0, to: digits.count, by: 2) {
      guard let high = value(ofDigit: digits[place]), let low = value(ofDigit: digits[place + 1]) else {
        return nil
      }
      raw.append(high << 4 | low)
    }
    return raw
  }

  private static func value(ofDigit digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}

extension ByteReader {
  mutating func readBytes(limit: Int, _ field: StaticString) throws(ParseError) -> [UInt8] {
    try readArray(count: readCount(limit: limit, field), field)
  }

  /// 64 hexadecimal digits in lowercase.
  mutating func readDigest(_ field: StaticString) throws(ParseError) -> String {
    let digits = Array("0123456789abcdef".utf8)
    let text = try readArray(count: ClientLimit.digest, field).flatMap {
      [digits[Int($0 >> 4)], digits[Int($0 & 15)]]
    }
    return String(decoding: text, as: UTF8.self)
  }

  mutating func readFlag(_ field: StaticString) throws(ParseError) -> Bool {
    let start = offset
    let value = try readByte(field)
    guard value <= 1 else { throw ParseError(.malformed, at: start, "\(field): \(value)") }
    return value == 1
  }

  mutating func readOptionalText(limit: Int, _ field: StaticString) throws(ParseError) -> String? {
    try readFlag(field) ? readText(limit: limit, field) : nil
  }

  /// One of an enumeration's cases by its number.
  mutating func readCase<Case: RawRepresentable<UInt8>>(
    _ type: Case.Type = Case.self, _ field: StaticString
  ) throws(ParseError) -> Case {
    let start = offset
    let number = try readByte(field)
    guard let value = Case(rawValue: number) else {
      throw ParseError(.malformed, at: start, "\(field): unknown number \(number)")
    }
    return value
  }
}
