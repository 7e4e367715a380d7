internal import ByteParsing

/// A line argument: what stands between its opcode and the next line feed.
struct TextLine {
  /// The escapes that a line may hold, as the unpicklers decode them.
  enum Escapes {
    case none
    /// STRING: `\x` and two hexadecimal digits; every other escape is taken or kept.
    case string
    /// UNICODE: `\u` and four digits or `\U` and eight; every other backslash is itself.
    case rawUnicode
  }

  /// Bytes kept of a line: names and numbers are short, and strings are read again where they are needed.
  static let prefixBytes = 1 << 16

  /// The first bytes, at most `prefixBytes` of them.
  private(set) var prefix: [UInt8] = []
  /// How many bytes stand before the line feed, or before the end of the input.
  private(set) var length = 0
  /// Whether a line feed ends the line, and not the end of the input.
  private(set) var isTerminated = false
  private(set) var hasNUL = false
  private(set) var hasReturn = false
  /// Whether every escape is complete and gives a character.
  private(set) var escapesAreWhole = true
  /// Whether the last byte belongs to an escape: it then cannot be the closing quote.
  private(set) var endsInEscape = false
  private(set) var last: UInt8 = 0

  private let escapes: Escapes
  /// Hexadecimal digits that the current escape still needs; -1 right after a backslash.
  private var pending = 0
  /// What the digits of the current escape say so far.
  private var character: UInt32 = 0

  var isWhole: Bool { prefix.count == length }

  /// Reads the line that begins at `offset`, moving `window` over it.
  init(
    _ window: inout Window, at offset: Int, escapes: Escapes = .none
  ) throws(ParseError) {
    self.escapes = escapes
    var position = offset
    while position < window.input.count {
      try window.show(position, 1)
      let bytes = window.bytes
      let stop = window.end - window.start
      var index = position - window.start
      while index < stop {
        let byte = bytes.integer(at: index, as: UInt8.self)
        index += 1
        if byte == 0x0A {
          isTerminated = true
          finish()
          return
        }
        take(byte)
      }
      position = window.end
    }
    finish()
  }

  private mutating func take(_ byte: UInt8) {
    length += 1
    last = byte
    if prefix.count < TextLine.prefixBytes { prefix.append(byte) }
    if byte == 0 { hasNUL = true }
    if byte == 0x0D { hasReturn = true }
    if escapes != .none { followEscape(byte) }
  }

  private mutating func followEscape(_ byte: UInt8) {
    endsInEscape = pending != 0
    switch pending {
    case 0:
      if byte == UInt8(ascii: "\\") { pending = -1 }
    case -1:
      character = 0
      switch (escapes, byte) {
      case (.string, UInt8(ascii: "x")): pending = 2
      case (.rawUnicode, UInt8(ascii: "u")): pending = 4
      case (.rawUnicode, UInt8(ascii: "U")): pending = 8
      default: pending = 0
      }
    default:
      if let digit = byte.hexadecimalValue {
        character = character &<< 4 | UInt32(digit)
      } else {
        escapesAreWhole = false
      }
      pending -= 1
      // Beyond the last character of Unicode.
      if pending == 0, escapes == .rawUnicode, character > 0x10FFFF { escapesAreWhole = false }
    }
  }

  private mutating func finish() {
    if pending > 0 { escapesAreWhole = false }
  }
}

extension UInt8 {
  var isDecimalDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

  var isHexadecimalDigit: Bool { hexadecimalValue != nil }

  var hexadecimalValue: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
