import ByteParsing
import Findings
import Pickle

/// Trees over points, whose nodes name other nodes and ranges of points. SciPy's `__setstate__` turns the numbers of nodes
/// into pointers and follows them at once (`scipy/spatial/_ckdtree.pyx`, `_post_init_traverse`); scikit-learn's queries
/// go from node to node without a look at the bounds (`sklearn/neighbors/_binary_tree.pxi.tp`).
extension PickleJudge {
  /// The state of SciPy's `cKDTree`, a tuple of ten, or of scikit-learn's `KDTree` and `BallTree`, of twelve or more.
  mutating func checkSpatialTree(_ state: SymbolicValue, _ values: borrowing ValueTable) -> Judgement {
    // SciPy's trees in Python, before 1.6, are objects with attributes.
    if state.kind == .dictionary || state.kind == .none { return .reviewed }
    guard state.kind == .tuple, let parts = values.elements(state) else {
      return .unfollowed("its state could not be followed")
    }
    switch parts.count {
    case 10: return checkNodeBuffer(parts, values)
    case 12...14: return checkBinaryTree(parts, values)
    default: return .unfollowed("its state has \(parts.count) parts")
    }
  }

  /// `(nodes, data, n, m, leafsize, maxes, mins, indices, boxsize, boxsize_data)`, the nodes as they lie in memory.
  private mutating func checkNodeBuffer(_ parts: [SymbolicValue], _ values: borrowing ValueTable)
    -> Judgement
  {
    guard let points = values.integer(parts[2]), let dimensions = values.integer(parts[3]), points >= 0,
      dimensions > 0, let size = contents(parts[1], of: "f", width: 8)?.count,
      points.multipliedReportingOverflow(by: dimensions) == (size, false),
      let maxes = contents(parts[5], of: "f", width: 8), maxes.count == dimensions,
      let mins = contents(parts[6], of: "f", width: 8), mins.count == dimensions,
      let indices = contents(parts[7], of: "i", width: 8), indices.count == points
    else { return .unfollowed("its arrays are not those of \(KDTreeNodes.name)") }
    guard let bytes = nodeBytes(parts[0], values), let order = integers(of: indices, values) else {
      return .unfollowed("its nodes could not be read")
    }
    let nodes = KDTreeNodes(bytes)
    if let trouble = nodes.trouble(points: points, dimensions: dimensions)
      ?? outside(order, points: points)
    {
      return .refused(.forgedNativeState, trouble)
    }
    return .reviewed
  }

  /// The nodes: an array of single bytes, or bytes.
  private mutating func nodeBytes(_ buffer: SymbolicValue, _ values: borrowing ValueTable) -> [UInt8]? {
    if let array = contents(buffer, of: "S", width: 1) { return bytes(of: array, values) }
    let limit = PickleJudgeLimits.checkedArrayBytes
    guard let input = values.decodedContents(encodedText(buffer, values) ?? buffer, limit: 4 * limit),
      input.count <= limit
    else { return nil }
    return try? input.bytes(at: 0, count: input.count)
  }

  /// `(data, idx_array, node_data, node_bounds, ...)`: node 2i + 1 and node 2i + 2 are the children of node i.
  private mutating func checkBinaryTree(_ parts: [SymbolicValue], _ values: borrowing ValueTable)
    -> Judgement
  {
    guard let data = numpy.contents[parts[0].raw], let order = contents(parts[1], of: "i", width: 8),
      let nodeData = numpy.contents[parts[2].raw], let bounds = numpy.contents[parts[3].raw],
      let indices = integers(of: order, values),
      let columns = integerFields(["idx_start", "idx_end", "is_leaf"], of: nodeData, values)
    else { return .unfollowed("its arrays could not be read") }
    let points = order.count
    guard points > 0, data.count % points == 0, nodeData.count > 0,
      bounds.count % nodeData.count == 0,
      [1, 2].contains(bounds.count / nodeData.count * points / max(1, data.count))
    else { return .refused(.forgedNativeState, "its arrays do not fit each other") }
    let nodes = BinaryTreeNodes(start: columns[0], end: columns[1], isLeaf: columns[2])
    if let trouble = nodes.trouble(points: points) ?? outside(indices, points: points) {
      return .refused(.forgedNativeState, trouble)
    }
    return .reviewed
  }

  /// An array of plain numbers of that kind and width.
  private func contents(_ array: SymbolicValue, of kind: Character, width: Int) -> NumpyContents? {
    guard let contents = numpy.contents[array.raw], contents.dtype.kind == kind.asciiValue,
      contents.dtype.itemSize == width
    else { return nil }
    return contents
  }

  private func outside(_ order: IntegerColumn, points: Int) -> String? {
    for position in 0..<order.count where !(0..<points).contains(order[position]) {
      return "its point \(order[position]) is not one of \(points)"
    }
    return nil
  }
}

/// SciPy's nodes as they lie in memory: `split_dim`, `children`, `split`, `start_idx`, `end_idx`, two pointers that are
/// made anew, and the numbers of both children, eight bytes each (`scipy/spatial/ckdtree/src/ckdtree_decl.h`).
private struct KDTreeNodes {
  static let name = "cKDTree"
  private static let size = 72

  private let bytes: [UInt8]
  private let count: Int

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    count = bytes.count / Self.size
  }

  private func column(_ offset: Int) -> IntegerColumn {
    IntegerColumn(bytes, at: offset, width: 8, stride: Self.size, count: count)
  }

  /// What is wrong with the nodes; nil where nothing is. A node is numbered after its parent, so that walks end.
  func trouble(points: Int, dimensions: Int) -> String? {
    guard count > 0 || points == 0, bytes.count % Self.size == 0 else {
      return "its nodes are no whole structures"
    }
    let (split, start, end) = (column(0), column(24), column(32))
    let (less, greater) = (column(56), column(64))
    for node in 0..<count {
      guard start[node] >= 0, start[node] <= end[node], end[node] <= points else {
        return "the points of its node \(node) are not there"
      }
      guard split[node] != -1 else { continue }
      let later = node + 1..<count
      guard (0..<dimensions).contains(split[node]), later.contains(less[node]),
        later.contains(greater[node])
      else { return "a child of its node \(node) is not one of the nodes behind it" }
    }
    return nil
  }
}

/// scikit-learn's nodes: a range of points each, and whether it is a leaf.
private struct BinaryTreeNodes {
  let start: IntegerColumn
  let end: IntegerColumn
  let isLeaf: IntegerColumn

  func trouble(points: Int) -> String? {
    for node in 0..<start.count {
      guard start[node] >= 0, start[node] <= end[node], end[node] <= points else {
        return "the points of its node \(node) are not there"
      }
      guard isLeaf[node] != 0 || 2 * node + 2 < start.count else {
        return "its node \(node) is no leaf, and its children are not there"
      }
    }
    return nil
  }
}
