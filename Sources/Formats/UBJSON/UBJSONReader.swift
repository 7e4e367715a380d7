package import ByteParsing

/// Reads a UBJSON document as XGBoost writes it, and gives what matters of it to `visit`.
///
/// Source: UBJSON draft 12; XGBoost `src/common/json.cc` (`UBJReader`). Numbers are big-endian.
package struct UBJSONReader {
  package enum Event {
    /// An object or an array begins, under that key.
    case opened(under: [UInt8]?, isObject: Bool)
    /// The innermost of them ends.
    case closed
    case text([UInt8], under: [UInt8]?)
    /// A whole number that is no element of an array.
    case number(Int, under: [UInt8]?)
    /// An array ended: its whole numbers, nil where it has anything else, and its length.
    case array([Int]?, count: Int, under: [UInt8]?)
  }

  private var stream: StreamReader

  private static let depthLimit = 64
  private static let textLimit = 16 << 20
  /// Elements of an array of whole numbers that are kept.
  private static let integerLimit = 16 << 20

  private struct Frame {
    let isObject: Bool
    /// The type of all elements, where the container says it.
    var type: UInt8?
    /// Elements left, where the container says how many there are.
    var left: Int?
    var key: [UInt8]?
    /// Whole numbers met so far, of an array; nil where it has anything else.
    var integers: [Int]? = []
    /// Elements met so far.
    var count = 0
    let arrayKey: [UInt8]?
  }

  private init(_ input: Input) {
    stream = StreamReader(input)
    stream.isBigEndian = true
  }

  /// Whether an object begins, with a first key that is plain text.
  package static func begins(_ bytes: [UInt8]) -> Bool {
    guard bytes.count > 3, bytes[0] == UInt8(ascii: "{"), let width = widths[bytes[1]] else { return false }
    let start = 2 + width
    guard bytes.count > start else { return false }
    let count = bytes[2..<start].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard 1...255 ~= count, bytes.count >= start + Int(count) else { return false }
    return bytes[start..<start + Int(count)].allSatisfy { 0x20..<0x7F ~= $0 }
  }

  /// Bytes of the whole numbers.
  private static let widths: [UInt8: Int] = [
    UInt8(ascii: "i"): 1, UInt8(ascii: "U"): 1, UInt8(ascii: "I"): 2, UInt8(ascii: "l"): 4,
    UInt8(ascii: "L"): 8,
  ]

  /// Reads the document.
  ///
  /// - Returns: where it ends.
  /// - Throws: `.malformed`, `.truncated`, `.limit`.
  package static func read(_ input: Input, _ visit: (Event, Int) -> Void) throws(ParseError) -> Int {
    var reader = UBJSONReader(input)
    let type = try reader.stream.readByte("UBJSON value")
    var frames: [Frame] = []
    try reader.readValue(type, under: nil, &frames, visit)
    while !frames.isEmpty { try reader.step(&frames, visit) }
    return reader.stream.offset
  }

  /// Reads the next element of the innermost container, or its end.
  private mutating func step(_ frames: inout [Frame], _ visit: (Event, Int) -> Void) throws(ParseError) {
    var frame = frames.removeLast()
    let offset = stream.offset
    if let left = frame.left {
      guard left > 0 else { return close(frame, at: offset, visit) }
      frame.left = left - 1
    }
    var type = frame.isObject ? nil : frame.type
    if type == nil {
      type = try stream.readByte("UBJSON value")
      if frame.left == nil, type == UInt8(ascii: frame.isObject ? "}" : "]") {
        return close(frame, at: offset, visit)
      }
    }
    if type == UInt8(ascii: "N") {
      frames.append(frame)
      return
    }
    frame.count += 1
    if frame.isObject {
      guard let marker = type else { return }
      frame.key = try readText(lengthMarker: marker)
      type = frame.type
      if type == nil { type = try stream.readByte("UBJSON value") }
    }
    guard let type else { return }
    if !frame.isObject, let width = Self.widths[type], frame.integers?.count ?? 0 < Self.integerLimit {
      let value = try readInteger(type, width)
      frame.integers?.append(value)
      frames.append(frame)
      return
    }
    frame.integers = nil
    frames.append(frame)
    try readValue(type, under: frame.key, &frames, visit)
  }

  private func close(_ frame: Frame, at offset: Int, _ visit: (Event, Int) -> Void) {
    visit(.closed, offset)
    if !frame.isObject { visit(.array(frame.integers, count: frame.count, under: frame.arrayKey), offset) }
  }

  private mutating func readInteger(_ type: UInt8, _ width: Int) throws(ParseError) -> Int {
    let bits = try stream.readInteger(width: width, "UBJSON number")
    switch type {
    case UInt8(ascii: "U"): return Int(bits)
    case UInt8(ascii: "i"): return Int(Int8(truncatingIfNeeded: bits))
    case UInt8(ascii: "I"): return Int(Int16(truncatingIfNeeded: bits))
    case UInt8(ascii: "l"): return Int(Int32(truncatingIfNeeded: bits))
    default: return Int(Int64(bitPattern: bits))
    }
  }

  private mutating func readText(lengthMarker: UInt8) throws(ParseError) -> [UInt8] {
    let count = try readCount(lengthMarker)
    return try stream.readBytes(count, limit: Self.textLimit, "UBJSON text")
  }

  private mutating func readCount(_ marker: UInt8) throws(ParseError) -> Int {
    guard let width = Self.widths[marker] else {
      throw ParseError(.malformed, at: stream.offset - 1, "UBJSON length of the type \(marker)")
    }
    let count = try readInteger(marker, width)
    guard count >= 0 else { throw ParseError(.malformed, at: stream.offset, "negative UBJSON length") }
    return count
  }

  private mutating func readValue(
    _ type: UInt8, under key: [UInt8]?, _ frames: inout [Frame], _ visit: (Event, Int) -> Void
  ) throws(ParseError) {
    let offset = stream.offset
    switch type {
    case UInt8(ascii: "Z"), UInt8(ascii: "T"), UInt8(ascii: "F"): break
    case UInt8(ascii: "C"): try stream.skip(1, "UBJSON character")
    case UInt8(ascii: "d"): try stream.skip(4, "UBJSON number")
    case UInt8(ascii: "D"): try stream.skip(8, "UBJSON number")
    case UInt8(ascii: "S"), UInt8(ascii: "H"):
      visit(.text(try readText(lengthMarker: try stream.readByte("UBJSON length")), under: key), offset)
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      guard frames.count < Self.depthLimit else {
        throw ParseError(.limit, at: offset, "UBJSON nested deeper than \(Self.depthLimit)")
      }
      try open(isObject: type == UInt8(ascii: "{"), under: key, &frames, visit)
    default:
      guard let width = Self.widths[type] else {
        throw ParseError(.malformed, at: offset - 1, "UBJSON value of the type \(type)")
      }
      let number = try readInteger(type, width)
      if key != nil { visit(.number(number, under: key), offset) }
    }
  }

  private mutating func open(
    isObject: Bool, under key: [UInt8]?, _ frames: inout [Frame], _ visit: (Event, Int) -> Void
  ) throws(ParseError) {
    let offset = stream.offset
    var frame = Frame(isObject: isObject, arrayKey: key)
    if try peek() == UInt8(ascii: "$") {
      try stream.skip(1, "UBJSON type")
      frame.type = try stream.readByte("UBJSON type")
      guard try peek() == UInt8(ascii: "#") else {
        throw ParseError(.malformed, at: stream.offset, "UBJSON type without a count")
      }
    }
    if try peek() == UInt8(ascii: "#") {
      try stream.skip(1, "UBJSON count")
      frame.left = try readCount(try stream.readByte("UBJSON count"))
      // Elements without bytes of their own would let a few bytes stand for any number of them.
      let hasBytes = frame.type.map { !"ZTFN".utf8.contains($0) } ?? true
      guard hasBytes, frame.left ?? 0 <= stream.remaining else {
        throw ParseError(.malformed, at: stream.offset, "more UBJSON elements than bytes")
      }
      if let type = frame.type, !isObject, let left = frame.left, try skipNumbers(type, left) {
        return visit(.array(nil, count: left, under: key), offset)
      }
    }
    visit(.opened(under: key, isObject: isObject), offset)
    frames.append(frame)
  }

  /// Passes an array of fractions at once.
  private mutating func skipNumbers(_ type: UInt8, _ count: Int) throws(ParseError) -> Bool {
    let width = type == UInt8(ascii: "d") ? 4 : type == UInt8(ascii: "D") ? 8 : 0
    guard width > 0 else { return false }
    guard count <= stream.remaining / width else {
      throw ParseError(.truncated, at: stream.offset, "UBJSON numbers")
    }
    try stream.skip(count * width, "UBJSON numbers")
    return true
  }

  private mutating func peek() throws(ParseError) -> UInt8 { try stream.peekByte("UBJSON value") }
}
