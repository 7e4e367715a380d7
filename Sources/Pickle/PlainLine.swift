/// The line arguments that a pickler usually writes, read without a copy. What is not plain here (escapes,
/// long numbers, lines that leave the window) is nil, and read with every check by `TextLine`.
extension RawSpan {
  /// A canonical decimal number that fits 55 bits.
  ///
  /// - Returns: the number and the place behind its line feed.
  @inline(__always)
  func plainDecimal(at start: Int, end: Int) -> (value: Int, next: Int)? {
    var at = start
    guard at < end else { return nil }
    let isNegative = integer(at: at, as: UInt8.self) == UInt8(ascii: "-")
    if isNegative { at &+= 1 }
    let first = at
    var value = 0
    // Sixteen digits are below 2^55.
    while at < end, at &- first <= 16 {
      let byte = integer(at: at, as: UInt8.self)
      if byte == 0x0A {
        let isCanonical =
          at &- first == 1
          ? value != 0 || !isNegative : integer(at: first, as: UInt8.self) != UInt8(ascii: "0")
        guard at > first, isCanonical else { return nil }
        return (isNegative ? 0 &- value : value, at &+ 1)
      }
      let digit = byte &- UInt8(ascii: "0")
      guard digit < 10, at &- first < 16 else { return nil }
      value = value &* 10 &+ Int(digit)
      at &+= 1
    }
    return nil
  }

  /// A quoted string without escapes and control characters.
  ///
  /// - Returns: the place behind its line feed.
  func plainString(at start: Int, end: Int) -> Int? {
    guard start < end else { return nil }
    let quote = integer(at: start, as: UInt8.self)
    guard quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""),
      let next = plainText(at: start &+ 1, end: end), next &- start >= 3,
      integer(at: next &- 2, as: UInt8.self) == quote
    else { return nil }
    return next
  }

  /// Text without backslashes, NUL and CR.
  ///
  /// - Returns: the place behind its line feed.
  func plainText(at start: Int, end: Int) -> Int? {
    var at = start
    while at < end {
      switch integer(at: at, as: UInt8.self) {
      case 0x0A: return at &+ 1
      case UInt8(ascii: "\\"), 0, 0x0D: return nil
      default: at &+= 1
      }
    }
    return nil
  }
}
