import Findings
import Pickle
import TestSupport
import Testing

/// Models of decision trees: the libraries follow their arrays without looking, so all of them have to fit together.
@Suite struct TreeModelTests {
  private typealias Builder = TreeModelBuilder
  typealias Whole = DataFormatTests.Whole

  // MARK: XGBoost

  static let honest: [Whole] = [
    Whole(testDescription: "a tree", bytes: Builder.xgboost()),
    Whole(testDescription: "several outputs", bytes: Builder.xgboost(changes: Builder.severalOutputs)),
    Whole(
      testDescription: "a version before the size of leaves",
      bytes:
        Builder.xgboost(("\"size_leaf_vector\": \"1\"", "\"size_leaf_vector\": \"0\""))
    ),
    Whole(
      testDescription: "a version before the rounds",
      bytes: Builder.xgboost(("\"iteration_indptr\": [0, 1], ", ""))),
    Whole(
      testDescription: "a root without a parent",
      bytes: Builder.xgboost(("[2147483647, 0, 0]", "[-1, 0, 0]"))),
    Whole(
      testDescription: "a feature of a leaf", bytes: Builder.xgboost(("[3, 0, 0]", "[3, 2147483647, 0]"))),
    Whole(
      testDescription: "the highest category",
      bytes: Builder.xgboost(("\"categories\": [0, 2]", "\"categories\": [0, 16777215]"))),
    Whole(
      testDescription: "a class",
      bytes:
        Builder.xgboost(
          ("\"num_class\": \"0\"", "\"num_class\": \"3\""), ("\"tree_info\": [0]", "\"tree_info\": [2]"))
    ),
    Whole(testDescription: "a linear model", bytes: Builder.linear()),
    Whole(testDescription: "weights of trees", bytes: Builder.dart()),
    Whole(
      testDescription: "a booster in memory",
      bytes:
        Array(
          "{\"Config\": {\"learner\": {\"gradient_booster\": {\"name\": \"gbtree\"}}}, \"Model\": ".utf8)
        + Builder.xgboost() + Array("}".utf8)
    ),
  ]

  @Test(arguments: honest) func `a model of XGBoost that fits together is allowed`(
    _ sample: Whole
  ) throws {
    for bytes in [sample.bytes, try Builder.ubjson(sample.bytes)] {
      let report = Examination.report(bytes)
      #expect(report.verdict == .allow, "\(report.summary)")
    }
  }

  static let changes: [(String, String)] = [
    ("\"left_children\": [1, -1, -1]", "\"left_children\": [7, -1, -1]"),
    ("\"left_children\": [1, -1, -1]", "\"left_children\": [1, -5, -1]"),
    ("\"right_children\": [2, -1, -1]", "\"right_children\": [-1, -1, -1]"),
    ("\"right_children\": [2, -1, -1]", "\"right_children\": [2, -1, 1]"),
    ("\"right_children\": [2, -1, -1]", "\"right_children\": [2, -1]"),
    ("[2147483647, 0, 0]", "[2147483647, 100000000, 0]"), ("[2147483647, 0, 0]", "[1, 0, 0]"),
    ("[2147483647, 0, 0]", "[2147483647, 2, 0]"), ("[2147483647, 0, 0]", "[2147483647, 0]"),
    ("[2147483647, 0, 0]", "[2147483647, 0.5, 0]"),
    ("\"split_indices\": [3, 0, 0]", "\"split_indices\": [4, 0, 0]"),
    ("\"split_indices\": [3, 0, 0]", "\"split_indices\": [-1, 0, 0]"),
    ("\"split_conditions\": [0.5, 0.1, 0.2]", "\"split_conditions\": [0.5]"),
    ("\"default_left\": [0, 0, 0]", "\"default_left\": []"),
    ("\"base_weights\": [0.5, 0.1, 0.2]", "\"base_weights\": [0.5, 0.1, 0.2, 0.3]"),
    ("\"split_conditions\"", "\"other\""), ("\"split_type\": [1, 0, 0]", "\"split_type\": [1, 0]"),
    ("\"split_type\": [1, 0, 0]", "\"split_type\": [1, 1, 0]"),
    ("\"categories\": [0, 2]", "\"categories\": [0, -5]"),
    ("\"categories\": [0, 2]", "\"categories\": [0, 16777216]"),
    ("\"categories_nodes\": [0]", "\"categories_nodes\": [2]"),
    ("\"categories_segments\": [0]", "\"categories_segments\": [1000000000000]"),
    ("\"categories_segments\": [0]", "\"categories_segments\": [-1]"),
    ("\"categories_segments\": [0]", "\"categories_segments\": [0, 0]"),
    ("\"categories_sizes\": [2]", "\"categories_sizes\": [3]"),
    ("\"categories_sizes\": [2]", "\"categories_sizes\": [9223372036854775807]"),
    ("\"categories_sizes\": [2]", "\"categories_sizes\": [0]"),
    ("\"num_nodes\": \"3\"", "\"num_nodes\": \"1000\""), ("\"num_nodes\": \"3\"", "\"num_nodes\": \"x\""),
    ("\"size_leaf_vector\": \"1\"", "\"size_leaf_vector\": \"1000000\""),
    ("\"size_leaf_vector\": \"1\"", "\"size_leaf_vector\": \"-2\""),
    ("\"num_trees\": \"1\"", "\"num_trees\": \"2\""), ("\"num_trees\": \"1\"", "\"other\": \"1\""),
    ("\"tree_info\": [0]", "\"tree_info\": [1]"), ("\"tree_info\": [0]", "\"tree_info\": [0, 0]"),
    ("\"iteration_indptr\": [0, 1]", "\"iteration_indptr\": [0, 5]"),
    ("\"iteration_indptr\": [0, 1]", "\"iteration_indptr\": [0, 2, 1]"), ("\"id\": 0", "\"id\": 1"),
    ("\"num_feature\": \"4\", \"num_target\"", "\"num_feature\": \"3\", \"num_target\""),
    ("\"tree_info\": [0]", "\"tree_info\": [0], \"tree_info\": [0]"),
    ("\"parents\"", "\"parents\": [2147483647, 0, 0], \"parents\""),
  ]

