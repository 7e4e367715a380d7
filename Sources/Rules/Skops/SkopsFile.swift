package import ByteParsing
import Formats

/// What a node takes from another member of the archive.
package enum SkopsFile: Equatable, Sendable {
  /// An array that NumPy or SciPy reads, pickles refused.
  case array
  /// Bytes that are a value as they are.
  case bytes
  /// The nodes of one of scikit-learn's trees.
  case treeNodes(SkopsTree)
}

/// What the schema says of a tree whose nodes are an array in another member.
package struct SkopsTree: Equatable, Sendable {
  let nodeCount: Int
  let featureCount: Int

  /// Bytes of nodes that are read.
  private static let limit = 256 << 20

  /// What is wrong with the array of nodes; nil where nothing is. See ``TreeNodes``.
  ///
  /// - Throws: where the array cannot be read, or is not one of nodes.
  package func trouble(in array: Input) throws(ParseError) -> String? {
    let header = try NumpyHeader(parsing: array, at: 0)
    guard case .list(let fields) = header.descriptor, let element = NumpyElement(header.descriptor),
      !element.hasObject, element.size > 0, header.shape.count == 1, let count = header.shape.first,
      let size = element.byteCount(header.shape)
    else { throw ParseError(.unsupported, at: 0, "array that is no array of nodes") }
    guard size <= Self.limit else { throw ParseError(.limit, at: 0, "bytes of nodes: \(Self.limit)") }
    let bytes = try array.bytes(at: header.dataOffset, count: size, "nodes")
    var columns: [String: IntegerColumn] = [:]
    var offset = 0
    for field in fields {
      guard case .tuple(let parts) = field, parts.count == 2, case .text(let name) = parts[0],
        let part = NumpyElement(parts[1])
      else { throw ParseError(.unsupported, at: 0, "field of nodes") }
      // Child and feature are indices of the machine's size.
      if parts[1] == .text("<i8") {
        columns[name] = IntegerColumn(bytes, at: offset, width: 8, stride: element.size, count: count)
      }
      offset += part.size
    }
    guard let left = columns["left_child"], let right = columns["right_child"],
      let feature = columns["feature"]
    else { throw ParseError(.unsupported, at: 0, "nodes without their links") }
    guard (0...count).contains(nodeCount) else { return "its number of nodes is not that of its array" }
    return TreeNodes(left: left, right: right, feature: feature)
      .trouble(nodeCount: nodeCount, featureCount: featureCount)
  }
}
