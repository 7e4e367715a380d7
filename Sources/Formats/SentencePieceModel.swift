package import ByteParsing

/// SentencePiece's models: pieces with their scores, and how text is trained on and normalised.
///
/// Source: SentencePiece, `src/sentencepiece_model.proto`; `src/normalizer.cc` (`DecodePrecompiledCharsMap`).
package struct SentencePieceModel {
  package private(set) var pieces = 0
  /// Why the table of characters would be read outside its bytes; nil where it fits.
  package private(set) var fault: String?

  private var reader: ProtobufReader
  private static let textLimit = 64 << 10
  private static let mapLimit = 16 << 20

  private init(_ input: Input) { reader = ProtobufReader(input) }

  /// Whether the first fields are pieces: a text, a score, a type.
  package static func recognize(_ input: Input) -> Bool {
    var model = SentencePieceModel(input)
    for _ in 0..<3 {
      guard let field = try? model.reader.next(until: input.count), field.number == 1,
        let range = field.range,
        (try? model.readPiece(until: range.upperBound)) == true
      else { return false }
    }
    return true
  }

  /// Reads a whole model.
  ///
  /// - Throws: `.malformed` for a field that the schema does not have, `.limit`, `.truncated`.
  package init(parsing input: Input) throws(ParseError) {
    self.init(input)
    while let field = try reader.next(until: input.count) {
      guard let range = field.range else {
        throw ParseError(.malformed, at: field.offset, "field of a SentencePiece model")
      }
      switch field.number {
      case 1:
        pieces += 1
        guard try readPiece(until: range.upperBound) else {
          throw ParseError(.malformed, at: field.offset, "piece of a SentencePiece model")
        }
      case 3, 5: try readNormalizer(until: range.upperBound)
      case 2, 4: try reader.skip(field)
      default:
        throw ParseError(.malformed, at: field.offset, "field \(field.number) of a SentencePiece model")
      }
    }
  }

  /// - Returns: whether it is a piece: it has a text, and nothing but a score and a type besides.
  private mutating func readPiece(until end: Int) throws(ParseError) -> Bool {
    var hasText = false
    while let field = try reader.next(until: end) {
      switch (field.number, field.value) {
      case (1, .bytes):
        _ = try reader.read(field, limit: Self.textLimit, "piece")
        hasText = true
      case (2, .number), (3, .number): break
      default: return false
      }
    }
    return hasText
  }

  private mutating func readNormalizer(until end: Int) throws(ParseError) {
    while let field = try reader.next(until: end) {
      guard field.number == 2, field.range != nil else {
        try reader.skip(field)
        continue
      }
      let map = try reader.read(field, limit: Self.mapLimit, "table of characters")
      if map.isEmpty { continue }
      let size = map.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
      if map.count <= 4 || size >= map.count {
        fault = "the table of characters is \(size) of \(map.count) bytes"
      }
    }
  }
}
