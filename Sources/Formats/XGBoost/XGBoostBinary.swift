package import ByteParsing

/// XGBoost's binary format of before JSON: C structures one after the other, without a magic number.
///
/// Source: XGBoost 1.x, `src/learner.cc` (`LearnerIO::Load`), `src/gbm/gbtree_model.cc`, `src/tree/tree_model.cc`.
package struct XGBoostBinary {
  private var stream: StreamReader
  /// Why a tree's children would lead out of it.
  package private(set) var faults: [String] = []
  package private(set) var attributes: [[UInt8]] = []
  package var end: Int { stream.offset }

  /// Bytes of `LearnerModelParam`.
  private static let learnerSize = 136
  private static let treeParametersSize = 148
  private static let modelParametersSize = 160
  private static let nodeSize = 20
  private static let statisticsSize = 16
  private static let countLimit: UInt64 = 1 << 24

  /// Where the model begins, behind the optional `binf`.
  private static func start(_ bytes: [UInt8]) -> Int { bytes.starts(with: "binf".utf8) ? 4 : 0 }

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
  /// - Throws: `.unsupported` for a linear model, `.truncated`, `.limit`.
  package init(parsing input: Input) throws(ParseError) {
    stream = StreamReader(input, at: Self.start(try input.prefix(4)))
    try read()
  }

  private mutating func read() throws(ParseError) {
    let start = stream.offset
    try stream.skip(12, "learner's parameters")
    let hasAttributes = try stream.readInteger(width: 4, "learner's parameters") != 0
    let hasMetrics = try stream.readInteger(width: 4, "learner's parameters") != 0
    try stream.skip(Self.learnerSize - (stream.offset - start), "learner's parameters")
    _ = try readText("objective")
    let booster = try readText("booster")
    guard !booster.elementsEqual("gblinear".utf8) else {
      throw ParseError(.unsupported, at: stream.offset, "linear model of XGBoost")
    }
    let trees = try readTrees()
    if booster.elementsEqual("dart".utf8), trees > 0 {
      let count = try readCount(width: 8, "weights of the trees")
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

  /// - Returns: how many there are.
  private mutating func readTrees() throws(ParseError) -> Int {
    let count = try readCount(width: 4, "number of trees")
    try stream.skip(Self.modelParametersSize - 4, "parameters of the trees")
    for _ in 0..<count { try readTree() }
    try stream.skip(count * 4, "groups of the trees")
    return count
  }

  private mutating func readTree() throws(ParseError) {
    try stream.skip(4, "parameters of a tree")
    let nodes = try readCount(width: 4, "nodes of a tree")
    try stream.skip(Self.treeParametersSize - 8, "parameters of a tree")
    var left: [Int] = []
    var right: [Int] = []
    for _ in 0..<nodes {
      try stream.skip(4, "node of a tree")
      left.append(try readChild())
      right.append(try readChild())
      try stream.skip(Self.nodeSize - 12, "node of a tree")
    }
    try stream.skip(nodes * Self.statisticsSize, "statistics of a tree")
    if let fault = TreeArrays.fault(left: left, right: right), faults.count < 16 { faults.append(fault) }
  }

  private mutating func readChild() throws(ParseError) -> Int {
    Int(Int32(truncatingIfNeeded: try stream.readInteger(width: 4, "child of a node")))
  }
}
