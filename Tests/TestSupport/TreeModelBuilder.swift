import ByteParsing

/// Makes small models of trees as XGBoost and LightGBM write them, and with one place changed.
package enum TreeModelBuilder {
  /// A change of a text: what stands there once, and what is put there.
  package typealias Change = (old: String, new: String)

  private static func changed(_ text: String, _ changes: [Change]) -> [UInt8] {
    var text = text
    for change in changes {
      if let range = text.firstRange(of: change.old) { text.replaceSubrange(range, with: change.new) }
    }
    return Array(text.utf8)
  }

  // MARK: XGBoost

  /// A model of one tree of three nodes, whose root splits on categories.
  package static func xgboost(_ changes: Change...) -> [UInt8] { changed(document, changes) }

  private static let document = """
    {"learner": {"attributes": {}, "feature_names": ["a", "b"],
    "gradient_booster": {"name": "gbtree", "model": {
    "gbtree_model_param": {"num_parallel_tree": "1", "num_trees": "1"},
    "iteration_indptr": [0, 1], "tree_info": [0], "trees": [{"id": 0,
    "tree_param": {"num_deleted": "0", "num_feature": "4", "num_nodes": "3", "size_leaf_vector": "1"},
    "left_children": [1, -1, -1], "right_children": [2, -1, -1], "parents": [2147483647, 0, 0],
    "split_indices": [3, 0, 0], "split_conditions": [0.5, 0.1, 0.2], "default_left": [0, 0, 0],
    "base_weights": [0.5, 0.1, 0.2], "loss_changes": [1.5, 0, 0], "sum_hessian": [3.5, 2, 1],
    "split_type": [1, 0, 0], "categories": [0, 2], "categories_nodes": [0], "categories_segments": [0],
    "categories_sizes": [2]}]}},
    "learner_model_param": {"base_score": "5E-1", "num_class": "0", "num_feature": "4", "num_target": "1"},
    "objective": {"name": "binary:logistic"}}, "version": [2, 1, 0]}
    """

  /// A tree of two outputs, whose leaves have places among the leaf weights.
  package static let severalOutputs: [Change] = [
    ("\"num_target\": \"1\"", "\"num_target\": \"2\""),
    ("\"size_leaf_vector\": \"1\"", "\"size_leaf_vector\": \"2\""),
    ("\"right_children\": [2, -1, -1]", "\"right_children\": [2, 0, 1]"),
    ("\"base_weights\": [0.5, 0.1, 0.2]", "\"base_weights\": [0.5, 0.1, 0.2, 0.5, 0.1, 0.2]"),
    ("\"split_type\"", "\"leaf_weights\": [0.1, 0.2, 0.3, 0.4], \"split_type\""),
  ]

  /// The same with changes that a list holds.
  package static func xgboost(changes: [Change]) -> [UInt8] { changed(document, changes) }

  /// A linear model of four features.
  package static func linear(weights: Int = 5) -> [UInt8] {
    let weights = Array(repeating: "0.5", count: weights).joined(separator: ", ")
    return Array(
      """
      {"learner": {"gradient_booster": {"model": {"boosted_rounds": 1, "weights": [\(weights)]},
      "name": "gblinear"}, "learner_model_param": {"num_class": "0", "num_feature": "4"}}}
      """.utf8)
  }

  /// A model whose trees have weights of their own.
  package static func dart(weights: String = "[0.5]") -> [UInt8] {
    xgboost(
      ("\"gradient_booster\": {", "\"gradient_booster\": {\"weight_drop\": \(weights), \"gbtree\": {"),
      ("\"categories_sizes\": [2]}]}}", "\"categories_sizes\": [2]}]}}}"))
  }

  /// A document as UBJSON, as XGBoost writes it: arrays of one type, keys with lengths of eight bytes.
  package static func ubjson(_ text: [UInt8]) throws -> [UInt8] { ubjson(try StrictJSON.parse(text)) }

  private static func count(_ count: Int) -> [UInt8] {
    [UInt8(ascii: "L")] + littleEndian(UInt64(count).byteSwapped)
  }

  private static func ubjson(_ value: JSONValue) -> [UInt8] {
    switch value.kind {
    case .object:
      return [UInt8(ascii: "{")]
        + value.members.flatMap { key, value in
          count(key.utf8?.count ?? 0) + (key.utf8 ?? []) + ubjson(value)
        } + [UInt8(ascii: "}")]
    case .array: return ubjsonArray(Array(value.elements))
    case .string: return [UInt8(ascii: "S")] + count(value.utf8?.count ?? 0) + (value.utf8 ?? [])
    case .number:
      return [UInt8(ascii: "L")] + littleEndian(UInt64(bitPattern: Int64(value.integer ?? 0)).byteSwapped)
    case .boolean, .null: return [UInt8(ascii: "Z")]
    }
  }

  private static func ubjsonArray(_ elements: [JSONValue]) -> [UInt8] {
    guard elements.allSatisfy({ $0.kind == .number }) else {
      return [UInt8(ascii: "[")] + elements.flatMap(ubjson) + [UInt8(ascii: "]")]
    }
    if elements.allSatisfy({ $0.integer != nil }) {
      return Array("[$L#".utf8) + count(elements.count)
        + elements.flatMap { littleEndian(UInt64(bitPattern: Int64($0.integer ?? 0)).byteSwapped) }
    }
    return Array("[$d#".utf8) + count(elements.count) + Array(repeating: 0, count: 4 * elements.count)
  }

  // MARK: LightGBM

  /// A model of one tree of three leaves, whose second node splits on categories.
  package static func lightGBM(_ changes: Change...) -> [UInt8] { changed(text, changes) }

  private static let text = """
    tree
    version=v4
    num_class=1
    num_tree_per_iteration=1
    label_index=0
    max_feature_idx=3
    objective=binary sigmoid:1
    feature_names=a b c d
    feature_infos=[0:1] [0:1] [0:1] 0:1:2

    Tree=0
    num_leaves=3
    num_cat=1
    split_feature=0 3
    split_gain=2.5 1
    threshold=0.5 0
    decision_type=2 1
    left_child=1 -1
    right_child=-2 -3
    leaf_value=0.1 0.2 0.3
    leaf_count=2 3 4
    internal_value=0 0.1
    cat_boundaries=0 1
    cat_threshold=5
    is_linear=0
    shrinkage=1


    end of trees

    feature_importances:
    a=1

    parameters:
    [boosting: gbdt]

    """

  /// Leaves that are linear in some features.
  package static func linearLeaves(features: String = "0 3 1", counts: String = "1 0 2") -> [UInt8] {
    lightGBM(
      (
        "is_linear=0",
        "is_linear=1\nleaf_const=1 2 3\nnum_features=\(counts)\nleaf_features=\(features)\nleaf_coeff=1 2 3"
      ))
  }
}
