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

  /// What the lines read next are of.
  private enum Part {
    case header
    case tree
    case betweenTrees
    case end
  }

  private var line = 0
  /// Where the line begins, in bytes.
  private var offset = 0
  private var part = Part.header
  private var header: [String: ArraySlice<UInt8>] = [:]
  private var tree = LightGBMTree()
  /// Where the trees begin, in bytes.
  private var starts: [Int] = []

  /// What the library wants in the first line (`src/boosting/boosting.cpp`), and somewhere before the trees.
  private static let firstLine = Array("tree".utf8)
  private static let classes = ByteMarks(["num_class"])
  /// What the first line is looked for in: blank lines before it are nothing to the library where it is given a string.
  private static let headBytes = 4096
  private static let windowCount = 1 << 20
  private static let lineLimit = 256 << 20

  /// Whether the library would take the bytes for a model: the lines behind the first stand in any order.
  package static func begins(_ input: Input) -> Bool {
    guard let head = try? input.prefix(headBytes) else { return false }
    let text = TextOpening.bare(head)
    guard text.starts(with: firstLine),
      let next = text.dropFirst(firstLine.count).first, next == 0x0A || next == 0x0D
    else { return false }
    var offset = 0
    while offset < input.count {
      guard let window = try? input.bytes(at: offset, count: min(windowCount, input.count - offset)) else {
        return false
      }
      if classes.first(in: window.span) != nil { return true }
      // The mark may stand across two windows.
      offset += window.count < windowCount ? window.count : windowCount - 16
    }
    return false
  }

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
    checkClasses()
    checkSizes()
  }

  private mutating func take(_ lines: ArraySlice<UInt8>) {
    for text in lines.split(separator: 0x0A, omittingEmptySubsequences: false) {
      line += 1
      // The library takes a carriage return for the end of a line.
      let isControl =
        text.contains { $0 < 0x20 && $0 != 0x09 && $0 != 0x0D } || text.dropLast().contains(0x0D)
      if isControl { hasControl = true }
      read(text)
      offset += text.count + 1
    }
  }

  private mutating func read(_ text: ArraySlice<UInt8>) {
    if text.starts(with: "Tree=".utf8) { return beginTree() }
    switch part {
    case .header, .betweenTrees:
      if text.starts(with: "end of trees".utf8) {
        isWhole = true
        part = .end
      } else if part == .header {
        readHeader(text)
      }
    case .tree:
      if text.isEmpty || text.first == 0x0D {
        if let detail = tree.fault(lastFeature: number("max_feature_idx")) { fault(detail) }
        part = .betweenTrees
      } else if let detail = tree.add(ArraySlice(Array(text))) {
        fault(detail)
      }
    case .end: break
    }
  }

  private mutating func beginTree() {
    if part == .tree { fault("a tree begins in another") }
    // Names of features stand behind the trees, and the library does not read so far.
    if part == .end {
      if starts.isEmpty { fault("a tree follows the end of the trees") }
      return
    }
    part = .tree
    tree = LightGBMTree()
    starts.append(offset)
  }

  /// The library parts a line at any number of `=`, also at its beginning.
  private mutating func readHeader(_ text: ArraySlice<UInt8>) {
    guard let (key, value) = LightGBMText.split(text) else { return }
    if key.isEmpty || header.updateValue(ArraySlice(Array(value)), forKey: key) != nil {
      fault("the model has \(key.isEmpty ? "a value without a key" : "\(key) twice")")
    }
  }

  private mutating func fault(_ detail: String) {
    if faults.count < 32 { faults.append(Fault(line: line, detail: detail)) }
  }

  private func number(_ key: String) -> Int? {
    guard let numbers = header[key].flatMap(LightGBMText.numbers), numbers.count == 1 else { return nil }
    return numbers[0]
  }

  /// A round has a tree for each class, and a prediction a number for each: the library divides by the first and makes
  /// room for the second.
  private mutating func checkClasses() {
    for key in ["num_class", "num_tree_per_iteration", "max_feature_idx"] {
      if header[key] != nil, number(key) == nil { return fault("\(key) is no number") }
    }
    guard let classes = number("num_class") else { return }
    let trees = number("num_tree_per_iteration") ?? classes
    guard classes > 0, trees == classes, starts.count.isMultiple(of: trees) else {
      return fault("\(starts.count) trees are \(trees) for each round of \(classes) classes")
    }
    let classWord = Array("num_class".utf8)
    for word in LightGBMText.words(header["objective"] ?? []) where word.firstRange(of: classWord) != nil {
      guard word.elementsEqual("num_class:\(classes)".utf8) else {
        return fault("the objective has other classes than the model's \(classes)")
      }
    }
  }

  /// `tree_sizes` are where the library looks for each tree.
  private mutating func checkSizes() {
    guard let text = header["tree_sizes"] else { return }
    guard let sizes = LightGBMText.numbers(text), sizes.count == starts.count else {
      return fault("there are \(starts.count) trees, and the sizes of others")
    }
    for (size, (start, next)) in zip(sizes, zip(starts, starts.dropFirst())) where size != next - start {
      return fault("a tree of \(next - start) bytes has \(size) for its size")
    }
    // Where the last one ends does not matter.
  }
}
