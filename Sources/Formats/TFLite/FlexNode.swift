package import ByteParsing

/// The node of TensorFlow that an operator with a name `Flex…` computes: its options are a FlexBuffer of two texts, the
/// operator's name and a NodeDef.
///
/// The root stands at the end: its value, then a byte with the type in the upper six bits and the width of its elements in
/// the lower two, then its own width. A vector has its length before it and the types of its elements behind it.
///
/// Source: TensorFlow, `tensorflow/lite/delegates/flex/kernel.cc` (`OpNode::InitializeNodeDef`); FlatBuffers,
/// `include/flatbuffers/flexbuffers.h`.
package struct FlexNode: Sendable {
  /// The name that stands before the node.
  package let name: [UInt8]
  package let node: [UInt8]

  private static let vector: UInt8 = 10
  private static let text: UInt8 = 5

  /// - Throws: `.malformed` for options that the converter does not write so.
  package init(parsing bytes: [UInt8]) throws(ParseError) {
    guard bytes.count >= 3, let rootWidth = bytes.last, [1, 2, 4, 8].contains(rootWidth) else {
      throw Self.malformed
    }
    let type = bytes[bytes.count - 2]
    let root = bytes.count - 2 - Int(rootWidth)
    guard root >= 0, type >> 2 == Self.vector else { throw Self.malformed }
    let start = try Self.back(bytes, from: root, width: Int(rootWidth))
    let width = 1 << Int(type & 3)
    guard try Self.number(bytes, at: start - width, width: width) == 2 else { throw Self.malformed }
    name = try Self.text(bytes, element: 0, of: start, width)
    node = try Self.text(bytes, element: 1, of: start, width)
  }

  private static var malformed: ParseError {
    ParseError(.malformed, at: 0, "options of a TensorFlow operator")
  }

  private static func number(_ bytes: [UInt8], at position: Int, width: Int) throws(ParseError) -> UInt64 {
    guard position >= 0, position <= bytes.count, width <= bytes.count - position else { throw malformed }
    return bytes[position..<position + width].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The place that an offset stands behind.
  private static func back(_ bytes: [UInt8], from position: Int, width: Int) throws(ParseError) -> Int {
    let offset = try number(bytes, at: position, width: width)
    guard offset <= UInt64(position) else { throw malformed }
    return position - Int(offset)
  }

  private static func text(
    _ bytes: [UInt8], element: Int, of start: Int, _ width: Int
  ) throws(ParseError) -> [UInt8] {
    let type = UInt8(truncatingIfNeeded: try number(bytes, at: start + 2 * width + element, width: 1))
    guard type >> 2 == Self.text else { throw malformed }
    let place = try back(bytes, from: start + element * width, width: width)
    let countWidth = 1 << Int(type & 3)
    let count = try number(bytes, at: place - countWidth, width: countWidth)
    guard count <= UInt64(bytes.count - place) else { throw malformed }
    return Array(bytes[place..<place + Int(count)])
  }
}
