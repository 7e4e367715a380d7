/// One tree of a model of XGBoost: arrays with an entry for each node, and parameters.
///
/// The library checks the lengths of some arrays and follows what stands in them.
///
/// Source: XGBoost, `src/tree/tree_model.cc` (`RegTree::LoadModel`, `LoadCategoricalSplit`),
/// `src/tree/multi_target_tree_model.cc`.
package struct XGBoostTree {
  /// Arrays of whole numbers, by their keys.
  package var numbers: [String: [Int]] = [:]
  /// The lengths of all arrays, by their keys.
  package var counts: [String: Int] = [:]
  /// `tree_param`, and `id`.
  package var parameters: [String: Int] = [:]

  package init() {}

  /// Arrays of indices.
  static let indices: Set<String> = [
    "left_children", "right_children", "parents", "split_indices", "split_type", "categories",
    "categories_nodes", "categories_segments", "categories_sizes",
  ]
  /// Arrays that each node has an entry in; `base_weights` has one for each output.
  private static let perNode = [
    "left_children", "right_children", "parents", "split_indices", "split_conditions", "default_left",
    "base_weights",
  ]
  private static let perNodeAtTimes = ["split_type", "loss_changes", "sum_hessian"]
  /// All arrays that are followed or counted.
  static let arrays = indices.union(perNode).union(perNodeAtTimes).union(["leaf_weights"])

  /// What a root has for a parent: -1, and what is left of it without its sign (`RegTree::Node::Parent`).
  private static let noParents = [-1, 0x7FFF_FFFF]
  /// Categories beyond are refused by the library where it makes a model (`src/common/categorical.h`,
  /// `OutOfRangeCat`); where it loads one it makes a bit set as long as the highest.
  private static let categoryLimit = 1 << 24

  /// How many numbers a leaf has.
  var outputs: Int { max(parameters["size_leaf_vector"] ?? 1, 1) }

  /// The highest feature that a node splits on; -1 where none does.
  var lastFeature: Int {
    guard let left = numbers["left_children"], let features = numbers["split_indices"] else { return -1 }
    return zip(left, features).lazy.filter { $0.0 >= 0 }.map { $0.1 }.max() ?? -1
  }

  /// What the library would follow out of the tree's arrays; nil where everything fits.
  package func fault() -> String? {
    for key in Self.indices where counts[key] != nil && numbers[key] == nil {
      return "the \(key) of a tree are no whole numbers"
    }
    guard let left = numbers["left_children"], let right = numbers["right_children"] else {
      return "a tree has no children"
    }
    // A leaf of several outputs has its place among the `leaf_weights` where its right child would be.
    let followed = zip(left, right).map { $0 < 0 ? -1 : $1 }
    return TreeArrays.fault(left: left, right: right.count == left.count ? followed : right)
      ?? lengthFault(left.count) ?? leafFault(left, right) ?? parentFault(left, right)
      ?? categoryFault()
  }

  private func lengthFault(_ nodes: Int) -> String? {
    guard nodes > 0 else { return "a tree has no nodes" }
    if let outputs = parameters["size_leaf_vector"], outputs < 0 { return "a leaf has \(outputs) numbers" }
    // Without its parameters no library loads it, and without any of the arrays it would look for them all the same.
    if let stated = parameters["num_nodes"] {
      guard stated == nodes else { return "a tree of \(nodes) nodes says that it has \(stated)" }
      for key in Self.perNode where counts[key] == nil { return "a tree has no \(key)" }
    }
    for key in Self.perNode + Self.perNodeAtTimes {
      guard let count = counts[key] else { continue }
      let isWhole = key == "base_weights" ? count / nodes == outputs && count % nodes == 0 : count == nodes
      guard isWhole else { return "a tree of \(nodes) nodes has \(count) \(key)" }
    }
    return nil
  }

  private func leafFault(_ left: [Int], _ right: [Int]) -> String? {
    let leaves = outputs > 1 ? (counts["leaf_weights"] ?? 0) / outputs : 0
    for (left, right) in zip(left, right) {
      guard left >= -1, right >= -1 else { return "a child is \(min(left, right))" }
      guard left < 0 || right >= 0 else { return "a node has one child" }
      if left < 0, right >= leaves { return "a leaf is \(right) of \(leaves)" }
    }
    return nil
  }

  private func parentFault(_ left: [Int], _ right: [Int]) -> String? {
    for (node, feature) in (numbers["split_indices"] ?? []).enumerated() where left[node] >= 0 {
      guard feature >= 0 else { return "a feature is \(feature)" }
    }
    guard let parents = numbers["parents"] else { return nil }
    for (node, parent) in parents.enumerated() {
      guard node == 0 ? Self.noParents.contains(parent) : parents.indices.contains(parent) else {
        return "a parent is \(parent) in a tree of \(parents.count) nodes"
      }
      if left[node] >= 0, parents[left[node]] != node || parents[right[node]] != node {
        return "a child has another parent"
      }
    }
    return nil
  }

  private func categoryFault() -> String? {
    guard let types = numbers["split_type"] else { return nil }
    let nodes = numbers["categories_nodes"] ?? []
    let starts = numbers["categories_segments"] ?? []
    let sizes = numbers["categories_sizes"] ?? []
    let categories = numbers["categories"] ?? []
    for type in types where type != 0 && type != 1 { return "the type of a split is \(type)" }
    guard nodes == types.indices.filter({ types[$0] == 1 }) else {
      return "the categories are those of other nodes than the types of the splits say"
    }
    guard starts.count == nodes.count, sizes.count == nodes.count else {
      return "\(nodes.count) nodes have \(starts.count) segments of categories and \(sizes.count) sizes"
    }
    for (start, size) in zip(starts, sizes) {
      guard size > 0, size <= categories.count, 0...(categories.count - size) ~= start else {
        return "a node has \(size) categories at \(start) of \(categories.count)"
      }
    }
    for category in categories where !(0..<Self.categoryLimit ~= category) {
      return "a category is \(category)"
    }
    return nil
  }
}
