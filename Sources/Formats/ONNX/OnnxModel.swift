/// What of an ONNX model decides what loading and running it does.
///
/// Source: `onnx/onnx.proto`; field numbers are in ``OnnxReader``.
package enum Onnx {
  /// A node of a graph or function.
  package struct Node {
    package internal(set) var operation = ""
    package internal(set) var domain = ""
    package internal(set) var trees = OnnxTrees()
    package let offset: Int
  }

  /// A function that the model itself defines.
  package struct Function: Hashable {
    package internal(set) var name: String
    package internal(set) var domain: String

    package init(name: String = "", domain: String = "") {
      self.name = name
      self.domain = domain
    }
  }

  package struct Tensor {
    package internal(set) var lengths: [Int64] = []
    package internal(set) var type: UInt64 = 0
    /// Bytes of `raw_data`; nil where there are none.
    package internal(set) var rawCount: Int?
    package internal(set) var rawPrefix: [UInt8] = []
    /// Keys and values of `external_data`.
    package internal(set) var external: [(key: [UInt8], value: [UInt8])] = []
    package internal(set) var isExternal = false
    package let offset: Int
  }

  /// A text that programs keep in the model.
  package struct Metadata {
    package internal(set) var key: [UInt8] = []
    package internal(set) var value: [UInt8] = []
    package let offset: Int
  }

  package enum Event {
    case node(Node)
    case tensor(Tensor)
    case function(Function)
    case metadata(Metadata)
    /// A domain whose operators the model uses.
    case domain(String, offset: Int)
  }

  /// Bits of one element by type number; nil for text (8) and for what is not known.
  package static let elementBits: [UInt64: Int] = [
    1: 32, 2: 8, 3: 8, 4: 16, 5: 16, 6: 32, 7: 64, 9: 8, 10: 16, 11: 64, 12: 32, 13: 64, 14: 64, 15: 128,
    16: 16, 17: 8,
    18: 8, 19: 8, 20: 8, 21: 4, 22: 4, 23: 4, 24: 8, 25: 2, 26: 2,
  ]
}

extension Onnx.Tensor {
  /// Bytes of the elements, packed; nil where a length is negative, the product overflows, or the type has no size.
  package var byteCount: Int? {
    guard let bits = Onnx.elementBits[type], let count = elementCount else { return nil }
    let (product, overflow) = count.multipliedReportingOverflow(by: bits)
    return overflow ? nil : product / 8 + (product % 8 == 0 ? 0 : 1)
  }

  package var elementCount: Int? {
    var count = 1
    for length in lengths {
      guard length >= 0 else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: Int(length))
      guard !overflow else { return nil }
      count = product
    }
    return count
  }
}
