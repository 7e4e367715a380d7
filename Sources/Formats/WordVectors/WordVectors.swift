package import ByteParsing

/// word2vec's binary format: a line with the number of words and of dimensions, then each word, a space, and its numbers.
///
/// Source: word2vec `distance.c`; gensim `models/keyedvectors.py` (`_load_word2vec_format`).
package enum WordVectors {
  private static let wordLimit = 4096
  private static let dimensionLimit = 1 << 16

  /// The two numbers of the first line, and where it ends; nil where it is no such line.
  package static func header(_ bytes: [UInt8]) -> (words: Int, dimensions: Int, end: Int)? {
    guard let end = bytes.prefix(64).firstIndex(of: 0x0A) else { return nil }
    let parts = bytes[..<end].split(separator: 0x20)
    guard parts.count == 2, parts.allSatisfy({ $0.allSatisfy { 0x30...0x39 ~= $0 } }),
      let words = Int(String(decoding: parts[0], as: UTF8.self)),
      let dimensions = Int(String(decoding: parts[1], as: UTF8.self)), words > 0,
      1...dimensionLimit ~= dimensions
    else { return nil }
    return (words, dimensions, end + 1)
  }

  /// Reads every word and passes its numbers.
  ///
  /// - Returns: where the file ends.
  /// - Throws: `.malformed` for a word that is longer than any, `.truncated`.
  package static func read(_ input: Input) throws(ParseError) -> Int {
    guard let header = header(try input.prefix(64)) else {
      throw ParseError(.malformed, at: 0, "word vectors")
    }
    var stream = StreamReader(input, at: header.end)
    for _ in 0..<header.words {
      try skipWord(&stream)
      try stream.skip(header.dimensions * 4, "numbers of a word")
      if !stream.isAtEnd, try stream.peekByte("word") == 0x0A { try stream.skip(1, "word") }
    }
    return stream.offset
  }

  private static func skipWord(_ stream: inout StreamReader) throws(ParseError) {
    let start = stream.offset
    while true {
      let byte = try stream.readByte("word")
      if byte == 0x20 { return }
      guard stream.offset - start <= wordLimit, byte != 0 else {
        throw ParseError(.malformed, at: start, "word of word vectors")
      }
    }
  }
}

/// fastText's models, with and without the magic number that came later.
///
/// Source: fastText `src/fasttext.cc` (`loadModel`), `src/dictionary.cc`, `src/args.cc`.
package enum FastText {
  package static let magic: [UInt8] = [0xBA, 0x16, 0x4F, 0x2F]

  private static let wordLimit = 64 << 10

  /// Whether the arguments of training stand here: a dimension, a model and a loss that there are.
  package static func begins(_ bytes: [UInt8]) -> Bool {
    if bytes.starts(with: magic) { return true }
    guard bytes.count >= 56 else { return false }
    let values = (0..<12).map { index in
      bytes[(4 * index)..<(4 * index + 4)].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
    return 1...4096 ~= values[0] && 1...1000 ~= values[1] && 1...100_000 ~= values[2] && values[3] < 1 << 20
      && values[4] < 1 << 20 && values[5] < 100 && 1...4 ~= values[6] && 1...3 ~= values[7]
      && values[9] < 100
      && values[10] < 100
  }

  /// Reads the dictionary and passes the matrices.
  ///
  /// - Returns: where the file ends.
  /// - Throws: `.unsupported` for a version or a quantized model, `.malformed`, `.truncated`.
  package static func read(_ input: Input) throws(ParseError) -> Int {
    var stream = StreamReader(input)
    let hasMagic = try input.prefix(4) == magic
    var version: UInt64 = 0
    if hasMagic {
      try stream.skip(4, "magic")
      version = try stream.readInteger(width: 4, "version")
      guard 11...12 ~= version else { throw ParseError(.unsupported, at: 4, "fastText version \(version)") }
    }
    try stream.skip(56, "arguments")
    try readDictionary(&stream, isPruned: hasMagic)
    for _ in 0..<2 {
      if hasMagic, try stream.readByte("quantization") != 0 {
        throw ParseError(.unsupported, at: stream.offset, "quantized fastText model")
      }
      try skipMatrix(&stream)
    }
    return stream.offset
  }

  private static func readDictionary(_ stream: inout StreamReader, isPruned: Bool) throws(ParseError) {
    let count = try stream.readInteger(width: 4, "size of the dictionary")
    try stream.skip(16, "counts of the dictionary")
    let pruned = isPruned ? Int64(bitPattern: try stream.readInteger(width: 8, "pruned words")) : -1
    guard count <= UInt64(stream.remaining) else {
      throw ParseError(.truncated, at: stream.offset, "words of the dictionary")
    }
    for _ in 0..<count {
      let start = stream.offset
      while try stream.readByte("word") != 0 {
        guard stream.offset - start <= wordLimit else {
          throw ParseError(.malformed, at: start, "word of a dictionary")
        }
      }
      try stream.skip(9, "count of a word")
    }
    if pruned > 0 {
      guard pruned <= stream.remaining / 8 else {
        throw ParseError(.truncated, at: stream.offset, "pruned words")
      }
      try stream.skip(Int(pruned) * 8, "pruned words")
    }
  }

  private static func skipMatrix(_ stream: inout StreamReader) throws(ParseError) {
    let offset = stream.offset
    let rows = try stream.readInteger(width: 8, "rows of a matrix")
    let columns = try stream.readInteger(width: 8, "columns of a matrix")
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard !overflow, count <= UInt64(stream.remaining / 4) else {
      throw ParseError(.malformed, at: offset, "matrix larger than the file")
    }
    try stream.skip(Int(count) * 4, "matrix")
  }
}
