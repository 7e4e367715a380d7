/// Follows a document of XGBoost, JSON or UBJSON, from its beginning to its end, and compares the arrays and numbers of
/// its models.
///
/// A document may hold several: a booster in memory is kept as its settings and its model, each in a `learner`.
///
/// Source: XGBoost, `src/learner.cc` (`LearnerIO::LoadModel`, `Load`).
package struct XGBoostModel {
  /// What leads out of a model.
  package struct Fault {
    package let detail: String
    package let offset: Int
  }

  /// At most ``faultLimit``.
  package private(set) var faults: [Fault] = []
  private var frames: [Frame] = []
  private var learner = XGBoostLearner()

  private static let faultLimit = 16

  /// An object or an array that has not ended.
  private struct Frame {
    let key: String
    let isObject: Bool
    /// Keys met so far, of those that matter.
    var keys: Set<String> = []
    var tree = XGBoostTree()
    /// Whether it has a booster, and so is a learner.
    var hasBooster = false
  }

  private static let modelArrays: Set<String> = ["tree_info", "iteration_indptr", "weight_drop", "weights"]
  private static let objects: Set<String> = [
    "learner", "learner_model_param", "gradient_booster", "gbtree", "model", "gbtree_model_param", "trees",
    "tree_param", "Model",
  ]
  /// Objects whose numbers are written as texts.
  private static let parameterObjects: Set<String> = [
    "learner_model_param", "gbtree_model_param", "tree_param",
  ]
  /// Keys of numbers that matter.
  package static let parameters: Set<String> = [
    "num_feature", "num_class", "num_target", "num_trees", "num_nodes", "size_leaf_vector", "id",
  ]
  /// Keys of arrays whose whole numbers matter.
  package static let indices = XGBoostTree.indices.union(["tree_info", "iteration_indptr"])
  private static let keys = objects.union(parameters).union(indices).union(modelArrays)
    .union(XGBoostTree.arrays)

  package init() {}

  private mutating func fault(_ detail: String, at offset: Int) {
    if faults.count < Self.faultLimit { faults.append(Fault(detail: detail, offset: offset)) }
  }

  /// Libraries differ in which of two values of one key they take.
  private mutating func note(_ key: String, at offset: Int) {
    guard let last = frames.indices.last, frames[last].isObject, Self.keys.contains(key) else { return }
    if !frames[last].keys.insert(key).inserted { fault("an object has \(key) twice", at: offset) }
  }

  /// An object or an array begins. Where it ends, an array is taken.
  package mutating func open(_ key: String, isObject: Bool, at offset: Int) {
    if isObject { note(key, at: offset) }
    if !isObject, key == "trees" {
      if learner.hasTrees { fault("a model has two lists of trees", at: offset) }
      learner.hasTrees = true
    }
    frames.append(Frame(key: key, isObject: isObject))
  }

  /// An array, where it ends: its whole numbers, nil where it has anything else, and its length.
  package mutating func take(_ key: String, numbers: [Int]?, count: Int, at offset: Int) {
    note(key, at: offset)
    guard let last = frames.indices.last else { return }
    if XGBoostTree.arrays.contains(key) {
      frames[last].tree.counts[key] = count
      if XGBoostTree.indices.contains(key) { frames[last].tree.numbers[key] = numbers }
    }
    guard Self.modelArrays.contains(key), ["model", "gradient_booster"].contains(frames[last].key) else {
      return
    }
    switch key {
    case "tree_info": place(numbers, in: \.groups, key, at: offset)
    case "iteration_indptr": place(numbers, in: \.rounds, key, at: offset)
    case "weight_drop": place(count, in: \.treeWeights, key, at: offset)
    default: place(count, in: \.linearWeights, key, at: offset)
    }
  }

  private mutating func place<Value>(
    _ value: Value?, in place: WritableKeyPath<XGBoostLearner, Value?>, _ key: String, at offset: Int
  ) {
    guard let value else { return fault("the \(key) of a model are no whole numbers", at: offset) }
    if learner[keyPath: place] != nil { fault("a model has \(key) twice", at: offset) }
    learner[keyPath: place] = value
  }

  /// A number, or a text that should be one.
  package mutating func take(_ key: String, parameter: Int?, at offset: Int) {
    guard Self.parameters.contains(key), let last = frames.indices.last else { return }
    note(key, at: offset)
    frames[last].tree.parameters[key] = parameter
    if parameter == nil, Self.parameterObjects.contains(frames[last].key) {
      fault("\(key) is no number", at: offset)
    }
  }

  /// The innermost object or array ends.
  package mutating func close(at offset: Int) {
    guard let frame = frames.popLast(), frame.isObject else { return }
    if frame.tree.counts["left_children"] != nil { closeTree(frame.tree, at: offset) }
    let last = frames.indices.last
    switch frame.key {
    case "tree_param":
      for (key, value) in frame.tree.parameters {
        if let last { frames[last].tree.parameters[key] = value }
      }
    case "gbtree_model_param": place(frame.tree.parameters, ["num_trees"], at: offset)
    case "learner_model_param":
      place(frame.tree.parameters, ["num_feature", "num_class", "num_target"], at: offset)
    case "gradient_booster": if let last { frames[last].hasBooster = true }
    default: break
    }
    if frame.hasBooster {
      if let detail = learner.fault() { fault(detail, at: offset) }
      learner = XGBoostLearner()
    }
  }

  private mutating func closeTree(_ tree: XGBoostTree, at offset: Int) {
    if let detail = tree.fault() { fault(detail, at: offset) }
    if let list = frames.last, !list.isObject, list.key == "trees" { learner.add(tree) }
  }

  private mutating func place(_ parameters: [String: Int], _ keys: [String], at offset: Int) {
    for key in keys {
      guard let value = parameters[key] else { continue }
      if learner.parameters[key] != nil { fault("a model has \(key) twice", at: offset) }
      learner.parameters[key] = value
    }
  }
}
