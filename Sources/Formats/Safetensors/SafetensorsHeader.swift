package import ByteParsing

/// What the JSON at the head of a safetensors file says, and where it departs from what the library writes.
///
/// | offset | size | type | meaning |
/// | --- | --- | --- | --- |
/// | 0 | 8 | u64, little-endian | length of the header |
/// | 8 | length | JSON object | name to `dtype`, `shape`, `data_offsets`; `__metadata__` of strings; padded with spaces |
/// | 8 + length | the rest | bytes | the tensors, which fill it without gap or overlap |
///
/// Source: safetensors, `safetensors/src/tensor.rs` (`SafeTensors::read_metadata`, `Metadata::validate`).
package struct SafetensorsHeader {
  /// One tensor, its offsets counted from the first byte after the header.
  package struct Tensor {
    package let name: [UInt8]
    package let type: String
    package let range: Range<Int>
    /// Where its entry stands in the file.
    package let offset: Int
  }

  /// A string of `__metadata__`.
  package struct Metadata {
    package let key: String
    package let value: JSONValue
    package let offset: Int
  }

  /// One departure, in words.
  package struct Irregularity {
    package enum Kind {
      /// Readers of safetensors can disagree about it, or refuse it.
      case header
      /// The tensors do not fill the rest of the file exactly.
      case layout
      /// A name that a program could take for a path, or cannot show.
      case name
    }

    package let kind: Kind
    package let offset: Int
    package let detail: String
  }

  package internal(set) var tensors: [Tensor] = []
  package internal(set) var metadata: [Metadata] = []
  /// `__metadata__` itself, as often as it is there. Its offsets count from the ninth byte of the file.
  package internal(set) var metadataObjects: [JSONValue] = []
  package internal(set) var irregularities: [Irregularity] = []
  /// Bytes before the tensors: the length and the JSON.
  package let byteCount: Int
  /// Bytes after ``byteCount`` that tensors account for.
  package internal(set) var dataEnd = 0

  init(byteCount: Int) { self.byteCount = byteCount }

  /// The longest header that the library reads (`MAX_HEADER_SIZE`).
  package static let lengthLimit = 100_000_000

  /// Bits of one element, for each type that the library knows (`Dtype`).
  package static let elementBits: [String: Int] = [
    "BOOL": 8, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8,
    "F8_E8M0": 8, "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16,
    "I32": 32,
    "U32": 32, "F32": 32, "C64": 64, "F64": 64, "I64": 64, "U64": 64,
  ]

  /// Whether the bytes can be the head of such a file: a length, and an object behind it.
  package static func begins(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 10, bytes[8] == UInt8(ascii: "{"), !bytes[..<8].allSatisfy(isPrintable) else {
      return false
    }
    return [UInt8(ascii: "\""), UInt8(ascii: "}")].contains(bytes[9]) || isSpace(bytes[9])
  }

  private static func isPrintable(_ byte: UInt8) -> Bool { isSpace(byte) || 0x20..<0x7F ~= byte }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
  }
}
