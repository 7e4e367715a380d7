package import ByteParsing

/// The stream that `torch.save` wrote before version 1.6: five pickles (a magic number, a protocol number,
/// facts about the system, the object, the keys of its storages), then for each key the number of elements in
/// 64 bits and the elements.
///
/// Source: `torch/serialization.py`, `_legacy_save` and `_legacy_load`.
package enum LegacyTorchStream {
  /// How many pickles stand before the storages, and which of them is the object.
  package static let pickles = 5
  package static let object = 3

  /// The magic number 0x1950a86a20f9469cfc6c as LONG1 writes it.
  private static let magic: [UInt8] = [
    0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
  ]

  /// Whether `prefix` begins with the pickle of the magic number, of any protocol that has LONG1.
  package static func isRecognized(_ prefix: [UInt8]) -> Bool {
    guard prefix.count >= 2, prefix[0] == 0x80, (2...5).contains(prefix[1]) else { return false }
    let afterProtocol = prefix[2...]
    // Protocol 4 may put a FRAME of nine bytes before it.
    let body = afterProtocol.first == 0x95 ? afterProtocol.dropFirst(9) : afterProtocol
    return body.starts(with: magic)
  }

  /// The keys in the pickle that stands in `input`, in order.
  ///
  /// Reads only what pickles of a list of strings consist of.
  ///
  /// - Throws: `.unsupported` at anything else, `.limit` beyond ``keyBytes``, `.truncated`.
  package static func keys(parsing input: Input) throws(ParseError) -> [String] {
    guard input.count <= keyBytes else {
      throw ParseError(.limit, at: 0, "storage keys of \(input.count) bytes: limit \(keyBytes)")
    }
    let bytes = try input.bytes(at: 0, count: input.count, "storage keys")
    // SAFETY: plain bytes; the reader checks every access and does not outlive `bytes`.
    var reader = unsafe ByteReader(bytes.span.bytes)
    var keys: [String] = []
    while !reader.isAtEnd {
      let offset = reader.offset
      switch try reader.readByte("opcode") {
      case 0x80, 0x71: try reader.skip(1, "argument")  // PROTO, BINPUT
      case 0x72: try reader.skip(4, "argument")  // LONG_BINPUT
      case 0x95: try reader.skip(8, "argument")  // FRAME
      case 0x5D, 0x28, 0x6C, 0x94, 0x61, 0x65: continue  // EMPTY_LIST MARK LIST MEMOIZE APPEND APPENDS
      case 0x70: _ = try reader.readLine("memo index")  // PUT
      case 0x56: keys.append(String(decoding: try reader.readLine("key"), as: UTF8.self))  // UNICODE
      case 0x58, 0x54: keys.append(try reader.readText(UInt32.self))  // BINUNICODE, BINSTRING
      case 0x8C, 0x55: keys.append(try reader.readText(UInt8.self))  // SHORT_BINUNICODE, SHORT_BINSTRING
      case 0x2E: return keys  // STOP
      case let opcode:
        throw ParseError(.unsupported, at: offset, "opcode \(opcode) among storage keys")
      }
    }
    throw ParseError(.truncated, at: reader.offset, "storage keys")
  }

  /// Bytes that the pickle of keys may have.
  package static let keyBytes = 64 << 20
}

extension ByteReader {
  /// Reads to the next line feed and past it.
  fileprivate mutating func readLine(_ field: StaticString) throws(ParseError) -> [UInt8] {
    var line: [UInt8] = []
    while true {
      let byte = try readByte(field)
      if byte == 0x0A { return line }
      line.append(byte)
    }
  }

  /// Reads a text with its length in front.
  fileprivate mutating func readText<Length: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ length: Length.Type
  ) throws(ParseError) -> String {
    let count = Int(truncatingIfNeeded: try readInteger(length, "key length"))
    return String(decoding: try readArray(count: count, "key"), as: UTF8.self)
  }
}
