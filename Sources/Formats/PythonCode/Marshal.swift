package import ByteParsing

/// Values as CPython's `marshal` writes them, versions 0 to 5 of its format.
///
/// The data say neither their version nor that of the bytecode in them. A reader therefore assumes one layout of code
/// objects for all of them, as an interpreter does.
package enum Marshal {
  /// What one reading gives.
  package struct Reading: Sendable {
    package let value: CodeConstant
    /// The layout that was assumed; nil where there is no code object, so that all give the same.
    package let layout: CodeLayout?
    /// Bytes that were read. What follows them `marshal.loads` ignores.
    package let byteCount: Int
  }

  /// Containers inside each other that are followed. CPython follows 2,000; a compiler makes few.
  package static let depthLimit = 100
  /// Values of one reading, references counted as often as they are used: a bound on what any walk meets.
  package static let valueLimit = 1 << 20

  /// Reads the value at the start of the input, by every layout that fits.
  ///
  /// Data written to be read differently by two versions of Python give two readings; honest data give one.
  /// - Throws: what the first layout says where none fits; `.limit` where a limit here was reached.
  package static func read(_ bytes: [UInt8]) throws(ParseError) -> [Reading] {
    var readings: [Reading] = []
    var failure: ParseError?
    for layout in CodeLayout.allCases {
      do {
        let reading = try read(bytes, layout: layout)
        readings.append(reading)
        if reading.layout == nil { break }
      } catch {
        // The one that came furthest says best what is wrong.
        if failure.map({ $0.offset < error.offset }) ?? true { failure = error }
      }
    }
    if readings.isEmpty, let failure { throw failure }
    return readings
  }

  /// Reads the value at the start of the input as one layout has it.
  package static func read(_ bytes: [UInt8], layout: CodeLayout) throws(ParseError) -> Reading {
    var input = unsafe ByteReader(bytes.span.bytes)
    var parser = MarshalParser(layout: layout)
    guard let value = try parser.value(&input, depth: depthLimit) else {
      throw ParseError(.malformed, at: 0, "marshal: a NULL where a value should be")
    }
    return Reading(value: value, layout: parser.sawCode ? layout : nil, byteCount: input.offset)
  }
}

/// Reads one stream of marshal data.
///
/// Source: CPython 3.14, `Python/marshal.c`, `r_object`; 2.7's for `R` and the meaning of `t`.
struct MarshalParser {
  let layout: CodeLayout
  /// Values that later ones may refer to, by the order in which they begin; nil while one is being read.
  private var references: [Referenced?] = []
  /// Python 2's interned strings, which are counted apart.
  private var interned: [CodeConstant] = []
  /// Values read, each reference as many as it stands for.
  private var count = 0
  private(set) var sawCode = false
  private var codeDepth = 0

  /// A value and how many values it is made of.
  private struct Referenced {
    let value: CodeConstant
    let weight: Int
  }

  init(layout: CodeLayout) { self.layout = layout }

  /// One value; nil for the NULL that ends a dictionary.
  mutating func value(_ input: inout ByteReader, depth: Int) throws(ParseError) -> CodeConstant? {
    let start = input.offset
    guard depth > 0 else {
      throw ParseError(.limit, at: start, "marshal: values nested more than \(Marshal.depthLimit) deep")
    }
    let before = count
    try spend(1, at: start)
    let byte = try input.readByte("marshal type")
    let isReferenced = byte & 0x80 != 0
    let type = byte & 0x7F
    // NULL, references and singletons are never kept, whatever their flag says.
    guard isReferenced, !Self.unkept.contains(type) else {
      return try content(type, &input, depth: depth, at: start)
    }
    let index = references.count
    references.append(nil)
    let value = try content(type, &input, depth: depth, at: start)
    if let value { references[index] = Referenced(value: value, weight: count - before) }
    return value
  }

  private static let unkept = Set("0NFTS.r".utf8)

  private mutating func spend(_ values: Int, at offset: Int) throws(ParseError) {
    count += values  // both far below the limit's square
    guard count <= Marshal.valueLimit else {
      throw ParseError(.limit, at: offset, "marshal: more than \(Marshal.valueLimit) values")
    }
  }

  private mutating func content(
    _ type: UInt8, _ input: inout ByteReader, depth: Int, at start: Int
  ) throws(ParseError) -> CodeConstant? {
    switch Unicode.Scalar(type) {
    case "0": return nil
    case "N": return CodeConstant.none
    case "F": return .boolean(false)
    case "T": return .boolean(true)
    case "S": return .stopIteration
    case ".": return .ellipsis
    case "i": return .integer(Int(try input.readInteger(Int32.self, "marshal integer")))
    case "I": return .integer(Int(try input.readInteger(Int64.self, "marshal integer")))
    case "l": return try long(&input)
    case "g": return .float(try binaryFloat(&input))
    case "f": return .float(try textFloat(&input))
    case "y": return .complex(try binaryFloat(&input), try binaryFloat(&input))
    case "x": return .complex(try textFloat(&input), try textFloat(&input))
    case "s": return .bytes(try counted(&input, short: false))
    case "u", "a", "A": return .string(text(try counted(&input, short: false)))
    case "z", "Z": return .string(text(try counted(&input, short: true)))
    case "t":
      let string = CodeConstant.string(text(try counted(&input, short: false)))
      if layout == .python2 { interned.append(string) }
      return string
    case "R" where layout == .python2: return try internedReference(&input, at: start)
    case "r": return try reference(&input, at: start)
    case "(": return .tuple(try elements(&input, try length(&input), depth))
    case ")": return .tuple(try elements(&input, Int(try input.readByte("marshal tuple")), depth))
    case "[": return .list(try elements(&input, try length(&input), depth))
    case "<": return .set(try elements(&input, try length(&input), depth))
    case ">": return .frozenSet(try elements(&input, try length(&input), depth))
    case ":": return .slice(try elements(&input, 3, depth))
    case "{": return .dictionary(try entries(&input, depth))
    case "c":
      sawCode = true
      codeDepth += 1
      var code = try code(&input, depth: depth - 1)
      codeDepth -= 1
      // Inner functions are of the version that the outermost one is.
      if codeDepth == 0 { code.inferVersion(among: layout.versions) }
      return .code(code)
    default: throw ParseError(.malformed, at: start, "marshal: unknown type \(type)")
    }
  }

