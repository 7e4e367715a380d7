package import ByteParsing

/// How a member is packed (APPNOTE 6.3.10, section 4.4.5).
package enum ZIPMethod {
  package static let stored: UInt16 = 0
  package static let lzma: UInt16 = 14

  /// The compression of a method that is unpacked; nil for stored members and for methods that are not read.
  package static func compression(_ method: UInt16) -> Compression? {
    switch method {
    case 8: .deflate
    case 12: .bzip2
    case lzma: .lzma
    case 93: .zstandard
    case 95: .xz
    default: nil
    }
  }

  /// The name of a method for reports.
  package static func name(_ method: UInt16) -> String {
    switch method {
    case 0: "stored"
    case 8: "deflate"
    case 9: "deflate64"
    case 12: "bzip2"
    case 14: "LZMA"
    case 93: "Zstandard"
    case 95: "XZ"
    case 98: "PPMd"
    case 99: "AES"
    default: "method \(method)"
    }
  }
}

/// LZMA data of a ZIP member: two bytes of version, two of the properties' size, five of properties, and the stream. The
/// same stream stands in a `.lzma` file behind the properties and eight bytes of size.
///
/// Source: APPNOTE 6.3.10, section 5.8; liblzma, `alone_decoder.c`.
package struct ZIPLZMAStream {
  /// The member's data as a `.lzma` file has them.
  package let input: Input
  /// Bytes that the `.lzma` file has more than the member.
  package static let surplus = 4

  /// - Throws: `.unsupported` for other properties than LZMA's five bytes.
  package init(_ packed: Input, of entry: ZIPEntry) throws(ParseError) {
    let head = try packed.bytes(at: 0, count: 9, "LZMA properties")
    guard head[2] == 5, head[3] == 0 else {
      throw ParseError(.unsupported, at: 2, "LZMA properties")
    }
    // With an end marker the size is not needed, and an end before it would be damage.
    let size = entry.flags.contains(.lzmaEndMarker) ? UInt64.max : entry.unpackedSize
    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) }
    input = Input(
      PrefixedSource(
        Array(head[4...]) + bytes, try packed.slice(at: 9, count: packed.count - 9, "LZMA data")))
  }
}
