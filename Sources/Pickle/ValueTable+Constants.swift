package import ByteParsing

extension ValueTable {
  /// An opcode that carries a constant, and where its argument lies.
  private struct Constant {
    let opcode: Opcode
    /// The payload; for lines the text before the line feed.
    let start: Int
    let count: Int
  }

  /// Reads the opcode of a constant again. nil where the value is none, or its line is longer than
  /// `lineLimit`.
  private func constant(_ value: SymbolicValue, lineLimit: Int) -> Constant? {
    let offset = value.payload
    guard let opcode = opcode(of: value),
      let head = try? input.bytes(at: offset, count: min(9, input.count - offset))
    else { return nil }
    let encoding = opcode.entry.argument
    switch encoding {
    case .line:
      guard let count = lineLength(at: offset + 1, limit: lineLimit) else { return nil }
      return Constant(opcode: opcode, start: offset + 1, count: count)
    case .bytes8, .bytes32, .bytes32Signed, .bytes64:
      let width = encoding.fixedSize
      guard head.count > width else { return nil }
      var length: UInt64 = 0
      for index in stride(from: width, to: 0, by: -1) { length = length << 8 | UInt64(head[index]) }
      let start = offset + 1 + width
      guard let count = Int(exactly: length), count <= input.count - start else { return nil }
      return Constant(opcode: opcode, start: start, count: count)
    default:
      let width = encoding.fixedSize
      guard head.count > width else { return nil }
      return Constant(opcode: opcode, start: offset + 1, count: width)
    }
  }

  /// How many bytes stand before the next line feed or the end of the input, looked for in parts; nil where
  /// they are more than `limit`.
  private func lineLength(at start: Int, limit: Int) -> Int? {
    var count = 0
    while count <= limit {
      let length = min(max(256, count), 1 << 16, input.count - start - count)
      guard length > 0 else { return count }
      guard let part = try? input.bytes(at: start + count, count: length) else { return nil }
      if let end = part.firstIndex(of: 0x0A) { return count + end <= limit ? count + end : nil }
      count += length
    }
    return nil
  }

  /// The opcode that made a constant; nil where the value is none that stays in the input.
  package func opcode(of value: SymbolicValue) -> Opcode? {
    switch value.kind {
    case .bigInteger, .float, .string, .bytes, .bytearray: break
    default: return nil
    }
    return (try? input.bytes(at: value.payload, count: 1)).flatMap { Opcode(rawValue: $0[0]) }
  }

  /// The text of a `.string`, at most `limit` bytes long; nil where it is longer, is not a string, or is
  /// not text.
  package func string(_ value: SymbolicValue, limit: Int = 4096) -> String? {
    // An escape is at most ten bytes for one character, and quotes are two.
    guard value.kind == .string, let constant = constant(value, lineLimit: 10 * limit + 2),
      constant.opcode.entry.argument == .line || constant.count <= limit,
      let bytes = try? input.bytes(at: constant.start, count: constant.count)
    else { return nil }
    let decoded: String? =
      switch constant.opcode {
      case .string: EscapedText.decodeString(bytes)
      case .unicode: EscapedText.decodeRawUnicode(bytes)
      default: String(validating: bytes, as: UTF8.self)
      }
    guard let decoded, decoded.utf8.count <= limit else { return nil }
    return decoded
  }

  /// The bytes of a `.string`, `.bytes` or `.bytearray` as a part of the input, not read: what the
  /// opcode carries, with escapes as written.
  ///
  /// - Parameter lineLimit: nil is returned where a text opcode's line is longer, for its end has to be
  ///   looked for.
  package func contents(_ value: SymbolicValue, lineLimit: Int = 1 << 26) -> Input? {
    switch value.kind {
    case .string, .bytes, .bytearray: break
    default: return nil
    }
    guard let constant = constant(value, lineLimit: lineLimit) else { return nil }
    return try? input.slice(at: constant.start, count: constant.count)
  }

  /// The number behind an `.integer`, or a `.bigInteger` that fits.
  package func integer(_ value: SymbolicValue) -> Int? {
    if value.kind == .integer { return value.payload }
    guard value.kind == .bigInteger, let constant = constant(value, lineLimit: 64),
      constant.count <= 64, let bytes = try? input.bytes(at: constant.start, count: constant.count)
    else { return nil }
    switch constant.opcode {
    case .int, .long:
      return NumberText.integer(
        bytes.last == UInt8(ascii: "L") ? bytes.dropLast() : bytes[...], anyBase: true
      )
      .integer
    default:
      return IntegerBytes.value(bytes)
    }
  }

  /// The number behind a `.float`.
  package func float(_ value: SymbolicValue) -> Double? {
    guard value.kind == .float, let constant = constant(value, lineLimit: 128), constant.count <= 128,
      let bytes = try? input.bytes(at: constant.start, count: constant.count)
    else { return nil }
    if constant.opcode == .binfloat {
      return Double(bitPattern: bytes.reduce(0) { $0 << 8 | UInt64($1) })
    }
    return Double(String(decoding: bytes, as: UTF8.self))
  }
}

/// The integers of LONG1 and LONG4: two's complement, little-endian, of any length.
enum IntegerBytes {
  /// The value, where it fits an `Int`. No bytes are 0.
  static func value(_ bytes: [UInt8]) -> Int? {
    guard let top = bytes.last else { return 0 }
    let sign: UInt8 = top < 0x80 ? 0 : 0xFF
    guard bytes.dropFirst(8).allSatisfy({ $0 == sign }) else { return nil }
    var value: UInt64 = sign == 0 ? 0 : .max
    for byte in bytes.prefix(8).reversed() { value = value << 8 | UInt64(byte) }
    let number = Int(bitPattern: UInt(value))
    return (number < 0) == (sign != 0) ? number : nil
  }
}
