package import ByteParsing
package import Formats
package import Scanning

/// Unpacks with the C library of each format.
package struct LibraryDecompressor: Decompressor {
  /// Bytes that a decoder may take for its window: what the highest ordinary levels need. A header can ask for 4 GiB.
  static let windowLimit = 128 << 20

  package init() {}

  package func unpack(
    _ packed: Input, as format: Compression, into consumer: inout some UnpackedConsumer
  ) throws(ParseError) -> Unpacked {
    switch format {
    case .deflate: try ZlibDecoder(.raw).run(packed, into: &consumer)
    case .zlib: try ZlibDecoder(.zlib).run(packed, into: &consumer)
    case .gzip: try ZlibDecoder(.gzip).run(packed, into: &consumer)
    case .bzip2: try BZip2Decoder().run(packed, into: &consumer)
    case .xz: try LZMADecoder(.xz).run(packed, into: &consumer)
    case .lzma: try LZMADecoder(.alone).run(packed, into: &consumer)
    case .lz4: try LZ4Decoder().run(packed, into: &consumer)
    case .zstandard: try ZstandardDecoder().run(packed, into: &consumer)
    }
  }
}
