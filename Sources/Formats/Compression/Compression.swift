/// How data are packed into one stream, with nothing said of what they are.
package enum Compression: String, CaseIterable, Sendable {
  /// Raw DEFLATE, as in ZIP archives. Has no header, so it is never recognised.
  case deflate
  case zlib
  case gzip
  case bzip2
  case xz
  /// The format of `xz` before it: `.lzma`.
  case lzma
  case lz4
  case zstandard

  /// The format whose stream begins with these bytes: at least ``headCount`` where there are so many.
  ///
  /// joblib looks at fewer of them (`compressor.py`); what it takes and this does not, its decoder refuses.
  package init?(head: some Collection<UInt8>) {
    let head = Array(head.prefix(Self.headCount))
    switch head.prefix(4) {
    case [0x04, 0x22, 0x4D, 0x18]: self = .lz4
    case [0x28, 0xB5, 0x2F, 0xFD]: self = .zstandard
    case _ where head.starts(with: [0x1F, 0x8B]): self = .gzip
    case _ where head.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]): self = .xz
    case _ where Self.isBZip2(head): self = .bzip2
    case _ where Self.isZlib(head): self = .zlib
    case _ where Self.isLZMA(head): self = .lzma
    case _ where Self.isSkippable(head): self = .zstandard
    default: return nil
    }
  }

  package static let headCount = 16

  /// Whether every loader reads streams of this format that follow each other as one.
  package var isConcatenated: Bool {
    switch self {
    case .bzip2, .xz, .lz4: true
    // joblib reads a second stream without end; `zlib.decompress` and python-zstandard stop at the first.
    case .deflate, .zlib, .gzip, .zstandard, .lzma: false
    }
  }

  /// `BZh`, a level, and the magic number of a block or of the end.
  private static func isBZip2(_ head: [UInt8]) -> Bool {
    guard head.starts(with: Array("BZh".utf8)), head.count > 3, (0x31...0x39).contains(head[3]) else {
      return false
    }
    let next = head[4...].prefix(6)
    return next.starts(with: [0x31, 0x41, 0x59, 0x26, 0x53, 0x59])
      || next.starts(with: [0x17, 0x72, 0x45, 0x38, 0x50, 0x90]) || next.count < 6
  }

  /// A window of 32 KiB, DEFLATE, no preset dictionary, and the check of both bytes (RFC 1950).
  private static func isZlib(_ head: [UInt8]) -> Bool {
    guard head.count > 1, head[0] == 0x78, head[1] & 0x20 == 0 else { return false }
    return (UInt(head[0]) << 8 | UInt(head[1])) % 31 == 0
  }

  /// The header of `.lzma` has no magic: properties that can be, a dictionary of 2^n or 3 * 2^n bytes, and a size that
  /// is not known or below 256 GiB, as liblzma's own recogniser wants them.
  private static func isLZMA(_ head: [UInt8]) -> Bool {
    guard head.count >= 13, head[0] < 225, head[0] % 9 + head[0] / 9 % 5 <= 4 else { return false }
    let dictionary = head[1..<5].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    guard dictionary >= 4096 else { return false }
    let odd = dictionary >> UInt64(dictionary.trailingZeroBitCount)
    guard odd == 1 || odd == 3 || dictionary == UInt64(UInt32.max) else { return false }
    let size = head[5..<13].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    return size == .max || size < 1 << 38
  }

  /// A frame of Zstandard that holds nothing for its reader.
  private static func isSkippable(_ head: [UInt8]) -> Bool {
    head.count > 3 && head[0] & 0xF0 == 0x50 && head[1...].starts(with: [0x2A, 0x4D, 0x18])
  }
}
