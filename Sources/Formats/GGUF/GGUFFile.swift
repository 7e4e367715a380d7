/// What a GGUF file's head says.
///
/// | offset | size | type | meaning |
/// | --- | --- | --- | --- |
/// | 0 | 4 | bytes | `GGUF` |
/// | 4 | 4 | u32 | version: 1 to 3; 3 in either byte order |
/// | 8 | 8 | u64 (u32 in version 1) | number of tensors |
/// | 16 | 8 | u64 (u32 in version 1) | number of keys |
/// | 24 | | | keys: text, u32 type, value; then tensors: text, u32 rank, u64 lengths, u32 type, u64 offset |
///
/// The tensors' data begin at the next multiple of `general.alignment`, and each tensor at one.
///
/// Source: llama.cpp, `ggml/src/gguf.cpp`; `gguf-py/gguf/gguf_reader.py`.
package enum GGUF {
  package static let magic: [UInt8] = Array("GGUF".utf8)

  /// The types of values.
  package enum ValueType: UInt32, Sendable {
    case uint8, int8, uint16, int16, uint32, int32, float32, boolean, text, array, uint64, int64, float64

    /// Bytes of one; nil for text and arrays.
    var width: Int? {
      switch self {
      case .uint8, .int8, .boolean: 1
      case .uint16, .int16: 2
      case .uint32, .int32, .float32: 4
      case .uint64, .int64, .float64: 8
      case .text, .array: nil
      }
    }
  }

  /// A key and what is known of its value.
  package struct Entry {
    package let key: String
    package let offset: Int
    package let type: ValueType
    /// A whole number, or the bits of a fraction.
    package var number: UInt64?
    /// The elements of an array.
    package var count: Int?
  }

  package struct Tensor {
    package let name: [UInt8]
    package let offset: Int
    package let lengths: [UInt64]
    package let type: UInt32
    /// Counted from the beginning of the data.
    package let dataOffset: UInt64
  }

  /// Elements of a block and its bytes, by type number (`ggml.c`, `type_traits`).
  package static let blocks: [UInt32: (elements: Int, bytes: Int)] = [
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 36),
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292),
    16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82),
    23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2),
    31: (32, 18), 32: (32, 18), 33: (32, 18), 34: (256, 54), 35: (256, 66), 36: (32, 18), 37: (32, 18),
    38: (32, 18), 39: (32, 17),
  ]
}

extension GGUF.Tensor {
  /// Bytes of the tensor's data; nil where its type is not known, a row is no whole number of blocks, or the number is larger
  /// than the library counts.
  package var byteCount: Int? {
    guard let block = GGUF.blocks[type], let elements = elementCount else { return nil }
    guard let row = Int(exactly: lengths.first ?? 1), row % block.elements == 0 else { return nil }
    let (bytes, overflow) = (elements / block.elements).multipliedReportingOverflow(by: block.bytes)
    return overflow ? nil : bytes
  }

  /// The product of the lengths; nil where it does not fit (`gguf.cpp` compares with `INT64_MAX`).
  package var elementCount: Int? {
    var count = 1
    for length in lengths {
      guard let length = Int(exactly: length) else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      guard !overflow else { return nil }
      count = product
    }
    return count
  }
}
