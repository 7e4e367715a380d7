package import ByteParsing

/// The head of a `.pyc` file: a magic number for the bytecode's version, then what the file was compiled from.
///
/// | offset | size | meaning |
/// | --- | --- | --- |
/// | 0 | 2 | magic number, little-endian |
/// | 2 | 2 | `\r\n` |
/// | 4 | 4 | since 3.7: flags; bit 0 says that a hash of the source follows and not its time and size |
/// | then | 4 or 8 | time of the source, and since 3.3 its size; or a hash of 8 bytes |
///
/// Source: CPython, `Lib/importlib/_bootstrap_external.py`, and the magic numbers its versions were released with.
package struct PycFile: Sendable {
  /// nil for a version whose bytecode is not known.
  package let version: PythonVersion?
  package let code: CodeObject

  /// Whether the bytes begin with a magic number of Python 2.7 or of 3.0 to 3.14, or one that is close.
  package static func isRecognized(_ head: [UInt8]) -> Bool {
    guard head.count >= 4, head[2] == 0x0D, head[3] == 0x0A else { return false }
    let magic = Int(head[0]) | Int(head[1]) << 8
    return version(ofMagic: magic) != nil || (3000..<4000).contains(magic)
      || (62011...62211).contains(magic)
  }

  /// Reads a whole file.
  /// - Throws: `.unsupported` for a version whose layout is not known; what marshal says of the rest.
  package init(_ bytes: [UInt8]) throws(ParseError) {
    guard Self.isRecognized(bytes) else { throw ParseError(.malformed, at: 0, "magic number of a .pyc") }
    let magic = Int(bytes[0]) | Int(bytes[1]) << 8
    guard let layout = Self.layout(ofMagic: magic) else {
      throw ParseError(.unsupported, at: 0, "a .pyc with magic number \(magic)")
    }
    let size = Self.headSize(ofMagic: magic)
    guard bytes.count > size else { throw ParseError(.truncated, at: bytes.count, "head of a .pyc") }
    let reading = try Marshal.read(Array(bytes[size...]), layout: layout)
    guard case .code(var code) = reading.value else {
      throw ParseError(.malformed, at: size, "a .pyc holds no code object")
    }
    version = Self.version(ofMagic: magic)
    if let version { code.inferVersion(among: [version]) }
    self.code = code
  }

  /// The ranges of magic numbers of each version, its test versions' included. The last of each is the released one's.
  private static let magics: [(range: ClosedRange<Int>, version: PythonVersion)] = [
    (62171...62211, .v2_7), (3360...3379, .v3_6), (3390...3394, .v3_7), (3400...3413, .v3_8),
    (3420...3425, .v3_9), (3430...3439, .v3_10), (3450...3495, .v3_11), (3500...3531, .v3_12),
    (3550...3571, .v3_13), (3600...3627, .v3_14),
  ]

  private static func version(ofMagic magic: Int) -> PythonVersion? {
    magics.first { $0.range.contains(magic) }?.version
  }

  private static func layout(ofMagic magic: Int) -> CodeLayout? {
    version(ofMagic: magic)?.layout ?? ((3131...3351).contains(magic) ? .keywordOnly : nil)
  }

  private static func headSize(ofMagic magic: Int) -> Int {
    switch magic {
    case 3392..<4000: 16
    case 3190..<3392: 12
    default: 8
    }
  }
}
