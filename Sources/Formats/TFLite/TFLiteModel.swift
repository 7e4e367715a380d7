/// A TensorFlow Lite model: what decides which code computes it, and where its data stand.
///
/// Source: TensorFlow, `tensorflow/compiler/mlir/lite/schema/schema.fbs`; slots are 4 for a table's first field, and 2 more
/// for each after it.
package struct TFLiteModel {
  /// A kind of operator that the model uses.
  package struct OperatorCode {
    package let code: Int
    /// The name of an operator that is none of the runtime's own.
    package let custom: String?
    package let offset: Int
  }

  /// A reference that points at nothing, or data that do not fit.
  package struct Fault {
    package let offset: Int
    package let detail: String
  }

  package internal(set) var operators: [OperatorCode] = []
  /// Where the options of TensorFlow's own operators stand, with the number of the operator's code; empty ranges for those
  /// without any.
  package internal(set) var flexOptions: [(code: Int, options: Range<Int>)] = []
  package internal(set) var faults: [Fault] = []
  /// One past the last byte that the model accounts for.
  package internal(set) var end = 0

  package static let magic: [UInt8] = Array("TFL3".utf8)
  static let customCode = 32
  /// What the names of TensorFlow's own operators begin with.
  package static let flexPrefix = "Flex"

  /// Bits of an element by type number; nil for text, resources and what is not known.
  static let elementBits: [Int: Int] = [
    0: 32, 1: 16, 2: 32, 3: 8, 4: 64, 6: 8, 7: 16, 8: 64, 9: 8, 10: 64, 11: 128, 12: 64, 15: 32, 16: 16,
    17: 4, 18: 16,
  ]
}
