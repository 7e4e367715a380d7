/// A number as protocol 0 writes it: decimal text.
///
/// Unpicklers read far more than picklers write: signs, spaces, underscores, prefixes for other bases.
/// They do not agree about it, so everything that `repr` would not have written is not canonical.
struct NumberText {
  /// The value, where it fits 64 bits and some unpickler takes the text for a number.
  let integer: Int?
  /// Whether some unpickler takes the text for a number at all.
  let isNumber: Bool
  /// Whether this is the text that a pickler writes.
  let isCanonical: Bool

  private init(integer: Int?, isNumber: Bool, isCanonical: Bool) {
    self.integer = integer
    self.isNumber = isNumber
    self.isCanonical = isCanonical
  }

  /// The argument of INT, LONG (without its `L`), PUT and GET.
  ///
  /// - Parameter anyBase: whether `0x10` and `010` are read in another base, as INT and LONG are by C.
  static func integer(_ text: some Collection<UInt8>, anyBase: Bool) -> NumberText {
    // The C unpickler stops at a NUL; Python's refuses the text.
    var rest = trim(text.prefix { $0 != 0 })
    let isNegative = rest.first == UInt8(ascii: "-")
    let hasSign = isNegative || rest.first == UInt8(ascii: "+")
    if hasSign { rest.removeFirst() }
    let isCanonical =
      !rest.isEmpty && rest.count + (isNegative ? 1 : 0) == text.count
      && rest.allSatisfy(\.isDecimalDigit) && (rest.first != UInt8(ascii: "0") || rest.count == 1)
      && !(isNegative && rest.first == UInt8(ascii: "0"))
    var base = 10
    if anyBase, rest.first == UInt8(ascii: "0"), rest.count > 1 {
      switch rest[rest.startIndex + 1] | 0x20 {
      case UInt8(ascii: "x"): base = 16
      case UInt8(ascii: "o"): base = 8
      case UInt8(ascii: "b"): base = 2
      default: base = 0
      }
      if base != 0 { rest.removeFirst(2) }
      if base == 0 { base = 8 }
    }
    let digits = rest.filter { $0 != UInt8(ascii: "_") }
    let areDigits = digits.allSatisfy { byte in byte.hexadecimalValue.map { Int($0) < base } ?? false }
    guard !digits.isEmpty, areDigits else {
      return NumberText(integer: nil, isNumber: false, isCanonical: false)
    }
    let value = Int((isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self), radix: base)
    return NumberText(integer: value, isNumber: true, isCanonical: isCanonical)
  }

  /// The argument of FLOAT.
  static func float(_ text: some Collection<UInt8>) -> NumberText {
    let whole = String(decoding: text, as: UTF8.self)
    if ["inf", "-inf", "nan", "-nan"].contains(whole) {
      return NumberText(integer: nil, isNumber: true, isCanonical: true)
    }
    var rest = text[...]
    func skipDigits() -> Bool {
      let digits = rest.prefix(while: \.isDecimalDigit)
      rest = rest.dropFirst(digits.count)
      return !digits.isEmpty
    }
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    var isCanonical = skipDigits()
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      isCanonical = skipDigits() && isCanonical
    }
    if rest.first == UInt8(ascii: "e") {
      rest = rest.dropFirst()
      if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
        rest = rest.dropFirst()
      }
      isCanonical = skipDigits() && isCanonical
    }
    isCanonical = isCanonical && rest.isEmpty
    // Digits for more than a double holds: the C unpickler refuses them, Python's reads infinity.
    if isCanonical, Double(whole)?.isFinite != true { isCanonical = false }
    let cleaned = trim(text.prefix { $0 != 0 }).filter { $0 != UInt8(ascii: "_") }
    let isNumber = isCanonical || Double(String(decoding: cleaned, as: UTF8.self)) != nil
    return NumberText(integer: nil, isNumber: isNumber, isCanonical: isCanonical)
  }

  private static func trim(_ text: some Sequence<UInt8>) -> [UInt8] {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte >= 0x09 && byte <= 0x0D }
    let tail = Array(text.drop(while: isSpace))
    guard let end = tail.lastIndex(where: { !isSpace($0) }) else { return [] }
    return Array(tail[...end])
  }
}
