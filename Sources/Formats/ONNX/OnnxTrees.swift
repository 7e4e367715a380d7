/// The nodes of the trees that an operator of `ai.onnx.ml` is given: lists with an entry for each node.
///
/// Source: `onnx/defs/traditionalml/defs.cc` (`TreeEnsembleRegressor`, `TreeEnsembleClassifier`, `TreeEnsemble`).
package struct OnnxTrees {
  /// The lists of numbers, by the attributes' names.
  var numbers: [String: [Int]] = [:]
  /// Which nodes are leaves, of `nodes_modes`.
  var leaves: [Bool] = []

  static let lists: Set<String> = [
    "nodes_treeids", "nodes_nodeids", "nodes_truenodeids", "nodes_falsenodeids", "nodes_trueleafs",
    "nodes_falseleafs",
  ]
  static let modes = "nodes_modes"
  static let leafMode = Array("LEAF".utf8)

  private struct Name: Hashable {
    let tree: Int
    let node: Int
  }

  /// Levels that a tree may have. ONNX Runtime adds its nodes by recursion
  /// (`onnxruntime/core/providers/cpu/ml/tree_ensemble_common.h`, `AddNodes`); honest trees have tens.
  package static let depthLimit = 10_000

  /// Whether a tree has more levels than ``depthLimit``.
  package var isTooDeep: Bool {
    let links = hasPlaces ? linksByPlace : linksByName
    var isChild = [Bool](repeating: false, count: links.count)
    for link in links {
      if let yes = link.yes { isChild[Int(yes)] = true }
      if let no = link.no { isChild[Int(no)] = true }
    }
    var level = links.indices.filter { !isChild[$0] }
    var isSeen = [Bool](repeating: false, count: links.count)
    for _ in 0..<Self.depthLimit {
      if level.isEmpty { return false }
      var next: [Int] = []
      for node in level {
        for child in [links[node].yes, links[node].no].compactMap({ $0.map(Int.init) }) where !isSeen[child]
        {
          isSeen[child] = true
          next.append(child)
        }
      }
      level = next
    }
    return !level.isEmpty
  }

  /// The nodes below a node, by index.
  private struct Link {
    var yes: Int32?
    var no: Int32?
  }

  private var yes: [Int] { numbers["nodes_truenodeids"] ?? [] }
  private var no: [Int] { numbers["nodes_falsenodeids"] ?? [] }

  /// Whether nodes are named by their places, and leaves stand apart: version 5 of `ai.onnx.ml`.
  private var hasPlaces: Bool { numbers["nodes_trueleafs"] != nil }

  private var linksByPlace: [Link] {
    let (yes, no) = (yes, no)
    let yesLeaves = numbers["nodes_trueleafs"] ?? []
    let noLeaves = numbers["nodes_falseleafs"] ?? []
    let count = [yes.count, no.count, yesLeaves.count, noLeaves.count].min() ?? 0
    guard count >= Self.depthLimit else { return [] }
    func link(_ place: Int, isLeaf: Int) -> Int32? {
      isLeaf == 0 && 0..<count ~= place ? Int32(exactly: place) : nil
    }
    return (0..<count).map {
      Link(yes: link(yes[$0], isLeaf: yesLeaves[$0]), no: link(no[$0], isLeaf: noLeaves[$0]))
    }
  }

  /// Of the trees only that can be too deep: those with a split for each level.
  private var linksByName: [Link] {
    let (yes, no) = (yes, no)
    let trees = numbers["nodes_treeids"] ?? []
    let nodes = numbers["nodes_nodeids"] ?? []
    let count = [yes.count, no.count, trees.count, nodes.count].min() ?? 0
    guard count >= Self.depthLimit else { return [] }
    func isLeaf(_ index: Int) -> Bool { index < leaves.count && leaves[index] }
    var splits: [Int: Int] = [:]
    for index in 0..<count where !isLeaf(index) { splits[trees[index], default: 0] += 1 }
    splits = splits.filter { $0.value >= Self.depthLimit }
    guard !splits.isEmpty else { return [] }
    var places: [Name: Int32] = [:]
    for index in 0..<count where splits[trees[index]] != nil {
      places[Name(tree: trees[index], node: nodes[index])] = Int32(exactly: index)
    }
    return (0..<count).map { index in
      isLeaf(index)
        ? Link()
        : Link(
          yes: places[Name(tree: trees[index], node: yes[index])],
          no: places[Name(tree: trees[index], node: no[index])])
    }
  }
}
