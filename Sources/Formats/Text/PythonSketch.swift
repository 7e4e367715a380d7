/// Finds out, without reading Python, that a text can be no Python program: fed byte by byte, it looks for what no Python
/// compiles. A program is compiled whole before its first line runs, so one such place settles it.
///
/// It never claims an error where Python has none: two values without an operator between them, a string that does not
/// end on its line, a bracket that nothing opens, or a character that no program has outside strings and comments.
/// Python 2 counts too, so `print x` and `exec x` are no errors.
package struct PythonSketch {
  private enum State {
    case plain, word, number, comment, escape
    case string(quote: UInt8, isLong: Bool)
    /// One or two quotes were read, which may begin a long string.
    case quotes(UInt8, Int)
  }

  private enum Last {
    case nothing, value, string, sign
    /// A word that is a keyword in some Pythons and a name in others.
    case either
  }

  private var state = State.plain
  private var last = Last.nothing
  private var depth = 0
  private var word: [UInt8] = []
  /// Whether the word is already longer than any keyword.
  private var isLongWord = false
  private var isEscaped = false
  private var closing = 0
  /// Two bytes before, for punctuation of several bytes.
  private var lead: UInt32 = 0

  /// Whether strings may end elsewhere than where they seem to.
  private var isLost = false
  /// Whether no Python compiles the text.
  package private(set) var hasError = false
  /// Whether there is something that could do more than name data: an import, a call, a decorator.
  package private(set) var canAct = false

  package init() {}

  package mutating func take(_ byte: UInt8) {
    lead = lead << 8 | UInt32(byte)
    switch state {
    case .comment: if byte == 0x0A { newLine() }
    case .string(let quote, let isLong): takeInString(byte, quote, isLong)
    case .quotes(let quote, let count): takeAfterQuotes(byte, quote, count)
    case .escape:
      // A backslash joins this line and the next; before anything else it is an error.
      if byte == 0x0D { return }
      if byte != 0x0A { fail() }
      state = .plain
    case .word: if Self.isWord(byte) { grow(byte) } else { endWord(byte) }
    case .number:
      if Self.isWord(byte) || byte == UInt8(ascii: ".") { return grow(byte) }
      endNumber()
      takePlain(byte)
    case .plain: takePlain(byte)
    }
  }

  /// To be called behind the last byte.
  package mutating func finish() { take(0x0A) }

  private static func isWord(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || byte >= 0x80 || 0x30...0x39 ~= byte || isLetter(byte)
  }

  private static func isLetter(_ byte: UInt8) -> Bool { 0x61...0x7A ~= byte | 0x20 && byte >= 0x41 }

  private mutating func grow(_ byte: UInt8) {
    if Self.isPunctuation(lead & 0xFF_FFFF) { fail() }
    if word.count < 12 { word.append(byte) } else { isLongWord = true }
  }

  /// General punctuation (U+2000 to U+206F) is part of no name, but for three ties.
  private static func isPunctuation(_ bytes: UInt32) -> Bool {
    let ties: Set<UInt32> = [0xE280BF, 0xE28180, 0xE28194]
    return (0xE28080...0xE280BF).contains(bytes) && !ties.contains(bytes)
      || (0xE28180...0xE281AF).contains(bytes) && !ties.contains(bytes)
  }

  private mutating func fail() { if !isLost { hasError = true } }

  private mutating func newLine() {
    state = .plain
    if depth == 0 { last = .nothing }
  }

  private mutating func value(_ kind: Last) {
    // Strings after each other are one string.
    if last == .value || last == .string && kind != .string { fail() }
    last = kind
  }

  private mutating func takePlain(_ byte: UInt8) {
    switch byte {
    case 0x0A: newLine()
    case 0x20, 0x09, 0x0D, 0x0C: break
    case UInt8(ascii: "#"): state = .comment
    case UInt8(ascii: "'"), UInt8(ascii: "\""): state = .quotes(byte, 1)
    case UInt8(ascii: "\\"): state = .escape
    case 0x30...0x39:
      value(.value)
      begin(.number, byte)
    case _ where Self.isWord(byte): begin(.word, byte)
    default: takeSign(byte)
    }
  }

  private mutating func begin(_ state: State, _ byte: UInt8) {
    word = []
    isLongWord = false
    self.state = state
    grow(byte)
  }

  private mutating func takeSign(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
      if byte == UInt8(ascii: "("), last == .value || last == .string || last == .either { canAct = true }
      // A dictionary after a value is no subscript and no call.
      if byte == UInt8(ascii: "{"), last == .value || last == .string { fail() }
      depth += 1
      last = .sign
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
      if depth == 0 { fail() }
      depth = max(0, depth - 1)
      last = .value
    case UInt8(ascii: "$"), UInt8(ascii: "?"): fail()
    case UInt8(ascii: "@"), UInt8(ascii: "`"):
      canAct = true
      last = .sign
    case UInt8(ascii: "."):
      // `...` is a value, and `.5` a number: neither is an error before or after anything here.
      last = .sign
    case UInt8(ascii: ";") where depth == 0: last = .nothing
    default: last = .sign
    }
  }

  private static let keywords: Set<String> = [
    "and", "as", "assert", "async", "await", "break", "case", "class", "continue", "def", "del", "elif",
    "else",
    "except", "exec", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "match",
    "nonlocal",
    "not", "or", "pass", "print", "raise", "return", "try", "type", "while", "with", "yield",
  ]

  private static let either: Set<String> = ["case", "exec", "match", "print", "type"]

  private static let acting: Set<String> = ["exec", "from", "import", "while"]

  private static let infixes = ["and", "else", "for", "if", "in", "is", "not", "or"].map { Array($0.utf8) }

  /// A keyword may stand behind a number without a blank: `1if 1else 2`.
  private mutating func endNumber() {
    state = .plain
    if isLongWord || Self.infixes.contains(where: { word.suffix($0.count).elementsEqual($0) }) {
      last = .either
    }
  }

  private mutating func endWord(_ byte: UInt8) {
    state = .plain
    let text = isLongWord ? "" : String(decoding: word, as: UTF8.self)
    let isQuote = byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"")
    if isQuote, word.count <= 2, word.allSatisfy({ "rbuftRBUFT".utf8.contains($0) }) {
      // The prefix of a string; one of its kinds holds expressions.
      if word.contains(where: { $0 | 0x20 == UInt8(ascii: "f") || $0 | 0x20 == UInt8(ascii: "t") }) {
        canAct = true
        // From 3.12 on such an expression may have quotes of its own, so nothing behind it is certain.
        isLost = true
      }
    } else if Self.keywords.contains(text) {
      if Self.acting.contains(text) { canAct = true }
      last = Self.either.contains(text) ? .either : .sign
    } else {
      value(.value)
    }
    takePlain(byte)
  }
}

extension PythonSketch {
  private mutating func takeAfterQuotes(_ byte: UInt8, _ quote: UInt8, _ count: Int) {
    if count == 1 {
      if byte == quote {
        state = .quotes(quote, 2)
      } else {
        beginString(quote, isLong: false)
        takeInString(byte, quote, false)
      }
    } else if byte == quote {
      beginString(quote, isLong: true)
    } else {
      // Two quotes: an empty string.
      value(.string)
      state = .plain
      takePlain(byte)
    }
  }

  private mutating func beginString(_ quote: UInt8, isLong: Bool) {
    value(.string)
    state = .string(quote: quote, isLong: isLong)
    isEscaped = false
    closing = 0
  }

  private mutating func takeInString(_ byte: UInt8, _ quote: UInt8, _ isLong: Bool) {
    if isEscaped {
      isEscaped = byte == 0x0D
      return
    }
    if byte == UInt8(ascii: "\\") {
      isEscaped = true
      closing = 0
      return
    }
    guard isLong else {
      if byte == quote { state = .plain }
      if byte == 0x0A {
        fail()
        newLine()
      }
      return
    }
    closing = byte == quote ? closing + 1 : 0
    if closing == 3 { state = .plain }
  }
}
