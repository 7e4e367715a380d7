import Findings
import Pickle
import TestSupport
import Testing

/// Formats of numbers and texts that nothing runs: what fits together is allowed, what does not is not.
@Suite struct DataFormatTests {
  private typealias Builder = DataFormatBuilder

  private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

  struct Whole: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    var format: String?
  }

  static let whole = [
    Whole(testDescription: "Flax", bytes: Builder.parameters, format: "msgpack"),
    Whole(testDescription: "UBJSON", bytes: Builder.tree([1, -1, -1], [2, -1, -1]), format: "ubjson"),
    Whole(
      testDescription: "XGBoost", bytes: Builder.binary(children: [(1, 2), (-1, -1), (-1, -1)]),
      format: "xgboost"),
    Whole(testDescription: "LightGBM", bytes: TreeModelBuilder.lightGBM(), format: "lightgbm"),
    Whole(testDescription: "NNEF", bytes: Builder.nnef(), format: "nnef"),
    Whole(testDescription: "NNEF tensor", bytes: Builder.tensor, format: "nnef-tensor"),
    Whole(testDescription: "word2vec", bytes: Builder.vectors, format: "word2vec"),
    Whole(testDescription: "fastText", bytes: Builder.fastText(hasMagic: true), format: "fasttext"),
    Whole(testDescription: "old fastText", bytes: Builder.fastText(hasMagic: false), format: "fasttext"),
    Whole(testDescription: "CRFsuite", bytes: Builder.crfSuite(), format: "crfsuite"),
    Whole(testDescription: "CatBoost", bytes: Builder.catBoost(), format: "catboost"),
    Whole(testDescription: "SentencePiece", bytes: Builder.sentencePiece(), format: "sentencepiece"),
    Whole(testDescription: "PNG", bytes: Builder.png, format: "image"),
    Whole(testDescription: "JPEG", bytes: Builder.jpeg, format: "image"),
    Whole(testDescription: "GIF", bytes: Builder.gif, format: "image"),
    Whole(testDescription: "WebP", bytes: Builder.webp, format: "image"),
    Whole(testDescription: "BMP", bytes: Builder.bmp, format: "image"),
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
      "a key that makes objects", Builder.map([("__reduce__", Builder.packed("some words"))]),
      "config.object-constructor",
      .review),
    JudgedSample(
      "an array of objects",
      Builder.map([("kind", Builder.packed("O")), ("data", Builder.packed("some words"))]),
      "config.object-constructor", .review),
    JudgedSample(
      "an array of objects of Flax", Builder.map([("w", Builder.array("object"))]),
      "config.object-constructor", .review),
    JudgedSample(
      "an unknown extension", Builder.map([("w", Builder.array(extension: 9))]), "data.irregular", .review),
    JudgedSample(
      "UBJSON: a child outside", Builder.tree([3, -1, -1], [2, -1, -1]), "data.irregular", .review),
    JudgedSample("UBJSON: a circle", Builder.tree([1, 0, -1], [2, -1, -1]), "data.irregular", .review),
    JudgedSample("UBJSON: lists of two lengths", Builder.tree([1, -1], [-1]), "data.irregular", .review),
    JudgedSample(
      "XGBoost: a child outside", Builder.binary(children: [(1, 9), (-1, -1)]), "data.irregular", .review),
    JudgedSample(
      "XGBoost: two parents", Builder.binary(children: [(1, 1), (-1, -1)]), "data.irregular", .review),
    JudgedSample(
      "LightGBM: a child outside", TreeModelBuilder.lightGBM(("left_child=1 -1", "left_child=2 -1")),
      "data.irregular",
      .review),
    JudgedSample(
      "LightGBM: a leaf outside", TreeModelBuilder.lightGBM(("right_child=-2 -3", "right_child=-2 -9")),
      "data.irregular",
      .review),
    JudgedSample(
      "LightGBM: a circle", TreeModelBuilder.lightGBM(("left_child=1 -1", "left_child=1 1")),
      "data.irregular",
      .review),
    JudgedSample(
      "LightGBM: a feature outside", TreeModelBuilder.lightGBM(("split_feature=0 3", "split_feature=0 4")),
      "data.irregular",
      .review),
    JudgedSample(
      "NNEF: a file elsewhere", Builder.nnef(label: "../../etc/x"), "config.path-traversal", .deny),
    JudgedSample(
      "SentencePiece: a table outside", Builder.sentencePiece(map: [9, 0, 0, 0, 7]), "data.irregular",
      .review),
    JudgedSample(
      "CRFsuite: a label that is not there", Builder.crfSuite(label: 1), "data.irregular", .review),
    JudgedSample(
      "a pickle behind a picture", Builder.png + pickle([.proto(2)] + TorchBuilder.hostileCall + [.stop]),
      "pickle.dangerous-call", .deny),
    JudgedSample(
      "a pickle in a map",
      Builder.map([("w", [0xC4, 12] + pickle(.proto(2), .none, .stop) + Array(repeating: 0, count: 8))]),
      "pickle.carried-pickle", .review),
    JudgedSample(
      "a pickle across numbers and texts",
      [0xDC, 0, 30] + pickle([.proto(0)] + TorchBuilder.hostileCall + [.stop])
        + Array(repeating: 0, count: 200),
      "pickle.dangerous-call", .deny),
  ]

  @Test(arguments: refused) func `what does not fit together is not allowed`(_ sample: JudgedSample) {
    sample.check()
  }

  @Test func `counts that the bytes cannot hold are refused`() {
    let samples: [[UInt8]] = [
      Builder.catBoost(start: 1), [0xDD, 0xFF, 0xFF, 0xFF, 0xFF],
      [0x81, 0xA1, 0x61, 0xC6, 0xFF, 0xFF, 0xFF, 0xFF],
      [0x9F] + Array(repeating: [0xA1, 0xFF], count: 15).joined(),
      Array(repeating: 0x91, count: 10_000) + [0xC0],
      Self.text("{i\u{1}a[$Z#l") + [0x7F, 0xFF, 0xFF, 0xFF],
      Self.text("{i\u{1}a") + Array(repeating: UInt8(ascii: "["), count: 10_000),
      Builder.fastText(hasMagic: true, rows: 1 << 62),
      Self.text("99 2\nking ") + Array(repeating: 0x8F, count: 8),
      TreeModelBuilder.lightGBM(("end of trees", "end")),
      TreeModelBuilder.lightGBM(("Tree=0", "Tree=0\u{1}")),
    ]
    for bytes in samples { #expect(Examination.report(bytes).verdict > .allow) }
  }
}
