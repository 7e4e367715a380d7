/// Makes small files of formats that are numbers and texts, as their writers do, and such as those do not.
package enum DataFormatBuilder {
  private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

  // MARK: MessagePack

  /// A short text of MessagePack.
  package static func packed(_ text: String) -> [UInt8] {
    [0xA0 | UInt8(text.utf8.count)] + Array(text.utf8)
  }

  /// A small map of MessagePack.
  package static func map(_ members: [(String, [UInt8])]) -> [UInt8] {
    [0x80 | UInt8(members.count)] + members.flatMap { packed($0.0) + $0.1 }
  }

  /// An array as Flax packs it: its shape, its type and its bytes, in an extension.
  package static func array(_ type: String = "float32", extension code: UInt8 = 1) -> [UInt8] {
    let inner = [0x93, 0x91, 0x02] + packed(type) + [0xC4, 8] + Array(repeating: UInt8(7), count: 8)
    return [0xC7, UInt8(inner.count), code] + inner
  }

  /// Parameters of Flax.
  package static let parameters = map([
    ("params", map([("w", array()), ("b", [0xCB] + Array(repeating: 0, count: 8))]))
  ])

  // MARK: XGBoost

  private static func key(_ text: String) -> [UInt8] { [0x69, UInt8(text.utf8.count)] + Array(text.utf8) }

  private static func integers(_ values: [Int32]) -> [UInt8] {
    Array("[$l#i".utf8) + [UInt8(values.count)] + values.flatMap { littleEndian($0.byteSwapped) }
  }

  /// One tree of XGBoost, as UBJSON.
  package static func tree(_ left: [Int32], _ right: [Int32]) -> [UInt8] {
    text("{") + key("left_children") + integers(left) + key("right_children") + integers(right)
      + key("name")
      + text("Si\u{1}a") + key("x") + text("[$d#i") + [2] + Array(repeating: 0, count: 8) + key("y")
      + text("[i") + [1] + text("TZ]") + text("}")
  }

  /// XGBoost's binary model that is linear in four features.
  package static func binaryLinear(weights: Int = 5) -> [UInt8] {
    var bytes = littleEndian(Float(0.5).bitPattern) + littleEndian(UInt32(4))
    bytes += Array(repeating: 0, count: 128)
    for name in ["reg:linear", "gblinear"] {
      bytes += littleEndian(UInt64(name.utf8.count)) + Array(name.utf8)
    }
    return bytes + Array(repeating: 0, count: 136) + littleEndian(UInt64(weights))
      + Array(repeating: 0, count: 4 * weights)
  }

  /// XGBoost's binary model with one tree.
  ///
  /// - Parameter parents: of each node but the root; nil for those that the children say.
  package static func binary(
    children: [(Int32, Int32)], parents: [Int32]? = nil, group: Int32 = 0, features: Int32 = 4
  ) -> [UInt8] {
    var bytes = littleEndian(Float(0.5).bitPattern) + littleEndian(UInt32(features))
    bytes += Array(repeating: 0, count: 128)
    for name in ["binary:logistic", "gbtree"] {
      bytes += littleEndian(UInt64(name.utf8.count)) + Array(name.utf8)
    }
    bytes += littleEndian(UInt32(1)) + Array(repeating: 0, count: 156)
    bytes +=
      littleEndian(UInt32(1)) + littleEndian(UInt32(children.count)) + Array(repeating: 0, count: 140)
    for (node, (left, right)) in children.enumerated() {
      let above = Int32(children.firstIndex { $0.0 == node || $0.1 == node } ?? -1)
      // The highest bit says that a node is a left child.
      let parent = node == 0 ? -1 : (parents?[node - 1] ?? above) | (node == 1 ? .min : 0)
      bytes +=
        littleEndian(parent) + littleEndian(left) + littleEndian(right) + littleEndian(Int32(3) | .min)
        + Array(repeating: 0, count: 4)
    }
    return bytes + Array(repeating: 0, count: 16 * children.count) + littleEndian(group)
  }

  // MARK: NNEF

  /// A graph of NNEF with one variable.
  package static func nnef(label: String = "a/b") -> [UInt8] {
    text(
      """
      # A graph.
      version 1.0;

      graph g(input) -> (output)
      {
        input = external<scalar>(shape = [2, 2]);
        w = variable<scalar>(label = '\(label)', shape = [2, 2]);
        output = mul(input, w) + 1.0;
      }

      """)
  }

  /// A tensor of NNEF.
  package static let tensor =
    [0x4E, 0xEF, 1, 0] + littleEndian(UInt32(8)) + littleEndian(UInt32(1))
    + Array(repeating: UInt8(0), count: 116)
    + Array(repeating: UInt8(1), count: 8)

  // MARK: Words

  /// What Git LFS leaves in the place of a file.
  package static let gitLFSPointer = text(
    "version https://git-lfs.github.com/spec/v1\noid sha256:\(String(repeating: "4d", count: 32))\nsize 12345\n"
  )

  /// Two words of word2vec.
  package static let vectors =
    text("2 2\nking ") + Array(repeating: 0x8F, count: 8) + text("\nqueen ")
    + Array(repeating: 0x8F, count: 8)

  /// fastText's model of one word.
  package static func fastText(hasMagic: Bool, rows: UInt64 = 1) -> [UInt8] {
    var bytes: [UInt8] = hasMagic ? [0xBA, 0x16, 0x4F, 0x2F] + littleEndian(UInt32(12)) : []
    for value in [2, 5, 5, 5, 5, 1, 2, 2, 100, 3, 6, 100] as [UInt32] { bytes += littleEndian(value) }
    bytes +=
      Array(repeating: 0, count: 8) + littleEndian(UInt32(1)) + littleEndian(UInt32(1))
      + littleEndian(UInt32(0))
    bytes += littleEndian(UInt64(1))
    if hasMagic { bytes += littleEndian(Int64(-1)) }
    bytes += text("word") + [0] + littleEndian(UInt64(1)) + [0]
    for _ in 0..<2 {
      if hasMagic { bytes.append(0) }
      bytes += littleEndian(rows) + littleEndian(UInt64(2)) + Array(repeating: 0, count: 8)
    }
    return bytes
  }

  /// CRFsuite's model of one feature.
  package static func crfSuite(label: UInt32 = 0) -> [UInt8] {
    let features =
      text("FEAT") + littleEndian(UInt32(32)) + littleEndian(UInt32(1)) + littleEndian(UInt32(0))
      + littleEndian(UInt32(0)) + littleEndian(label) + Array(repeating: 0, count: 8)
    let table = text("CQDB") + littleEndian(UInt32(24 + 2048)) + Array(repeating: 0, count: 16 + 2048)
    let references = text("LFRF") + littleEndian(UInt32(12)) + littleEndian(UInt32(0))
    let start = 48
    var offsets = [start]
    for part in [features, table, table, references] { offsets.append((offsets.last ?? 0) + part.count) }
    let size = (offsets.last ?? 0) + references.count
    return text("lCRF") + littleEndian(UInt32(size)) + text("FOMC") + littleEndian(UInt32(100))
      + littleEndian(UInt32(1))
      + littleEndian(UInt32(1)) + littleEndian(UInt32(1)) + offsets.flatMap { littleEndian(UInt32($0)) }
      + features + table
      + table + references + references
  }

  /// CatBoost's model of one tree.
  package static func catBoost(start: Int32 = 0) -> [UInt8] {
    let buffer = FlatBufferBuilder.build(
      .table([
        4: .text("FlabuffersModel_v1"),
        6: .table([6: .integers([1, 2]), 8: .integers([2]), 10: .integers([start])]),
        8: .tables([.table([4: .text("params"), 6: .text("{\"depth\": 2}")])]),
      ]), identifier: "    ")
    return text("CBM1") + littleEndian(UInt32(buffer.count)) + buffer
  }

  /// SentencePiece's model of three pieces.
  package static func sentencePiece(map: [UInt8] = [1, 0, 0, 0, 7, 7]) -> [UInt8] {
    let pieces = ["<unk>", "a", "b"].flatMap { piece in
      Protobuf.bytes(1, Protobuf.text(1, piece) + [0x15, 0, 0, 0, 0] + Protobuf.number(3, 1))
    }
    return pieces + Protobuf.bytes(2, Protobuf.text(1, "/corpus.txt"))
      + Protobuf.bytes(3, Protobuf.text(1, "nfkc") + Protobuf.bytes(2, map))
  }

  // MARK: Pictures

  package static let png =
    [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + [0, 0, 0, 1] + text("IHDR") + [7, 1, 2, 3, 4] + [
      0, 0, 0, 0,
    ]
    + text("IEND") + [1, 2, 3, 4]
  package static let jpeg: [UInt8] =
    [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xDA, 0, 3, 1, 0x11, 0xFF, 0, 0xFF, 0xD0, 0x22, 0xFF, 0xD9]
  package static let gif =
    text("GIF89a") + [1, 0, 1, 0, 0x80, 0, 0] + [0, 0, 0, 1, 1, 1] + [0x21, 0xF9, 1, 9, 0]
    + [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B]
  package static let webp = text("RIFF") + littleEndian(UInt32(12)) + text("WEBPVP8 ") + [1, 2, 3, 4]
  package static let bmp =
    text("BM") + littleEndian(UInt32(30)) + [0, 0, 0, 0] + littleEndian(UInt32(26))
    + Array(repeating: 3, count: 16)
}
