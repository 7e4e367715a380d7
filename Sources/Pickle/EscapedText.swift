/// The escapes of the two text opcodes of protocol 0.
enum EscapedText {
  /// The argument of STRING: a quoted string with the escapes of a Python bytes literal. nil where the
  /// quotes or the escapes are wrong, or the bytes are not UTF-8.
  static func decodeString(_ text: [UInt8]) -> String? {
    guard text.count >= 2, let quote = text.first, quote == text.last,
      quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"")
    else { return nil }
    var rest = text.dropFirst().dropLast()
    var bytes: [UInt8] = []
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      guard let escape = rest.popFirst() else { return nil }
      switch escape {
      case UInt8(ascii: "x"):
        guard let high = rest.popFirst()?.hexadecimalValue, let low = rest.popFirst()?.hexadecimalValue
        else { return nil }
        bytes.append(high << 4 | low)
      case UInt8(ascii: "0")...UInt8(ascii: "7"):
        var value = Int(escape - UInt8(ascii: "0"))
        for _ in 0..<2 {
          guard let digit = rest.first?.hexadecimalValue, digit < 8 else { break }
          value = value << 3 | Int(digit)
          rest.removeFirst()
        }
        bytes.append(UInt8(truncatingIfNeeded: value))
      default:
        if let known = simple[escape] {
          bytes.append(known)
        } else {
          bytes += [byte, escape]
        }
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static let simple: [UInt8: UInt8] = [
    UInt8(ascii: "\\"): UInt8(ascii: "\\"), UInt8(ascii: "'"): UInt8(ascii: "'"),
    UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "a"): 0x07, UInt8(ascii: "b"): 0x08,
    UInt8(ascii: "f"): 0x0C, UInt8(ascii: "n"): 0x0A, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09,
    UInt8(ascii: "v"): 0x0B,
  ]

  /// The argument of UNICODE: `\u` and `\U` escapes, and Latin-1 for every other byte. nil where an
  /// escape is cut short, or the text is not one that UTF-8 has.
  static func decodeRawUnicode(_ text: [UInt8]) -> String? {
    var rest = text[...]
    var units: [UInt32] = []
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let kind = rest.popFirst() else {
        units.append(UInt32(byte))
        continue
      }
      guard kind == UInt8(ascii: "u") || kind == UInt8(ascii: "U") else {
        units += [UInt32(byte), UInt32(kind)]
        continue
      }
      var value: UInt32 = 0
      for _ in 0..<(kind == UInt8(ascii: "u") ? 4 : 8) {
        guard let digit = rest.popFirst()?.hexadecimalValue else { return nil }
        value = value << 4 | UInt32(digit)
      }
      units.append(value)
    }
    var result = String.UnicodeScalarView()
    for unit in units {
      guard let scalar = Unicode.Scalar(unit) else { return nil }
      result.append(scalar)
    }
    return String(result)
  }
}
