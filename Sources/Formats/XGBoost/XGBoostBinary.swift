package import ByteParsing

/// XGBoost's binary format of before JSON: C structures one after the other, without a magic number.
///
/// Source: XGBoost 1.x, `src/learner.cc` (`LearnerIO::Load`), `src/gbm/gbtree_model.cc`, `src/tree/tree_model.cc`.
package struct XGBoostBinary {
  private var stream: StreamReader
  /// What leads out of the model.
  package private(set) var faults: [String] = []
  package private(set) var attributes: [[UInt8]] = []
  /// Whether the model is a booster in memory, whose settings follow it.
  package private(set) var hasSettings = false
  package var end: Int { stream.offset }

  private var learner = XGBoostLearner()

  /// Bytes of `LearnerModelParam`.
  private static let learnerSize = 136
  private static let treeParametersSize = 148
  private static let modelParametersSize = 160
  private static let linearParametersSize = 136
  private static let nodeSize = 20
  private static let statisticsSize = 16
  private static let countLimit: UInt64 = 1 << 24

  /// What a booster in memory begins with (`LearnerIO::Save`), before where its settings are in eight bytes.
  private static let memoryBeginning = "CONFIG-offset:"
  private static let beginningLimit = memoryBeginning.utf8.count + 8 + 4

  /// Where the model begins, behind the optional `binf`.
  private static func start(_ bytes: [UInt8]) -> Int {
    let start = isInMemory(bytes) ? memoryBeginning.utf8.count + 8 : 0
    return bytes.dropFirst(start).starts(with: "binf".utf8) ? start + 4 : start
  }

  private static func isInMemory(_ bytes: [UInt8]) -> Bool { bytes.starts(with: memoryBeginning.utf8) }

  /// Whether the names of an objective and of a booster stand where they have to.
  package static func begins(_ bytes: [UInt8]) -> Bool {
    var position = start(bytes) + learnerSize
    guard let objective = name(bytes, &position), objective.contains(where: { $0 >= 0x61 }),
      let booster = name(bytes, &position)
    else { return false }
    return ["gbtree", "gblinear", "dart"].contains { booster.elementsEqual($0.utf8) }
  }

  private static func name(_ bytes: [UInt8], _ position: inout Int) -> ArraySlice<UInt8>? {
    guard bytes.count >= position + 8, bytes[position] > 0, bytes[position] < 64,
      bytes[(position + 1)..<(position + 8)].allSatisfy({ $0 == 0 })
    else { return nil }
    let count = Int(bytes[position])
    position += 8
    guard bytes.count >= position + count else { return nil }
    defer { position += count }
    let name = bytes[position..<position + count]
    return name.allSatisfy { 0x21..<0x7F ~= $0 } ? name : nil
  }

  /// Reads a whole model.
  ///
  /// - Throws: `.truncated`, `.limit`.
  package init(parsing input: Input) throws(ParseError) {
    let beginning = try input.prefix(Self.beginningLimit)
    hasSettings = Self.isInMemory(beginning)
    stream = StreamReader(input, at: Self.start(beginning))
    try read()
    if let fault = learner.fault() { faults.append(fault) }
  }

  private mutating func read() throws(ParseError) {
    let start = stream.offset
    try stream.skip(4, "learner's parameters")
    learner.parameters["num_feature"] = Int(try stream.readInteger(width: 4, "learner's parameters"))
    learner.parameters["num_class"] = try readSigned("learner's parameters")
    let hasAttributes = try stream.readInteger(width: 4, "learner's parameters") != 0
    let hasMetrics = try stream.readInteger(width: 4, "learner's parameters") != 0
    try stream.skip(8, "learner's parameters")
    // Libraries of before 1.6 have a zero here.
    learner.parameters["num_target"] = try readSigned("learner's parameters")
    try stream.skip(Self.learnerSize - (stream.offset - start), "learner's parameters")
    _ = try readText("objective")
    let booster = try readText("booster")
    if booster.elementsEqual("gblinear".utf8) { try readWeights() } else { try readTrees() }
    if booster.elementsEqual("dart".utf8), learner.parameters["num_trees"] != 0 {
      let count = try readCount(width: 8, "weights of the trees")
      learner.treeWeights = count
      try stream.skip(count * 4, "weights of the trees")
    }
    if hasAttributes {
      for _ in 0..<(try readCount(width: 8, "attributes")) {
        _ = try readText("attribute")
        attributes.append(try readText("attribute"))
      }
    }
    if hasMetrics { for _ in 0..<(try readCount(width: 8, "metrics")) { _ = try readText("metric") } }
  }

  private mutating func readCount(width: Int, _ field: StaticString) throws(ParseError) -> Int {
    let offset = stream.offset
    let count = try stream.readInteger(width: width, field)
    guard count <= Self.countLimit else { throw ParseError(.limit, at: offset, "\(count) of \(field)") }
    return Int(count)
  }

  private mutating func readText(_ field: StaticString) throws(ParseError) -> [UInt8] {
    try stream.readBytes(try readCount(width: 8, field), limit: 1 << 24, field)
  }

  /// The weights of a linear model (`src/gbm/gblinear_model.cc`).
  private mutating func readWeights() throws(ParseError) {
    try stream.skip(Self.linearParametersSize, "parameters of a linear model")
    let count = try readCount(width: 8, "weights of a linear model")
    learner.linearWeights = count
    try stream.skip(count * 4, "weights of a linear model")
  }

  private mutating func readTrees() throws(ParseError) {
    let count = try readCount(width: 4, "number of trees")
    try stream.skip(Self.modelParametersSize - 4, "parameters of the trees")
    learner.parameters["num_trees"] = count
    learner.hasTrees = true
    for _ in 0..<count { try readTree() }
    var groups: [Int] = []
    for _ in 0..<count { groups.append(try readSigned("groups of the trees")) }
    learner.groups = groups
  }

  private mutating func readTree() throws(ParseError) {
    try stream.skip(4, "parameters of a tree")
    let nodes = try readCount(width: 4, "nodes of a tree")
    try stream.skip(12, "parameters of a tree")
    let outputs = try readSigned("parameters of a tree")
    try stream.skip(Self.treeParametersSize - 24, "parameters of a tree")
    var parents: [Int] = []
    var left: [Int] = []
    var right: [Int] = []
    var features: [Int] = []
    for _ in 0..<nodes {
      parents.append(try readSigned("node of a tree") & Self.highBitMask)
      left.append(try readSigned("node of a tree"))
      right.append(try readSigned("node of a tree"))
      features.append(try readSigned("node of a tree") & Self.highBitMask)
      try stream.skip(Self.nodeSize - 16, "node of a tree")
    }
    try stream.skip(nodes * Self.statisticsSize, "statistics of a tree")
    var tree = XGBoostTree()
    tree.numbers = [
      "parents": parents, "left_children": left, "right_children": right, "split_indices": features,
    ]
    tree.counts = tree.numbers.mapValues(\.count)
    if let fault = tree.fault(), faults.count < 16 { faults.append(fault) }
    // A tree of several outputs would have more behind its nodes, which no version of the library writes.
    if !(0...1 ~= outputs), faults.count < 16 { faults.append("a leaf has \(outputs) numbers") }
    learner.add(tree)
  }

  /// All bits but the highest, which says something else (`RegTree::Node`).
  private static let highBitMask = 0x7FFF_FFFF

  private mutating func readSigned(_ field: StaticString) throws(ParseError) -> Int {
    Int(Int32(truncatingIfNeeded: try stream.readInteger(width: 4, field)))
  }
}
