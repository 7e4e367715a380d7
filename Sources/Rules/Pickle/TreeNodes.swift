/// The columns of a tree's node array that `predict` follows without a look at the bounds.
struct TreeNodes {
  let left: IntegerColumn
  let right: IntegerColumn
  let feature: IntegerColumn

  /// What is wrong with the first nodes of the array, of which there are at least as many; nil where nothing is.
  ///
  /// Builders number a child after its parent, so a walk over honest nodes comes to an end.
  func trouble(nodeCount: Int, featureCount: Int) -> String? {
    for node in 0..<nodeCount where left[node] != -1 {
      let later = node + 1..<nodeCount
      guard later.contains(left[node]), later.contains(right[node]) else {
        return "a child of its node \(node) is not one of the nodes behind it"
      }
      guard (0..<featureCount).contains(feature[node]) else {
        return "its node \(node) reads a feature that there is not"
      }
    }
    return nil
  }
}
