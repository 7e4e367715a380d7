package import ByteParsing

/// CatBoost's binary models: `CBM1`, the length of a FlatBuffer, and the FlatBuffer.
///
/// Source: CatBoost, `catboost/libs/model/model.cpp` (`TFullModel::Load`), `flatbuffers/model.fbs`; CatBoost verifies the
/// buffer itself before it reads the trees.
package struct CatBoostModel {
  package static let magic: [UInt8] = Array("CBM1".utf8)

  /// Texts that the trainer left in the model, and where they stand.
  package private(set) var texts: [(bytes: [UInt8], offset: Int)] = []
  /// Where the FlatBuffer ends.
  package let end: Int

  private static let start = 8
  private static let entryLimit = 4096
  private static let textLimit = 64 << 20

  /// - Throws: `.unsupported` for another version and for a model with parts behind it, `.malformed`, `.truncated`.
  package init(parsing input: Input) throws(ParseError) {
    var stream = StreamReader(input, at: 4)
    let count = Int(try stream.readInteger(width: 4, "size of the model"))
    var buffer = FlatBuffer(try input.slice(at: Self.start, count: count, "model"))
    end = Self.start + count
    let root = try buffer.table(at: try buffer.follow(0, "root"), "model")
    let version = try buffer.text(root, 4, "version") ?? ""
    guard version.hasPrefix("FlabuffersModel_v") else {
      throw ParseError(.unsupported, at: Self.start, "CatBoost model of another version")
    }
    guard try buffer.vector(root, 10, width: 4, "parts").count == 0 else {
      throw ParseError(.unsupported, at: Self.start, "CatBoost model with parts")
    }
    try Self.checkTrees(&buffer, root)
    for entry in try buffer.tables(root, 8, limit: Self.entryLimit, "information") {
      _ = try buffer.text(entry, 4, limit: Self.textLimit, "key")
      let text = try buffer.text(entry, 6, limit: Self.textLimit, "value") ?? ""
      texts.append((Array(text.utf8), Self.start + entry.position))
    }
  }

  /// Each tree's splits, and the splits that there are.
  private static func checkTrees(_ buffer: inout FlatBuffer, _ root: FlatBuffer.Table) throws(ParseError) {
    guard let position = try buffer.field(root, 6, width: 4, "trees") else { return }
    let trees = try buffer.table(at: try buffer.follow(position, "trees"), "trees")
    let splits = try buffer.vector(trees, 6, width: 4, "splits")
    let sizes = try buffer.vector(trees, 8, width: 4, "sizes of trees")
    let starts = try buffer.vector(trees, 10, width: 4, "beginnings of trees")
    guard sizes.count == starts.count else {
      throw ParseError(
        .malformed, at: trees.position, "\(sizes.count) sizes and \(starts.count) beginnings of trees")
    }
    for index in 0..<sizes.count {
      let size = try buffer.integer(at: sizes.start + 4 * index, width: 4, "size of a tree")
      let start = try buffer.integer(at: starts.start + 4 * index, width: 4, "beginning of a tree")
      guard start + size <= UInt64(splits.count) else {
        throw ParseError(.malformed, at: trees.position, "tree outside the splits")
      }
    }
  }
}
