package import ByteParsing

/// Pictures beside a model: as much of each format as says where it ends. No pixel is decoded.
///
/// Sources: PNG (W3C), section 5; JPEG (ITU T.81), annex B; GIF89a; RIFF as WebP has it; BMP (`BITMAPFILEHEADER`).
package enum Image: CaseIterable, Sendable {
  case png, jpeg, gif, webp, bmp

  /// The format that the bytes begin as.
  package init?(_ bytes: [UInt8]) {
    guard let found = Self.allCases.first(where: { $0.begins(bytes) }) else { return nil }
    self = found
  }

  private func begins(_ bytes: [UInt8]) -> Bool {
    switch self {
    case .png: bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    case .jpeg: bytes.starts(with: [0xFF, 0xD8, 0xFF])
    case .gif: bytes.starts(with: "GIF87a".utf8) || bytes.starts(with: "GIF89a".utf8)
    case .webp:
      bytes.count >= 16 && bytes.starts(with: "RIFF".utf8) && bytes[8...].starts(with: "WEBPVP8".utf8)
    case .bmp: bytes.count >= 26 && bytes.starts(with: "BM".utf8) && bytes[6..<10].allSatisfy { $0 == 0 }
    }
  }

  /// Where the picture ends.
  ///
  /// - Throws: `.malformed` for a part that the format does not have, `.truncated`.
  package func end(_ input: Input) throws(ParseError) -> Int {
    var stream = StreamReader(input)
    switch self {
    case .png: try Self.skipPNG(&stream)
    case .jpeg: try Self.skipJPEG(&stream)
    case .gif: try Self.skipGIF(&stream)
    case .webp:
      try stream.skip(4, "RIFF header")
      let count = Int(try stream.readInteger(width: 4, "size of a picture"))
      try stream.skip(count + count % 2, "WebP picture")
    case .bmp:
      try stream.skip(2, "BMP header")
      let count = Int(try stream.readInteger(width: 4, "size of a picture"))
      guard count >= 26 else { throw ParseError(.malformed, at: 2, "BMP of \(count) bytes") }
      try stream.skip(count - 6, "BMP picture")
    }
    return stream.offset
  }

  private static func skipPNG(_ stream: inout StreamReader) throws(ParseError) {
    try stream.skip(8, "PNG signature")
    stream.isBigEndian = true
    while true {
      let count = Int(try stream.readInteger(width: 4, "length of a PNG chunk"))
      let name = try stream.readBytes(4, limit: 4, "name of a PNG chunk")
      guard name.allSatisfy({ 0x61...0x7A ~= $0 | 0x20 }) else {
        throw ParseError(.malformed, at: stream.offset - 4, "name of a PNG chunk")
      }
      try stream.skip(count, "PNG chunk")
      try stream.skip(4, "checksum of a PNG chunk")
      if name.elementsEqual("IEND".utf8) { return }
    }
  }

  private static func skipJPEG(_ stream: inout StreamReader) throws(ParseError) {
    stream.isBigEndian = true
    try stream.skip(2, "JPEG start")
    while true {
      guard try stream.readByte("JPEG marker") == 0xFF else {
        throw ParseError(.malformed, at: stream.offset - 1, "JPEG marker")
      }
      var marker = try stream.readByte("JPEG marker")
      while marker == 0xFF { marker = try stream.readByte("JPEG marker") }
      switch marker {
      case 0xD9: return
      case 0xD0...0xD7, 0x01: continue
      default:
        let count = Int(try stream.readInteger(width: 2, "length of a JPEG segment"))
        guard count >= 2 else {
          throw ParseError(.malformed, at: stream.offset, "length of a JPEG segment")
        }
        try stream.skip(count - 2, "JPEG segment")
        if marker == 0xDA { try skipScan(&stream) }
      }
    }
  }

  /// Passes the coded pixels: up to a marker that is neither a stuffed byte nor a restart.
  private static func skipScan(_ stream: inout StreamReader) throws(ParseError) {
    while true {
      guard try stream.peekByte("JPEG pixels") == 0xFF else {
        try stream.skip(1, "JPEG pixels")
        continue
      }
      var ahead = stream
      try ahead.skip(1, "JPEG pixels")
      let next = try ahead.peekByte("JPEG pixels")
      guard next == 0 || next == 0xFF || 0xD0...0xD7 ~= next else { return }
      try stream.skip(next == 0xFF ? 1 : 2, "JPEG pixels")
    }
  }

  private static func skipGIF(_ stream: inout StreamReader) throws(ParseError) {
    try stream.skip(10, "GIF header")
    let flags = try stream.readByte("GIF header")
    try stream.skip(2, "GIF header")
    try skipColours(flags, &stream)
    while true {
      switch try stream.readByte("GIF block") {
      case 0x3B: return
      case 0x21:
        try stream.skip(1, "GIF extension")
        try skipBlocks(&stream)
      case 0x2C:
        try stream.skip(8, "GIF picture")
        try skipColours(try stream.readByte("GIF picture"), &stream)
        try stream.skip(1, "GIF picture")
        try skipBlocks(&stream)
      default: throw ParseError(.malformed, at: stream.offset - 1, "GIF block")
      }
    }
  }

  private static func skipColours(_ flags: UInt8, _ stream: inout StreamReader) throws(ParseError) {
    guard flags & 0x80 != 0 else { return }
    try stream.skip(3 << (Int(flags & 7) + 1), "GIF colours")
  }

  private static func skipBlocks(_ stream: inout StreamReader) throws(ParseError) {
    while true {
      let count = Int(try stream.readByte("GIF block"))
      if count == 0 { return }
      try stream.skip(count, "GIF block")
    }
  }
}
