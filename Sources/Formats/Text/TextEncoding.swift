/// Whether bytes are text that a person could read: UTF-8, or an eight-bit Latin alphabet. Fed byte by byte.
package struct TextEncoding {
  /// Bytes that belong to the character begun last.
  private var pending = 0
  private var allowed: ClosedRange<UInt8> = 0x80...0xBF
  /// Bytes with the highest bit set.
  private var high = 0
  private var count = 0
  private var brokenUTF8 = false
  private var hasControl = false
  private var hasUpperControl = false

  package init() {}

  package mutating func take(_ byte: UInt8) {
    count += 1
    if byte < 0x80 {
      if pending > 0 { brokenUTF8 = true }
      pending = 0
      if byte < 0x20, byte != 0x09, byte != 0x0A, byte != 0x0D, byte != 0x0C { hasControl = true }
      if byte == 0x7F { hasControl = true }
      return
    }
    high += 1
    if byte < 0xA0 { hasUpperControl = true }
    if pending > 0 {
      if !(allowed ~= byte) { brokenUTF8 = true }
      pending -= 1
      allowed = 0x80...0xBF
    } else {
      begin(byte)
    }
  }

  /// Table 3-7 of the Unicode Standard.
  private mutating func begin(_ byte: UInt8) {
    allowed = 0x80...0xBF
    switch byte {
    case 0xC2...0xDF: pending = 1
    case 0xE0: (pending, allowed) = (2, 0xA0...0xBF)
    case 0xED: (pending, allowed) = (2, 0x80...0x9F)
    case 0xE1...0xEF: pending = 2
    case 0xF0: (pending, allowed) = (3, 0x90...0xBF)
    case 0xF1...0xF3: pending = 3
    case 0xF4: (pending, allowed) = (3, 0x80...0x8F)
    default: brokenUTF8 = true
    }
  }

  /// Whether what was taken so far can be the beginning of a text.
  package var canBeText: Bool { !hasControl && (!brokenUTF8 || isLatin) }

  /// Whether what was taken is a whole text.
  package var isText: Bool { !hasControl && (!brokenUTF8 && pending == 0 || isLatin) }

  /// Letters with accents between plain ones; not a control character of ISO 8859.
  private var isLatin: Bool { !hasUpperControl && high * 3 <= count }
}
