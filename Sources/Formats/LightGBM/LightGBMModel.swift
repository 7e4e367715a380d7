package import ByteParsing

/// LightGBM's models as text: `key=value` lines, one block for each tree.
///
/// Source: LightGBM, `src/boosting/gbdt_model_text.cpp` (`LoadModelFromString`), `src/io/tree.cpp`.
package struct LightGBMModel {
  /// A number that leads out of the model.
  package struct Fault {
    package let line: Int
    package let detail: String
  }

  package private(set) var faults: [Fault] = []
  /// Whether the line is there that ends the trees.
  package private(set) var isWhole = false
  /// Whether there is a byte that no text has.
  package private(set) var hasControl = false

  private var line = 0
  private var lastFeature: Int?
  private var leaves: Int?
  private var trees = 0

  package static let beginning: [UInt8] = Array("tree\nversion=v".utf8)
  private static let lineLimit = 256 << 20

  /// Reads a model line by line.
  ///
  /// - Throws: `.limit` for a line longer than any.
  package init(parsing input: Input) throws(ParseError) {
    var offset = 0
    var rest: [UInt8] = []
    while offset < input.count {
      let window = try input.bytes(at: offset, count: min(1 << 20, input.count - offset))
      offset += window.count
      rest += window
      guard rest.count <= Self.lineLimit else {
        throw ParseError(.limit, at: offset, "line of more than \(Self.lineLimit) bytes")
      }
      guard let end = rest.lastIndex(of: 0x0A) else { continue }
      take(rest[..<end])
      rest.removeSubrange(...end)
    }
    take(rest[...])
  }

  private mutating func take(_ lines: ArraySlice<UInt8>) {
    for text in lines.split(separator: 0x0A, omittingEmptySubsequences: false) {
      line += 1
      if text.contains(where: { $0 < 0x20 && $0 != 0x09 && $0 != 0x0D }) { hasControl = true }
      read(text)
    }
  }

  private mutating func read(_ text: ArraySlice<UInt8>) {
    if text.starts(with: "end of trees".utf8) { isWhole = true }
    guard let equals = text.firstIndex(of: UInt8(ascii: "=")) else { return }
    let value = text[(equals + 1)...]
    switch String(decoding: text[..<equals], as: UTF8.self) {
    case "max_feature_idx": lastFeature = Self.numbers(value)?.first
    case "Tree":
      trees += 1
      leaves = nil
    case "num_leaves": leaves = Self.numbers(value)?.first
    case "left_child", "right_child": checkChildren(value)
    case "split_feature": checkFeatures(value)
    default: break
    }
  }

  private mutating func fault(_ detail: String) {
    if faults.count < 32 { faults.append(Fault(line: line, detail: detail)) }
  }

  /// A child is another node, or the complement of a leaf.
  private mutating func checkChildren(_ value: ArraySlice<UInt8>) {
    guard let children = Self.numbers(value), let leaves, leaves > 0 else {
      return fault("a tree's children are no numbers")
    }
    var seen: Set<Int> = []
    for child in children {
      let isInside =
        child >= 0 ? child > 0 && child < leaves - 1 && seen.insert(child).inserted : ~child < leaves
      if !isInside { return fault("a child is \(child) in a tree of \(leaves) leaves") }
    }
  }

  private mutating func checkFeatures(_ value: ArraySlice<UInt8>) {
    guard let numbers = Self.numbers(value) else { return fault("a tree's features are no numbers") }
    for number in numbers where number < 0 || number > lastFeature ?? .max {
      return fault("a feature is \(number), and the last is \(lastFeature ?? 0)")
    }
  }

  private static func numbers(_ text: ArraySlice<UInt8>) -> [Int]? {
    var result: [Int] = []
    for word in text.split(whereSeparator: { $0 == 0x20 || $0 == 0x0D }) {
      guard let number = Int(String(decoding: word, as: UTF8.self)) else { return nil }
      result.append(number)
    }
    return result
  }
}
