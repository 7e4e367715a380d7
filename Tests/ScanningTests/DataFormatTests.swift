import Findings
import Pickle
import TestSupport
import Testing

/// Formats of numbers and texts that nothing runs: what fits together is allowed, what does not is not.
@Suite struct DataFormatTests {
  private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

  // MARK: MessagePack

  private static func packed(_ text: String) -> [UInt8] {
    [0xA0 | UInt8(text.utf8.count)] + Array(text.utf8)
  }

  private static func map(_ members: [(String, [UInt8])]) -> [UInt8] {
    [0x80 | UInt8(members.count)] + members.flatMap { packed($0.0) + $0.1 }
  }

  /// An array as Flax packs it: its shape, its type and its bytes, in an extension.
  private static func array(_ type: String = "float32", extension code: UInt8 = 1) -> [UInt8] {
    let inner = [0x93, 0x91, 0x02] + packed(type) + [0xC4, 8] + Array(repeating: UInt8(7), count: 8)
    return [0xC7, UInt8(inner.count), code] + inner
  }

  private static let parameters = map([
    ("params", map([("w", array()), ("b", [0xCB] + Array(repeating: 0, count: 8))]))
  ])

  // MARK: XGBoost

  private static func key(_ text: String) -> [UInt8] { [0x69, UInt8(text.utf8.count)] + Array(text.utf8) }

  private static func integers(_ values: [Int32]) -> [UInt8] {
    Array("[$l#i".utf8) + [UInt8(values.count)] + values.flatMap { littleEndian($0.byteSwapped) }
  }

  private static func tree(_ left: [Int32], _ right: [Int32]) -> [UInt8] {
    text("{") + key("left_children") + integers(left) + key("right_children") + integers(right)
      + key("name")
      + text("Si\u{1}a") + key("x") + text("[$d#i") + [2] + Array(repeating: 0, count: 8) + key("y")
      + text("[i") + [1] + text("TZ]") + text("}")
  }

  private static func binary(children: [(Int32, Int32)]) -> [UInt8] {
    var bytes = Array(repeating: UInt8(0), count: 136)
    for name in ["binary:logistic", "gbtree"] {
      bytes += littleEndian(UInt64(name.utf8.count)) + Array(name.utf8)
    }
    bytes += littleEndian(UInt32(1)) + Array(repeating: 0, count: 156)
    bytes +=
      littleEndian(UInt32(1)) + littleEndian(UInt32(children.count)) + Array(repeating: 0, count: 140)
    for (left, right) in children {
      bytes +=
        littleEndian(Int32(-1)) + littleEndian(left) + littleEndian(right) + Array(repeating: 0, count: 8)
    }
    return bytes + Array(repeating: 0, count: 16 * children.count + 4)
  }

  // MARK: LightGBM and NNEF

  private static func lightGBM(_ change: (String, String) = ("", "")) -> [UInt8] {
    var model = """
      tree
      version=v4
      max_feature_idx=3

      Tree=0
      num_leaves=3
      split_feature=0 3
      left_child=1 -1
      right_child=-2 -3

      end of trees

      parameters:
      [boosting: gbdt]

      """
    if !change.0.isEmpty, let range = model.firstRange(of: change.0) {
      model.replaceSubrange(range, with: change.1)
    }
    return text(model)
  }

