import Findings
import Pickle

/// Indices that compiled code follows without a look at the bounds: they are right, or the file is manipulated.
extension PickleJudge {
  /// The state of scikit-learn's `Tree`: `predict` walks from child to child until it meets a leaf, and reads the
  /// feature that each node names (`sklearn/tree/_tree.pyx`, `Tree.__setstate__` and `_apply_dense`).
  mutating func checkTreeNodes(
    of tree: SymbolicValue, _ state: SymbolicValue, _ values: borrowing ValueTable
  ) -> Judgement {
    guard let state = attributes(state, values) else {
      return .unfollowed("its state could not be followed")
    }
    // Without nodes `__setstate__` refuses the state.
    guard let nodes = state["nodes"] else { return .reviewed }
    guard let array = numpy.contents[nodes.raw],
      let columns = integerFields(["left_child", "right_child", "feature"], of: array, values),
      let arguments = values.arguments(tree), let features = values.elements(arguments)?.first,
      let featureCount = values.integer(features)
    else { return .unfollowed("its nodes could not be read") }
    guard let nodeCount = state["node_count"].flatMap({ values.integer($0) }),
      (0...array.count).contains(nodeCount)
    else { return .refused(.forgedNativeState, "its number of nodes is not that of its array") }
    let links = TreeNodes(left: columns[0], right: columns[1], feature: columns[2])
    if let trouble = links.trouble(nodeCount: nodeCount, featureCount: featureCount) {
      return .refused(.forgedNativeState, trouble)
    }
    return .reviewed
  }

  /// The state of scikit-learn's `TreePredictor`, whose `__setstate__` asks the nodes for their type and converts them.
  func checkArrayNodes(_ state: SymbolicValue, _ values: borrowing ValueTable) -> Judgement {
    guard let state = attributes(state, values) else {
      return .unfollowed("its state could not be followed")
    }
    guard let nodes = state["nodes"], numpy.contents[nodes.raw] == nil else { return .reviewed }
    return .unfollowed("its nodes are no array that could be read")
  }

  /// The state of a compressed sparse matrix: its routines use `indptr` and `indices` as they are
  /// (`scipy/sparse/sparsetools/csr.h`).
  mutating func checkSparseIndices(
    isByColumn: Bool, _ state: SymbolicValue, _ values: borrowing ValueTable
  ) -> Judgement {
    guard let state = attributes(state, values) else {
      return .unfollowed("its state could not be followed")
    }
    guard let indptr = state["indptr"], let indices = state["indices"], let data = state["data"] else {
      return .reviewed
    }
    guard let starts = numpy.contents[indptr.raw], let places = numpy.contents[indices.raw],
      let stored = numpy.contents[data.raw],
      let shape = state["_shape"].flatMap({ values.elements($0) })?.map({ values.integer($0) }),
      shape.count <= 2, let last = shape.last, let last, let first = shape.first, let first
    else { return .unfollowed("its arrays could not be read") }
    guard let bounds = integers(of: starts, values), let index = integers(of: places, values) else {
      return isReadable(starts) && isReadable(places)
        ? .unfollowed("its indices are no integers that could be read") : .reviewed
    }
    let (major, minor) = shape.count == 1 ? (1, last) : isByColumn ? (last, first) : (first, last)
    guard major >= 0, bounds.count == major + 1, bounds.count > 0, bounds[0] == 0,
      bounds[major] <= min(index.count, stored.count)
    else { return .refused(.forgedNativeState, "its row pointers do not fit its shape and data") }
    for row in 0..<major where bounds[row] > bounds[row + 1] {
      return .refused(.forgedNativeState, "its row pointers go back at \(row)")
    }
    for position in 0..<bounds[major] where index[position] < 0 || index[position] >= minor {
      return .refused(.forgedNativeState, "its index \(index[position]) is outside of \(minor)")
    }
    return .reviewed
  }

  /// Whether an array is small enough to be looked at.
  private func isReadable(_ array: NumpyContents) -> Bool {
    let (size, overflow) = array.count.multipliedReportingOverflow(by: array.dtype.itemSize)
    return !overflow && size <= PickleJudgeLimits.checkedArrayBytes
  }

  /// The values of a state by their names, the later of two as in Python; nil where it is no dictionary that was kept.
  private func attributes(
    _ state: SymbolicValue, _ values: borrowing ValueTable
  ) -> [String: SymbolicValue]? {
    guard state.kind == .dictionary, let entries = values.elements(state) else { return nil }
    var attributes: [String: SymbolicValue] = [:]
    for index in stride(from: 0, to: entries.count - 1, by: 2) {
      if let name = values.string(entries[index], limit: 64) { attributes[name] = entries[index + 1] }
    }
    return attributes
  }
}