  @Test(arguments: changes) func `a model of XGBoost whose arrays lead out of it is not allowed`(
    _ old: String, _ new: String
  ) throws {
    let document = Builder.xgboost((old, new))
    #expect(document != Builder.xgboost())
    for bytes in [document, try Builder.ubjson(document)] {
      let report = Examination.report(bytes)
      #expect(report.rules.contains("data.irregular"), "\(report.summary)")
      #expect(report.verdict == .review, "\(new): \(report.summary)")
    }
  }

  @Test func `several outputs and weights have to be as many as the model says`() throws {
    let several = Builder.severalOutputs
    let documents = [
      Builder.xgboost(changes: several + [("[2, 0, 1]", "[2, 0, 2]")]),
      Builder.xgboost(changes: several + [("\"num_target\": \"2\"", "\"num_target\": \"3\"")]),
      Builder.xgboost(changes: several + [("[0.5, 0.1, 0.2, 0.5, 0.1, 0.2]", "[0.5, 0.1, 0.2]")]),
      Builder.linear(weights: 4), Builder.linear(weights: 0), Builder.dart(weights: "[]"),
      Builder.dart(weights: "[0.5, 0.5]"),
    ]
    for document in documents {
      for bytes in [document, try Builder.ubjson(document)] {
        #expect(
          Examination.report(bytes).rules == ["data.irregular"], "\(Examination.report(bytes).summary)")
      }
    }
  }

  @Test func `a tree deeper than any is not allowed`() {
    func chain(_ levels: Int) -> [UInt8] {
      let nodes = 2 * levels + 1
      let left = (0..<nodes).map { $0.isMultiple(of: 2) && $0 < nodes - 1 ? $0 + 1 : -1 }
      return Array(
        "{\"left_children\": \(left), \"right_children\": \(left.map { $0 < 0 ? -1 : $0 + 1 })}".utf8)
    }
    #expect(Examination.report(chain(9000)).verdict == .allow)
    #expect(Examination.report(chain(10_000)).rules == ["data.irregular"])
  }

  @Test func `an old binary model whose numbers lead out of it is not allowed`() {
    let children: [(Int32, Int32)] = [(1, 2), (-1, -1), (-1, -1)]
    let whole = DataFormatBuilder.binary(children: children)
    #expect(Examination.report(whole).verdict == .allow)
    #expect(Examination.report(DataFormatBuilder.binaryLinear()).verdict == .allow)
    // A booster in memory of before 1.6 says where its settings are, and they follow.
    let memory =
      Array("CONFIG-offset:".utf8) + littleEndian(UInt64(whole.count)) + whole + Array("{\"a\": 1}".utf8)
    #expect(Examination.report(memory).verdict == .allow, "\(Examination.report(memory).summary)")
    for bytes in [
      DataFormatBuilder.binary(children: children, parents: [0, 9]),
      DataFormatBuilder.binary(children: children, group: 1), DataFormatBuilder.binaryLinear(weights: 4),
      DataFormatBuilder.binary(children: children, features: 3),
      DataFormatBuilder.binary(children: [(1, 2), (-1, -1), (-7, -1)]),
    ] {
      #expect(Examination.report(bytes).rules == ["data.irregular"], "\(Examination.report(bytes).summary)")
    }
  }

  // MARK: LightGBM

  static let honestTexts: [Whole] = [
    Whole(testDescription: "a tree", bytes: Builder.lightGBM()),
    Whole(testDescription: "linear leaves", bytes: Builder.linearLeaves()),
    Whole(
      testDescription: "classes",
      bytes:
        Builder.lightGBM(
          ("num_class=1", "num_class=3"), ("num_tree_per_iteration=1", "num_tree_per_iteration=3"),
          ("binary sigmoid:1", "multiclass num_class:3"),
          (
            "\n\n\nend",
            "\n\n\nTree=1\nnum_leaves=1\nnum_cat=0\nleaf_value=0\n\n\nTree=2\nnum_leaves=1\nleaf_value=0\n\n\nend"
          ))
    ),
    Whole(testDescription: "a feature that is named Tree", bytes: Builder.lightGBM(("a=1", "Tree=1"))),
    Whole(
      testDescription: "the size of the tree",
      bytes: Builder.lightGBM(("feature_infos", "tree_sizes=261\nfeature_infos"))),
    Whole(
      testDescription: "two sets",
      bytes:
        Builder.lightGBM(
          ("num_cat=1", "num_cat=2"), ("cat_boundaries=0 1", "cat_boundaries=0 1 2"),
          ("cat_threshold=5", "cat_threshold=5 6"))
    ),
  ]

  @Test(arguments: honestTexts) func `a text of LightGBM that fits together is allowed`(
    _ sample: Whole
  ) {
    let report = Examination.report(sample.bytes)
    #expect(report.verdict == .allow, "\(report.summary)")
  }

  static let textChanges: [(String, String)] = [
    ("num_tree_per_iteration=1", "num_tree_per_iteration=0"),
    ("num_tree_per_iteration=1", "num_tree_per_iteration=1000000"),
    ("num_tree_per_iteration=1", "num_tree_per_iteration==1"), ("num_class=1", "num_class=3"),
    ("num_class=1", "=num_class=1"), ("num_class=1", "num_class=1\nnum_class=1"),
    ("binary sigmoid:1", "multiclass num_class:1000"), ("max_feature_idx=3", "max_feature_idx=2"),
    ("num_leaves=3", "num_leaves=100000000"), ("num_leaves=3", "num_leaves=0"),
    ("leaf_value=0.1 0.2 0.3", "leaf_value=0.1"), ("leaf_count=2 3 4", "leaf_count=2"),
    ("internal_value=0 0.1", "internal_value=0"), ("split_gain=2.5 1", "split_gain=2.5"),
    ("decision_type=2 1", "decision_type=2"), ("right_child=-2 -3", "right_child=-2 1"),
    ("threshold=0.5 0", "threshold=0.5 100000000"), ("threshold=0.5 0", "threshold=0.5 -1"),
    ("threshold=0.5 0", "threshold=0.5 0.5"), ("threshold=0.5 0\n", ""), ("num_cat=1", "num_cat=0"),
    ("num_cat=1", "num_cat=100000"), ("cat_boundaries=0 1", "cat_boundaries=0 1000000000"),
    ("cat_boundaries=0 1", "cat_boundaries=-1000000000 1"), ("cat_boundaries=0 1", "cat_boundaries=0"),
    ("cat_threshold=5", "cat_threshold="), ("is_linear=0", "is_linear=x"),
    ("is_linear=0", "is_linear=0\nis_linear=0"), ("is_linear=0", "a line without a value"),
    ("\n\n\nend", "\nTree=1\n\n\nend"), ("\n\nTree=0", "\nend of trees\nTree=0"),
    ("feature_infos", "tree_sizes=1 2\nfeature_infos"), ("split_feature=0 3", "split_feature=0 -3"),
  ]

  @Test(arguments: textChanges) func `a text of LightGBM whose numbers lead out of it is not allowed`(
    _ old: String, _ new: String
  ) {
    let text = Builder.lightGBM((old, new))
    #expect(text != Builder.lightGBM())
    let report = Examination.report(text)
    #expect(report.rules == ["data.irregular"] && report.verdict == .review, "\(report.summary)")
  }

  @Test func `the features of linear leaves have to be there`() {
    for text in [
      Builder.linearLeaves(features: "0 4 1"), Builder.linearLeaves(features: "0 3"),
      Builder.linearLeaves(counts: "1 0"), Builder.linearLeaves(counts: "4 0 -1"),
      Builder.lightGBM(
        ("\n\n\nend", "\n\n\nTree=1\nnum_leaves=1\nleaf_value=0\n\n\nend"),
        ("feature_infos", "tree_sizes=1 40\nfeature_infos")),
    ] {
      #expect(Examination.report(text).rules == ["data.irregular"], "\(Examination.report(text).summary)")
    }
  }

  @Test(arguments: ["\n", "  \r\n\n", "\u{FEFF}"])
  func `a text of LightGBM is one behind what is nothing to who loads a string`(_ start: String) {
    let circle = Builder.lightGBM(("left_child=1 -1", "left_child=1 1"))
    let report = Examination.report(Array(start.utf8) + circle)
    #expect(report.formats == ["lightgbm"] && report.verdict == .review, "\(report.summary)")
  }

  @Test func `a text of LightGBM is one without its version`() {
    for between in ["a=1\n", String(repeating: "a line\n", count: 10_000)] {
      let text = Builder.lightGBM(("version=v4\n", between), ("iteration=1", "iteration=0"))
      #expect(Examination.report(text).rules == ["data.irregular"], "\(Examination.report(text).summary)")
    }
    #expect(Examination.report(Array("tree\nbush\nhedge\n".utf8)).verdict == .allow)
  }

  @Test func `a line that ends where no text's does is not allowed`() {
    let report = Examination.report(Builder.lightGBM(("label_index=0", "label_index=0\rnum_class=9")))
    #expect(report.verdict == .incomplete)
    #expect(Examination.report(Builder.lightGBM(("label_index=0", "label_index=0\r"))).verdict == .allow)
  }

  // MARK: Pickles

  private static func booster(
    _ module: String, key: [PickleOpcode] = [.text("handle")], _ model: PickleOpcode...
  ) -> [UInt8] {
    pickle(
      [.proto(5), .global(module, "Booster"), .emptyTuple, .newobj, .emptyDict] + key + model
        + [.setitem, .build, .stop])
  }

  private static func string(_ text: [UInt8]) -> PickleOpcode {
    .text(String(decoding: text, as: UTF8.self))
  }

  private static func bytearray(_ bytes: [UInt8]) -> PickleOpcode { .counted(.bytearray8, bytes) }

  @Test func `the model of a pickled booster is examined`() throws {
    let bad = Builder.xgboost(("[2147483647, 0, 0]", "[2147483647, 9, 0]"))
    let cases: [([UInt8], Verdict)] = [
      (Self.booster("lightgbm.basic", Self.string(Builder.lightGBM())), .allow),
      (Self.booster("lightgbm.basic", key: [.text("_handle")], Self.string(Builder.lightGBM())), .allow),
      (Self.booster("lightgbm.basic", .none), .allow),
      (
        Self.booster("lightgbm.basic", Self.string(Builder.lightGBM(("iteration=1", "iteration=0")))),
        .review
      ),
      (Self.booster("xgboost.core", .none), .allow),
      (Self.booster("xgboost.core", Self.bytearray(Builder.xgboost())), .allow),
      (Self.booster("xgboost.core", Self.bytearray(try Builder.ubjson(Builder.xgboost()))), .allow),
      (Self.booster("xgboost.core", Self.bytearray(bad)), .review),
      (Self.booster("xgboost.core", Self.bytearray(DataFormatBuilder.binaryLinear())), .allow),
      (Self.booster("xgboost.core", Self.bytearray(DataFormatBuilder.binaryLinear(weights: 4))), .review),
      (Self.booster("xgboost.core", Self.bytearray(try Builder.ubjson(bad))), .review),
      (
        Self.booster(
          "xgboost.core", .global("builtins", "bytearray"), .bytes(Builder.xgboost()), .tuple1, .reduce),
        .allow
      ),
      (
        Self.booster("xgboost.core", .global("builtins", "bytearray"), .bytes(bad), .tuple1, .reduce),
        .review
      ),
    ]
    for (bytes, verdict) in cases {
      let report = Examination.report(bytes)
      #expect(report.verdict == verdict, "\(report.summary)")
    }
  }

  @Test func `a booster whose model cannot be followed is for a person`() {
    let model = Self.string(Builder.lightGBM())
    for bytes in [
      Self.booster("lightgbm.basic", .text("tree")),
      Self.booster("lightgbm.basic", .bytes(Builder.lightGBM())),
      Self.booster(
        "lightgbm.basic", key: [.global("builtins", "str"), .text("handle"), .tuple1, .reduce], model),
      Self.booster("xgboost.core", .bytes(Builder.xgboost())),
      Self.booster("xgboost.core", Self.bytearray(Array("no model".utf8))),
      Self.booster(
        "xgboost.core", .global("builtins", "bytearray"), Self.string(Builder.xgboost()), .text("utf-16"),
        .tuple2, .reduce),
    ] {
      let report = Examination.report(bytes)
      #expect(report.rules.contains("pickle.unknown-state"), "\(report.summary)")
      #expect(report.verdict == .review, "\(report.summary)")
    }
  }
}