  private static func nnef(label: String = "a/b") -> [UInt8] {
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

  private static let tensor =
    [0x4E, 0xEF, 1, 0] + littleEndian(UInt32(8)) + littleEndian(UInt32(1))
    + Array(repeating: UInt8(0), count: 116)
    + Array(repeating: UInt8(1), count: 8)

  // MARK: Words

  private static let vectors =
    text("2 2\nking ") + Array(repeating: 0x8F, count: 8) + text("\nqueen ")
    + Array(repeating: 0x8F, count: 8)

  private static func fastText(hasMagic: Bool, rows: UInt64 = 1) -> [UInt8] {
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

  private static func crfSuite(label: UInt32 = 0) -> [UInt8] {
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

  private static func catBoost(start: Int32 = 0) -> [UInt8] {
    let buffer = FlatBufferBuilder.build(
      .table([
        4: .text("FlabuffersModel_v1"),
        6: .table([6: .integers([1, 2]), 8: .integers([2]), 10: .integers([start])]),
        8: .tables([.table([4: .text("params"), 6: .text("{\"depth\": 2}")])]),
      ]), identifier: "    ")
    return text("CBM1") + littleEndian(UInt32(buffer.count)) + buffer
  }

  private static func sentencePiece(map: [UInt8] = [1, 0, 0, 0, 7, 7]) -> [UInt8] {
    let pieces = ["<unk>", "a", "b"].flatMap { piece in
      Protobuf.bytes(1, Protobuf.text(1, piece) + [0x15, 0, 0, 0, 0] + Protobuf.number(3, 1))
    }
    return pieces + Protobuf.bytes(2, Protobuf.text(1, "/corpus.txt"))
      + Protobuf.bytes(3, Protobuf.text(1, "nfkc") + Protobuf.bytes(2, map))
  }

  // MARK: Pictures

  private static let png =
    [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + [0, 0, 0, 1] + text("IHDR") + [7, 1, 2, 3, 4] + [
      0, 0, 0, 0,
    ]
    + text("IEND") + [1, 2, 3, 4]
  private static let jpeg: [UInt8] =
    [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xDA, 0, 3, 1, 0x11, 0xFF, 0, 0xFF, 0xD0, 0x22, 0xFF, 0xD9]
  private static let gif =
    text("GIF89a") + [1, 0, 1, 0, 0x80, 0, 0] + [0, 0, 0, 1, 1, 1] + [0x21, 0xF9, 1, 9, 0]
    + [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B]
  private static let webp = text("RIFF") + littleEndian(UInt32(12)) + text("WEBPVP8 ") + [1, 2, 3, 4]
  private static let bmp =
    text("BM") + littleEndian(UInt32(30)) + [0, 0, 0, 0] + littleEndian(UInt32(26))
    + Array(repeating: 3, count: 16)

  struct Whole: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    var format: String?
  }

  static let whole = [
    Whole(testDescription: "Flax", bytes: parameters, format: "msgpack"),
    Whole(testDescription: "UBJSON", bytes: tree([1, -1, -1], [2, -1, -1]), format: "ubjson"),
    Whole(
      testDescription: "XGBoost", bytes: binary(children: [(1, 2), (-1, -1), (-1, -1)]), format: "xgboost"),
    Whole(testDescription: "LightGBM", bytes: lightGBM(), format: "lightgbm"),
    Whole(testDescription: "NNEF", bytes: nnef(), format: "nnef"),
    Whole(testDescription: "NNEF tensor", bytes: tensor, format: "nnef-tensor"),
    Whole(testDescription: "word2vec", bytes: vectors, format: "word2vec"),
    Whole(testDescription: "fastText", bytes: fastText(hasMagic: true), format: "fasttext"),
    Whole(testDescription: "old fastText", bytes: fastText(hasMagic: false), format: "fasttext"),
    Whole(testDescription: "CRFsuite", bytes: crfSuite(), format: "crfsuite"),
    Whole(testDescription: "CatBoost", bytes: catBoost(), format: "catboost"),
    Whole(testDescription: "SentencePiece", bytes: sentencePiece(), format: "sentencepiece"),
    Whole(testDescription: "PNG", bytes: png, format: "image"),
    Whole(testDescription: "JPEG", bytes: jpeg, format: "image"),
    Whole(testDescription: "GIF", bytes: gif, format: "image"),
    Whole(testDescription: "WebP", bytes: webp, format: "image"),
    Whole(testDescription: "BMP", bytes: bmp, format: "image"),
  ]

  @Test(arguments: whole) func `a whole file is allowed`(_ sample: Whole) {
    let report = Examination.report(sample.bytes)
    #expect(report.verdict == .allow, "\(report.summary)")
    #expect(sample.format.map { report.formats == [$0] } ?? true, "\(report.formats)")
  }

  /// Text goes on where a line is added to it; the others have an end.
  @Test(arguments: whole.filter { $0.format != "lightgbm" && $0.format != "nnef" })
  func `bytes behind a file are not allowed`(_ sample: Whole) { Damage.refuseTails(after: sample.bytes) }

  @Test(arguments: whole.filter { $0.format != "crfsuite" }) func `damage is borne`(_ sample: Whole) {
    Damage.bear(sample.bytes)
  }

  /// A text that is cut at a line, or a message that is cut between two fields, may be whole.
  @Test(arguments: whole.filter { !["lightgbm", "nnef", "crfsuite", "sentencepiece"].contains($0.format) })
  func `a file that was cut short is not allowed`(_ sample: Whole) {
    Damage.refuseTruncations(of: sample.bytes)
  }

  static let refused: [JudgedSample] = [
    JudgedSample(
      "a key that makes objects", map([("__reduce__", packed("some words"))]), "config.object-constructor",
      .review),
    JudgedSample(
      "an array of objects", map([("kind", packed("O")), ("data", packed("some words"))]),
      "config.object-constructor", .review),
    JudgedSample(
      "an array of objects of Flax", map([("w", array("object"))]), "config.object-constructor", .review),
    JudgedSample("an unknown extension", map([("w", array(extension: 9))]), "data.irregular", .review),
    JudgedSample("UBJSON: a child outside", tree([3, -1, -1], [2, -1, -1]), "data.irregular", .review),
    JudgedSample("UBJSON: a circle", tree([1, 0, -1], [2, -1, -1]), "data.irregular", .review),
    JudgedSample("UBJSON: lists of two lengths", tree([1, -1], [-1]), "data.irregular", .review),
    JudgedSample(
      "XGBoost: a child outside", binary(children: [(1, 9), (-1, -1)]), "data.irregular", .review),
    JudgedSample("XGBoost: two parents", binary(children: [(1, 1), (-1, -1)]), "data.irregular", .review),
    JudgedSample(
      "LightGBM: a child outside", lightGBM(("left_child=1 -1", "left_child=2 -1")), "data.irregular",
      .review),
    JudgedSample(
      "LightGBM: a leaf outside", lightGBM(("right_child=-2 -3", "right_child=-2 -9")), "data.irregular",
      .review),
    JudgedSample(
      "LightGBM: a circle", lightGBM(("left_child=1 -1", "left_child=1 1")), "data.irregular", .review),
    JudgedSample(
      "LightGBM: a feature outside", lightGBM(("split_feature=0 3", "split_feature=0 4")), "data.irregular",
      .review),
    JudgedSample("NNEF: a file elsewhere", nnef(label: "../../etc/x"), "config.path-traversal", .deny),
    JudgedSample(
      "SentencePiece: a table outside", sentencePiece(map: [9, 0, 0, 0, 7]), "data.irregular", .review),
    JudgedSample("CRFsuite: a label that is not there", crfSuite(label: 1), "data.irregular", .review),
    JudgedSample(
      "a pickle behind a picture", png + pickle([.proto(2)] + TorchBuilder.hostileCall + [.stop]),
      "pickle.dangerous-call", .deny),
    JudgedSample(
      "a pickle in a map",
      map([("w", [0xC4, 12] + pickle(.proto(2), .none, .stop) + Array(repeating: 0, count: 8))]),
      "pickle.carried-pickle", .review),
  ]

  @Test(arguments: refused) func `what does not fit together is not allowed`(_ sample: JudgedSample) {
    sample.check()
  }

  @Test func `counts that the bytes cannot hold are refused`() {
    let samples: [[UInt8]] = [
      Self.catBoost(start: 1), [0xDD, 0xFF, 0xFF, 0xFF, 0xFF],
      [0x81, 0xA1, 0x61, 0xC6, 0xFF, 0xFF, 0xFF, 0xFF],
      Array(repeating: 0x91, count: 10_000) + [0xC0],
      Self.text("{i\u{1}a[$Z#l") + [0x7F, 0xFF, 0xFF, 0xFF],
      Self.text("{i\u{1}a") + Array(repeating: UInt8(ascii: "["), count: 10_000),
      Self.fastText(hasMagic: true, rows: 1 << 62),
      Self.text("99 2\nking ") + Array(repeating: 0x8F, count: 8),
      Self.lightGBM(("end of trees", "end")), Self.lightGBM(("Tree=0", "Tree=0\u{1}")),
    ]
    for bytes in samples { #expect(Examination.report(bytes).verdict > .allow) }
  }
}
