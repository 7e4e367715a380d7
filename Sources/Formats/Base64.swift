/// Bytes written as base64, read as Python's `base64.b64decode` reads them without `validate`.
///
/// Source: RFC 4648, section 4; CPython, `Modules/binascii.c` (`binascii_a2b_base64_impl`).
package struct Base64 {
  package private(set) var bytes: [UInt8] = []
  /// Whether the text is base64 and not a character more: whole groups of four, padded at the end only, no bits left
  /// over. Otherwise decoders differ, and ``bytes`` is what comes of the characters that are base64, up to the
  /// padding.
  package private(set) var isStrict = true

  package init(decoding text: [UInt8]) {
    var bits: UInt32 = 0
    var count = 0
    var padding = 0
    for character in text {
      if character == UInt8(ascii: "=") {
        padding += 1
        continue
      }
      guard let value = Self.value(character), padding == 0 else {
        isStrict = false
        // Characters after the padding are read by some decoders and not by others.
        if Self.value(character) != nil { break }
        continue
      }
      bits = bits << 6 | UInt32(value)
      count += 1
      if count % 4 == 0 {
        bytes += [UInt8(truncatingIfNeeded: bits >> 16), UInt8(truncatingIfNeeded: bits >> 8)]
        bytes.append(UInt8(truncatingIfNeeded: bits))
        bits = 0
      }
    }
    switch count % 4 {
    case 2:
      bytes.append(UInt8(truncatingIfNeeded: bits >> 4))
      if padding != 2 || bits & 0xF != 0 { isStrict = false }
    case 3:
      bytes += [UInt8(truncatingIfNeeded: bits >> 10), UInt8(truncatingIfNeeded: bits >> 2)]
      if padding != 1 || bits & 0x3 != 0 { isStrict = false }
    case 1: isStrict = false
    default: if padding != 0 { isStrict = false }
    }
  }

  /// The first characters of a text that are base64: Python's decoders pass over all others.
  package static func beginning(of text: [UInt8], count: Int) -> [UInt8] {
    Array(text.lazy.filter { value($0) != nil }.prefix(count))
  }

  private static func value(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
