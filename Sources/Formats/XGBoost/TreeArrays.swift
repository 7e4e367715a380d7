/// The children of a tree's nodes, by index, as XGBoost and LightGBM keep them.
package enum TreeArrays {
  /// Levels of a tree. Some walks of the libraries recurse; honest trees have tens of levels.
  private static let depthLimit = 10_000

  /// Why walking the tree from its root would leave its arrays or never end; nil for a tree.
  ///
  /// - Parameters:
  ///   - left: for each node its left child, negative for none.
  ///   - right: likewise.
  package static func fault(left: [Int], right: [Int]) -> String? {
    guard left.count == right.count else {
      return "a tree has \(left.count) left children and \(right.count) right ones"
    }
    var seen = [Bool](repeating: false, count: left.count)
    for children in [left, right] {
      for child in children where child >= 0 {
        guard child < left.count else { return "a child is \(child) in a tree of \(left.count) nodes" }
        // Where no node has two parents and the root has none, every walk ends.
        guard child != 0, !seen[child] else { return "a node has two parents" }
        seen[child] = true
      }
    }
    return isTooDeep(left, right) ? "a tree has more than \(depthLimit) levels" : nil
  }

  private static func isTooDeep(_ left: [Int], _ right: [Int]) -> Bool {
    var level = left.isEmpty ? [] : [0]
    for _ in 0..<depthLimit {
      if level.isEmpty { return false }
      var next: [Int] = []
      for node in level {
        if left[node] >= 0 { next.append(left[node]) }
        if right[node] >= 0 { next.append(right[node]) }
      }
      level = next
    }
    return !level.isEmpty
  }
}
