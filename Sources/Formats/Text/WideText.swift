/// Text in two or four bytes a character, as Python's json module finds it out (`json.detect_encoding`).
package enum WideText {
  /// The text in UTF-8 without its byte order mark; nil where it is none, or has half a surrogate pair.
  package static func decode(_ bytes: [UInt8]) -> [UInt8]? {
    guard bytes.count >= 4 else { return nil }
    switch (bytes[0], bytes[1], bytes[2], bytes[3]) {
    case (0xFF, 0xFE, 0, 0): return wide(bytes.dropFirst(4), isBig: false)
    case (0, 0, 0xFE, 0xFF): return wide(bytes.dropFirst(4), isBig: true)
    case (0xFF, 0xFE, _, _): return narrow(bytes.dropFirst(2), isBig: false)
    case (0xFE, 0xFF, _, _): return narrow(bytes.dropFirst(2), isBig: true)
    case (0, 0, _, _): return wide(bytes[...], isBig: true)
    case (0, _, _, _): return narrow(bytes[...], isBig: true)
    case (_, 0, 0, 0): return wide(bytes[...], isBig: false)
    case (_, 0, _, _): return narrow(bytes[...], isBig: false)
    default: return nil
    }
  }

  private static func narrow(_ bytes: ArraySlice<UInt8>, isBig: Bool) -> [UInt8]? {
    guard bytes.count % 2 == 0 else { return nil }
    let units = stride(from: bytes.startIndex, to: bytes.endIndex, by: 2).map { index in
      let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
      return isBig ? first << 8 | second : second << 8 | first
    }
    return String(validating: units, as: UTF16.self).map { Array($0.utf8) }
  }

  private static func wide(_ bytes: ArraySlice<UInt8>, isBig: Bool) -> [UInt8]? {
    guard bytes.count % 4 == 0 else { return nil }
    var text: [UInt8] = []
    for index in stride(from: bytes.startIndex, to: bytes.endIndex, by: 4) {
      let part = isBig ? Array(bytes[index..<index + 4]) : bytes[index..<index + 4].reversed()
      guard let scalar = Unicode.Scalar(part.reduce(0) { $0 << 8 | UInt32($1) }) else { return nil }
      text += Array(String(Character(scalar)).utf8)
    }
    return text
  }
}
