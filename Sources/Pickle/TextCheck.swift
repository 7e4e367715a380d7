/// Checks that bytes are UTF-8 as unpicklers decode it, which is with `surrogatepass`: surrogates pass, alone or in
/// pairs; overlong forms and what is above U+10FFFF do not.
struct TextCheck {
  /// How many continuation bytes the current character still needs.
  private var pending = 0
  /// What the next continuation byte may be.
  private var lowest: UInt8 = 0x80
  private var highest: UInt8 = 0xBF

  /// Whether no character is cut off.
  var isComplete: Bool { pending == 0 }

  /// Takes a part of the text; false where it cannot be UTF-8.
  mutating func take(_ bytes: RawSpan, from start: Int, to end: Int) -> Bool {
    var at = start
    while at < end {
      if pending == 0 {
        at = bytes.endOfASCII(from: at, to: end)
        guard at < end else { break }
      }
      guard take(bytes.integer(at: at)) else { return false }
      at &+= 1
    }
    return true
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard pending == 0 else {
      guard byte >= lowest, byte <= highest else { return false }
      (lowest, highest) = (0x80, 0xBF)
      pending &-= 1
      return true
    }
    switch byte {
    case 0x00...0x7F: return true
    case 0xC2...0xDF: pending = 1
    case 0xE0: (pending, lowest) = (2, 0xA0)
    case 0xE1...0xEF: pending = 2
    case 0xF0: (pending, lowest) = (3, 0x90)
    case 0xF1...0xF3: pending = 3
    case 0xF4: (pending, highest) = (3, 0x8F)
    default: return false
    }
    return true
  }
}

extension RawSpan {
  /// Whether these bytes are UTF-8 as unpicklers decode it. Most texts are short and ASCII.
  @inline(__always)
  func isText(from start: Int, to end: Int) -> Bool {
    let rest = endOfASCII(from: start, to: end)
    return rest == end || isText(behindASCII: rest, to: end)
  }

  @inline(never)
  private func isText(behindASCII start: Int, to end: Int) -> Bool {
    var check = TextCheck()
    return check.take(self, from: start, to: end) && check.isComplete
  }

  /// The place of the first byte above 0x7F, looked for in words of eight bytes.
  @inline(__always)
  fileprivate func endOfASCII(from start: Int, to end: Int) -> Int {
    var at = start
    while at &+ 8 <= end, integer(at: at, as: UInt64.self) & 0x8080_8080_8080_8080 == 0 { at &+= 8 }
    while at < end, integer(at: at, as: UInt8.self) < 0x80 { at &+= 1 }
    return at
  }
}
