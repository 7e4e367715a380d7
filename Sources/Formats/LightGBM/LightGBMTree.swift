/// One tree of LightGBM's text: the lines from `Tree=` to an empty one.
///
/// The library takes as many numbers from a line as `num_leaves` and `num_cat` say, whether they are there or not, and
/// follows them.
///
/// Source: LightGBM, `src/io/tree.cpp` (`Tree::Tree(const char*, size_t*)`), `include/LightGBM/tree.h`
/// (`CategoricalDecision`).
struct LightGBMTree {
  private var values: [String: ArraySlice<UInt8>] = [:]

  /// Lines of a tree that the library reads (`max_num_line`).
  private static let lineLimit = 22
  /// Lines that each node has a number in, and such as may be missing.
  private static let perNode = ["left_child", "right_child", "split_feature", "threshold"]
  private static let perNodeAtTimes = [
    "split_gain", "decision_type", "internal_value", "internal_weight", "internal_count",
  ]
  private static let perLeafAtTimes = ["leaf_weight", "leaf_count"]
  /// The bit of a `decision_type` that says that a node's `threshold` is the index of a set of categories.
  private static let categoricalBit = 1

  /// Takes a line.
  ///
  /// - Returns: why the library would read another tree, nil where it would not.
  mutating func add(_ line: ArraySlice<UInt8>) -> String? {
    guard let (key, value) = LightGBMText.split(line) else { return "a tree has a line without a value" }
    guard values.updateValue(value, forKey: key) == nil else { return "a tree has \(key) twice" }
    return values.count > Self.lineLimit ? "a tree has more lines than are read" : nil
  }

  /// What the library would follow out of the tree; nil where everything fits.
  ///
  /// - Parameter lastFeature: the highest feature, where the model says it.
  func fault(lastFeature: Int?) -> String? {
    guard let leaves = number("num_leaves"), leaves > 0, count("leaf_value") == leaves else {
      return "a tree does not have as many leaves as values of leaves"
    }
    guard let sets = values["num_cat"] == nil ? 0 : number("num_cat"), sets >= 0,
      let linear = values["is_linear"] == nil ? 0 : number("is_linear")
    else { return "a tree's numbers are none" }
    // The library stops reading here.
    if leaves == 1, linear == 0 { return nil }
    return lengthFault(leaves) ?? childFault(leaves) ?? featureFault("split_feature", lastFeature)
      ?? categoryFault(sets) ?? (linear == 0 ? nil : linearFault(leaves, lastFeature))
  }

  private func number(_ key: String) -> Int? {
    guard let numbers = numbers(key), numbers.count == 1 else { return nil }
    return numbers[0]
  }

  private func numbers(_ key: String) -> [Int]? { values[key].flatMap(LightGBMText.numbers) }

  private func count(_ key: String) -> Int? { values[key].map { LightGBMText.words($0).count } }

  private func lengthFault(_ leaves: Int) -> String? {
    for key in Self.perNode where count(key) != leaves - 1 {
      return "a tree of \(leaves) leaves has \(count(key) ?? 0) of \(key)"
    }
    for key in Self.perNodeAtTimes {
      if let count = count(key), count != leaves - 1 {
        return "a tree of \(leaves) leaves has \(count) \(key)"
      }
    }
    for key in Self.perLeafAtTimes {
      if let count = count(key), count != leaves { return "a tree of \(leaves) leaves has \(count) \(key)" }
    }
    return nil
  }

  /// A child is another node, or the complement of a leaf.
  private func childFault(_ leaves: Int) -> String? {
    guard let left = numbers("left_child"), let right = numbers("right_child") else {
      return "a tree's children are no numbers"
    }
    for child in left + right where child < 0 && ~child >= leaves {
      return "a child is \(child) in a tree of \(leaves) leaves"
    }
    return TreeArrays.fault(left: left, right: right)
  }

  private func featureFault(_ key: String, _ lastFeature: Int?) -> String? {
    guard let features = numbers(key) else { return "a tree's features are no numbers" }
    for feature in features where feature < 0 || feature > lastFeature ?? .max {
      return "a feature is \(feature), and the last is \(lastFeature ?? 0)"
    }
    return nil
  }

  private func categoryFault(_ sets: Int) -> String? {
    if values["decision_type"] != nil {
      guard let types = numbers("decision_type") else { return "a tree's decisions are no numbers" }
      let thresholds = values["threshold"].map(LightGBMText.words) ?? []
      for (type, threshold) in zip(types, thresholds) where type & Self.categoricalBit != 0 {
        guard let set = LightGBMText.number(threshold), 0..<sets ~= set else {
          return "a node has categories that are not among the \(sets) of its tree"
        }
      }
    }
    guard sets > 0 else { return nil }
    guard let bounds = numbers("cat_boundaries"), let words = numbers("cat_threshold"),
      bounds.count - 1 == sets, bounds.first == 0, bounds.last == words.count,
      zip(bounds, bounds.dropFirst()).allSatisfy(<=)
    else { return "the bounds of a tree's categories are not those of its \(sets) sets" }
    return nil
  }

  /// A linear leaf has some features and a coefficient for each.
  private func linearFault(_ leaves: Int, _ lastFeature: Int?) -> String? {
    if let constants = count("leaf_const"), constants != leaves {
      return "a tree of \(leaves) leaves has \(constants) leaf_const"
    }
    guard values["num_features"] != nil else { return nil }
    guard let numbers = numbers("num_features"), numbers.count == leaves else {
      return "a tree of \(leaves) leaves has another number of num_features"
    }
    var total = 0
    for number in numbers {
      guard 0...0xFFFF_FFFF ~= number else { return "a leaf has \(number) features" }
      total += number
    }
    guard count("leaf_features") == total, count("leaf_coeff") == total else {
      return "the leaves of a tree have \(total) features, and another number is there"
    }
    return featureFault("leaf_features", lastFeature)
  }
}

/// Keys, words and numbers of LightGBM's text.
enum LightGBMText {
  /// A line's key and its value; nil where it has none.
  static func split(_ line: ArraySlice<UInt8>) -> (key: String, value: ArraySlice<UInt8>)? {
    guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { return nil }
    return (String(decoding: line[..<equals], as: UTF8.self), line[(equals + 1)...])
  }

  static func words(_ text: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    text.split(whereSeparator: { $0 == 0x20 || $0 == 0x0D })
  }

  static func number(_ word: ArraySlice<UInt8>) -> Int? { Int(String(decoding: word, as: UTF8.self)) }

  static func numbers(_ text: ArraySlice<UInt8>) -> [Int]? {
    var result: [Int] = []
    for word in words(text) {
      guard let number = number(word) else { return nil }
      result.append(number)
    }
    return result
  }
}
