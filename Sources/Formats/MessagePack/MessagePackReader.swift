package import ByteParsing

/// Reads one MessagePack document and gives what matters of it to `visit`, in the order of the file.
///
/// Source: the MessagePack specification; for what stands in extensions, Flax `flax/serialization.py`.
package struct MessagePackReader {
  package enum Event {
    /// A key of a map that is a text, or its bytes.
    case key([UInt8])
    /// A text or bytes that are no key; only the beginning of long ones. `key` is the key they stand under.
    case value([UInt8], count: Int, under: [UInt8]?)
    /// An extension: its type, and its bytes' range.
    case `extension`(type: Int8, Range<Int>)
  }

  private var stream: StreamReader
  private var items = 0

  /// What of a text is read; keys have to be shorter.
  package static let textPrefix = 64 << 10
  private static let depthLimit = 64
  private static let shortest = 16

  private struct Frame {
    var left: Int
    let isMap: Bool
    var isKey = true
    var key: [UInt8]?
  }

  private init(_ input: Input) { stream = StreamReader(input) }

  /// Whether the bytes are one document with a map or an array outside, or begin as one and are longer than `items` values.
  package static func recognize(_ input: Input, items: Int = 4096) -> Bool {
    guard let first = try? input.prefix(1).first, isContainer(first) else { return false }
    // A few bytes are a document whatever they are meant to be. An empty map is one that spaCy writes.
    guard input.count >= shortest || input.count == 1 && first == 0x80 else { return false }
    var reader = MessagePackReader(input)
    do throws(ParseError) {
      let isWhole = try reader.read(items: items) { _, _ in }
      return !isWhole || reader.stream.isAtEnd
    } catch {
      return false
    }
  }

  private static func isContainer(_ byte: UInt8) -> Bool { 0x80...0x9F ~= byte || 0xDC...0xDF ~= byte }

  /// Reads the document.
  ///
  /// - Returns: where it ends.
  /// - Throws: `.malformed` for a byte that begins nothing, `.limit` for values nested too deep, `.truncated`.
  package static func read(_ input: Input, _ visit: (Event, Int) -> Void) throws(ParseError) -> Int {
    var reader = MessagePackReader(input)
    _ = try reader.read(items: .max, visit)
    return reader.stream.offset
  }

  /// - Returns: whether the document came to its end within that many items.
  private mutating func read(items limit: Int, _ visit: (Event, Int) -> Void) throws(ParseError) -> Bool {
    var frames: [Frame] = [Frame(left: 1, isMap: false)]
    while var frame = frames.popLast() {
      guard frame.left > 0 else { continue }
      guard items < limit else { return false }
      items += 1
      let isKey = frame.isMap && frame.isKey
      let offset = stream.offset
      let value = try readValue()
      if isKey {
        if case .text(let bytes, _) = value { frame.key = bytes } else { frame.key = nil }
      }
      frame.isKey.toggle()
      if !isKey || !frame.isMap { frame.left -= 1 }
      switch value {
      case .text(let bytes, let count):
        visit(
          isKey ? .key(bytes) : .value(bytes, count: count, under: frame.isMap ? frame.key : nil), offset)
      case .extension(let type, let range): visit(.extension(type: type, range), offset)
      case .number: break
      case .container(let count, let isMap):
        // Every element has at least one byte.
        guard count <= stream.remaining, !isMap || count <= stream.remaining / 2 else {
          throw ParseError(.truncated, at: offset, "elements of a MessagePack container")
        }
        guard frames.count < Self.depthLimit else {
          throw ParseError(.limit, at: offset, "MessagePack nested deeper than \(Self.depthLimit)")
        }
        frames.append(frame)
        frames.append(Frame(left: count, isMap: isMap))
        continue
      }
      frames.append(frame)
    }
    return true
  }

  private enum Value {
    case number
    case text([UInt8], count: Int)
    case `extension`(Int8, Range<Int>)
    case container(Int, isMap: Bool)
  }

  private mutating func readValue() throws(ParseError) -> Value {
    stream.isBigEndian = true
    let offset = stream.offset
    let byte = try stream.readByte("MessagePack value")
    switch byte {
    case 0x00...0x7F, 0xE0...0xFF, 0xC0, 0xC2, 0xC3: return .number
    case 0x80...0x8F: return .container(Int(byte & 0x0F), isMap: true)
    case 0x90...0x9F: return .container(Int(byte & 0x0F), isMap: false)
    case 0xA0...0xBF: return try readShortText(Int(byte & 0x1F), at: offset)
    case 0xC4, 0xC5, 0xC6: return try readText(try readCount(1 << Int(byte - 0xC4)))
    case 0xC7, 0xC8, 0xC9: return try readExtension(try readCount(1 << Int(byte - 0xC7)))
    case 0xCA, 0xCE, 0xD2: return try skipNumber(4)
    case 0xCB, 0xCF, 0xD3: return try skipNumber(8)
    case 0xCC, 0xD0: return try skipNumber(1)
    case 0xCD, 0xD1: return try skipNumber(2)
    case 0xD4...0xD8: return try readExtension(1 << Int(byte - 0xD4))
    case 0xD9, 0xDA, 0xDB: return try readText(try readCount(1 << Int(byte - 0xD9)))
    case 0xDC, 0xDD: return .container(try readCount(byte == 0xDC ? 2 : 4), isMap: false)
    case 0xDE, 0xDF: return .container(try readCount(byte == 0xDE ? 2 : 4), isMap: true)
    default: throw ParseError(.malformed, at: offset, "MessagePack value of the type 0xC1")
    }
  }

  private mutating func readCount(_ width: Int) throws(ParseError) -> Int {
    Int(try stream.readInteger(width: width, "MessagePack length"))
  }

  private mutating func skipNumber(_ width: Int) throws(ParseError) -> Value {
    try stream.skip(width, "MessagePack number")
    return .number
  }

  private mutating func readText(_ count: Int) throws(ParseError) -> Value {
    let kept = min(count, Self.textPrefix)
    let bytes = try stream.readBytes(kept, limit: Self.textPrefix, "MessagePack text")
    try stream.skip(count - kept, "MessagePack text")
    return .text(bytes, count: count)
  }

  /// Old writers have bytes for texts, which only long ones are taken for here: otherwise a few values of any bytes made a
  /// document.
  private mutating func readShortText(_ count: Int, at offset: Int) throws(ParseError) -> Value {
    let value = try readText(count)
    guard case .text(let bytes, _) = value, String(validating: bytes, as: UTF8.self) != nil else {
      throw ParseError(.malformed, at: offset, "short MessagePack text that is no UTF-8")
    }
    return value
  }

  private mutating func readExtension(_ count: Int) throws(ParseError) -> Value {
    let type = Int8(bitPattern: try stream.readByte("MessagePack extension"))
    let start = stream.offset
    try stream.skip(count, "MessagePack extension")
    return .extension(type, start..<start + count)
  }
}
