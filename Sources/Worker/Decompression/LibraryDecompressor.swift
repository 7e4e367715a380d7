package import ByteParsing
package import Formats
package import Scanning

/// Unpacks with the C library of each format.
package struct LibraryDecompressor: Decompressor {
  /// Bytes that a decoder may take for its window: what the highest ordinary levels need. A header can ask for 4 GiB.
  static let windowLimit = 128 << 20

  package init() {}

  package func open(_ packed: Input, as format: Compression) throws(ParseError) -> any UnpackingStream {
    switch format {
    case .deflate: DecodedStream(packed, try ZlibDecoder(.raw))
    case .zlib: DecodedStream(packed, try ZlibDecoder(.zlib))
    case .gzip: DecodedStream(packed, try ZlibDecoder(.gzip))
    case .bzip2: DecodedStream(packed, try BZip2Decoder())
    case .xz: DecodedStream(packed, try LZMADecoder(.xz))
    case .lzma: DecodedStream(packed, try LZMADecoder(.alone))
    case .lz4: DecodedStream(packed, try LZ4Decoder())
    case .zstandard: DecodedStream(packed, try ZstandardDecoder())
    }
  }
}