  // MARK: parts

  /// A length as marshal writes it: 32 bits with a sign.
  private func length(_ input: inout ByteReader) throws(ParseError) -> Int {
    let start = input.offset
    let length = try input.readInteger(Int32.self, "marshal length")
    guard length >= 0 else { throw ParseError(.malformed, at: start, "marshal: a negative length") }
    return Int(length)
  }

  private func counted(_ input: inout ByteReader, short: Bool) throws(ParseError) -> [UInt8] {
    let count = short ? Int(try input.readByte("marshal length")) : try length(&input)
    return try input.readArray(count: count, "marshal text")
  }

  /// Text, what is no UTF-8 replaced: lone surrogates are allowed in it.
  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private func binaryFloat(_ input: inout ByteReader) throws(ParseError) -> Double {
    Double(bitPattern: try input.readInteger(UInt64.self, "marshal float"))
  }

  private func textFloat(_ input: inout ByteReader) throws(ParseError) -> Double {
    let start = input.offset
    let digits = String(decoding: try counted(&input, short: true), as: UTF8.self)
    guard let number = Double(digits) else {
      throw ParseError(.malformed, at: start, "marshal: a float that is no number")
    }
    return number
  }

  /// An integer in digits of 15 bits, their number negative for a negative one.
  private func long(_ input: inout ByteReader) throws(ParseError) -> CodeConstant {
    let start = input.offset
    let written = Int(try input.readInteger(Int32.self, "marshal length"))
    let digitCount = Int(written.magnitude)
    // Compared first: two bytes a digit.
    guard digitCount <= input.remaining / 2 else {
      throw ParseError(.truncated, at: start, "marshal integer")
    }
    var digits: [UInt16] = []
    for _ in 0..<digitCount {
      let digit = try input.readInteger(UInt16.self, "marshal digit")
      guard digit < 0x8000 else { throw ParseError(.malformed, at: start, "marshal: a digit out of range") }
      digits.append(digit)
    }
    return BigDigits.constant(digits, isNegative: written < 0)
  }

  private func internedReference(
    _ input: inout ByteReader, at start: Int
  ) throws(ParseError) -> CodeConstant {
    let index = try length(&input)
    guard index < interned.count else {
      throw ParseError(.malformed, at: start, "marshal: a reference to nothing")
    }
    return interned[index]
  }

  private mutating func reference(
    _ input: inout ByteReader, at start: Int
  ) throws(ParseError) -> CodeConstant {
    let index = try length(&input)
    guard index < references.count else {
      throw ParseError(.malformed, at: start, "marshal: a reference to nothing")
    }
    // A tuple may hold itself. Nothing here follows that.
    guard let referenced = references[index] else { return .other("a value that holds itself") }
    try spend(referenced.weight, at: start)
    return referenced.value
  }

  private mutating func elements(
    _ input: inout ByteReader, _ count: Int, _ depth: Int
  ) throws(ParseError) -> [CodeConstant] {
    let start = input.offset
    // Compared first: every element is at least one byte.
    guard count <= input.remaining else { throw ParseError(.truncated, at: start, "marshal elements") }
    var elements: [CodeConstant] = []
    for _ in 0..<count {
      guard let element = try value(&input, depth: depth - 1) else {
        throw ParseError(.malformed, at: start, "marshal: a NULL where a value should be")
      }
      elements.append(element)
    }
    return elements
  }

  private mutating func entries(
    _ input: inout ByteReader, _ depth: Int
  ) throws(ParseError) -> [CodeConstant] {
    var entries: [CodeConstant] = []
    while let key = try value(&input, depth: depth - 1) {
      // A key without a value ends the dictionary as well, and is dropped.
      guard let element = try value(&input, depth: depth - 1) else { break }
      entries += [key, element]
    }
    return entries
  }
}

/// Integers in digits of 15 bits, the lowest first.
enum BigDigits {
  static func constant(_ digits: [UInt16], isNegative: Bool) -> CodeConstant {
    var digits = digits
    while digits.last == 0 { digits.removeLast() }
    if digits.count <= 4 {
      let magnitude = digits.reversed().reduce(0) { $0 << 15 | Int($1) }
      return .integer(isNegative ? -magnitude : magnitude)
    }
    var bits: UInt32 = 0
    var width: UInt32 = 0
    var text: [UInt8] = []
    for digit in digits {
      bits |= UInt32(digit) << width
      width += 15
      while width >= 4 {
        text.append(hexadecimal(bits & 15))
        bits >>= 4
        width -= 4
      }
    }
    if bits > 0 { text.append(hexadecimal(bits)) }
    while text.last == UInt8(ascii: "0") { text.removeLast() }
    return .bigInteger((isNegative ? "-0x" : "0x") + String(decoding: text.reversed(), as: UTF8.self))
  }

  private static func hexadecimal(_ digit: UInt32) -> UInt8 {
    let value = UInt8(truncatingIfNeeded: digit)
    return value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
