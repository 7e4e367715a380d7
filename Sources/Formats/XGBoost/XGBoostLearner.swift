/// What the parts of one model of XGBoost say of each other.
///
/// Source: XGBoost, `src/learner.cc` (`LearnerModelParamLegacy`), `src/gbm/gbtree_model.cc` (`LoadModel`),
/// `src/gbm/gbtree.cc` (`Dart::LoadModel`), `src/gbm/gblinear_model.cc`.
struct XGBoostLearner {
  private struct Tree {
    let lastFeature: Int
    let outputs: Int
    let id: Int?
  }

  private var trees: [Tree] = []
  /// Whether there is a list of trees, be it empty.
  var hasTrees = false
  /// `num_feature`, `num_class` and `num_target` of the learner, `num_trees` of the trees.
  var parameters: [String: Int] = [:]
  /// `tree_info`: for each tree which output it adds to.
  var groups: [Int]?
  /// `iteration_indptr`: the trees of each round, by the first of them; the last entry is their number.
  var rounds: [Int]?
  /// How many `weight_drop` there are: one for each tree of a booster that drops some.
  var treeWeights: Int?
  /// How many weights a linear model has.
  var linearWeights: Int?

  mutating func add(_ tree: XGBoostTree) {
    trees.append(
      Tree(lastFeature: tree.lastFeature, outputs: tree.outputs, id: tree.parameters["id"]))
  }

  /// How many numbers a prediction has.
  private var outputs: Int { max(parameters["num_class"] ?? 0, parameters["num_target"] ?? 1, 1) }

  /// What the library would follow out of the model; nil where everything fits.
  func fault() -> String? { linearFault() ?? (hasTrees ? countFault() ?? treeFault() : nil) }

  /// A linear model has a weight for each feature and one more, for each output.
  private func linearFault() -> String? {
    guard let linearWeights else { return nil }
    guard let features = parameters["num_feature"], features >= 0, linearWeights % outputs == 0,
      linearWeights / outputs - 1 == features
    else {
      return "a linear model has \(linearWeights) weights for \(parameters["num_feature"] ?? 0) features"
    }
    return nil
  }

  private func countFault() -> String? {
    guard let stated = parameters["num_trees"], let groups, parameters["num_feature"] != nil else {
      return "a model does not say how many features and trees it has"
    }
    guard stated == trees.count, groups.count == trees.count else {
      return "a model of \(trees.count) trees says that it has \(stated), in \(groups.count) groups"
    }
    if let treeWeights, treeWeights != trees.count {
      return "a model of \(trees.count) trees has \(treeWeights) weights of trees"
    }
    if let rounds {
      guard rounds.first == 0, rounds.last == trees.count, zip(rounds, rounds.dropFirst()).allSatisfy(<=)
      else { return "the rounds of a model are not those of its \(trees.count) trees" }
    }
    return nil
  }

  private func treeFault() -> String? {
    for group in groups ?? [] where !(0..<outputs ~= group) {
      return "a tree is one of group \(group) of \(outputs)"
    }
    let features = parameters["num_feature"] ?? 0
    for tree in trees {
      guard tree.lastFeature < features else {
        return "a feature is \(tree.lastFeature) in a model of \(features) features"
      }
      guard tree.outputs == 1 || tree.outputs == outputs else {
        return "a leaf has \(tree.outputs) numbers in a model of \(outputs) outputs"
      }
    }
    guard Set(trees.map(\.outputs)).count <= 1 else { return "trees differ in the numbers of their leaves" }
    // Each tree is put where its `id` says, and the places of the others stay empty.
    let ids = trees.compactMap(\.id)
    guard ids.isEmpty || Set(ids) == Set(trees.indices) else { return "two trees are one" }
    return nil
  }
}
