import Formats

/// A pickle that is written as text: what base64 and hexadecimal digits make of one.
package enum PackedPickle {
  case base64, hexadecimal

  /// Characters of the notation that are decoded to see what begins there.
  private static let headCount = 96

  /// Recognises a text by its beginning: that of a pickle from protocol 2 on, or of an import by an earlier one.
  package init?(_ text: [UInt8]) {
    // PROTO, GLOBAL and MARK in the one notation and in the other.
    guard let first = Base64.beginning(of: text, count: 1).first, "gYK862".utf8.contains(first) else {
      return nil
    }
    let head = Base64.beginning(of: text, count: Self.headCount)
    let found: PackedPickle? =
      if let digits = Self.digits(text.prefix(Self.headCount)), Self.isBeginning(digits) {
        .hexadecimal
      } else if Self.isBeginning(Base64(decoding: Array(head.prefix(head.count / 4 * 4))).bytes) {
        .base64
      } else {
        nil
      }
    guard let found else { return nil }
    self = found
  }

  package var name: String {
    switch self {
    case .base64: "base64"
    case .hexadecimal: "hexadecimal digits"
    }
  }

  /// The bytes that a decoder makes of the text: of what is no such character, base64's decoders take no notice, and
  /// others stop.
  package func decoded(_ text: [UInt8]) -> [UInt8] {
    switch self {
    case .base64: Base64(decoding: text).bytes
    case .hexadecimal: Self.digits(text.prefix { Self.value($0) != nil || Self.isBlank($0) }) ?? []
    }
  }

  private static func isBeginning(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 4 else { return false }
    if bytes[0] == 0x80 { return (2...5).contains(bytes[1]) }
    let rest = bytes.drop { $0 == UInt8(ascii: "(") }
    guard rest.first == UInt8(ascii: "c") else { return false }
    let name = rest.dropFirst().prefix { $0 != 0x0A }
    return !name.isEmpty && name.endIndex < bytes.endIndex && name.allSatisfy(isOfName)
  }

  private static func isOfName(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".") || 0x30...0x39 ~= byte
      || 0x61...0x7A ~= byte | 0x20
  }

  /// Pairs of digits, blanks between them passed over, as Python's `bytes.fromhex` reads them; nil for anything else.
  private static func digits(_ text: some Sequence<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var high: UInt8?
    for character in text where !isBlank(character) {
      guard let value = value(character) else { return nil }
      if let first = high {
        bytes.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return bytes
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0D ~= byte }

  private static func value(_ character: UInt8) -> UInt8? {
    Character(UnicodeScalar(character)).hexDigitValue.map { UInt8($0) }
  }
}
