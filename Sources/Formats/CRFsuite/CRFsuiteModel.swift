package import ByteParsing

/// CRFsuite's models: tables of features, labels and attributes, found by offsets in the header.
///
/// Source: CRFsuite `lib/crf/src/crf1d_model.c` (`crf1dm_new`), `lib/cqdb/src/cqdb.c`.
package struct CRFsuiteModel {
  package static let magic: [UInt8] = Array("lCRF".utf8)
  /// Numbers that point outside the file, or at features and labels that are not there.
  package private(set) var faults: [String] = []
  /// The length that the header says.
  package let size: Int

  private static let featureSize = 20

  /// - Throws: `.truncated` where the header is cut.
  package init(parsing input: Input) throws(ParseError) {
    var stream = StreamReader(input, at: 4)
    size = Int(try stream.readInteger(width: 4, "size"))
    try stream.skip(12, "type and version")
    let labels = try stream.readInteger(width: 4, "number of labels")
    let attributes = try stream.readInteger(width: 4, "number of attributes")
    var offsets: [Int] = []
    for _ in 0..<5 { offsets.append(Int(try stream.readInteger(width: 4, "offset of a table"))) }
    for offset in offsets where offset >= input.count || offset < 48 {
      faults.append("a table is outside the file")
    }
    guard faults.isEmpty else { return }
    try checkFeatures(input, at: offsets[0], labels, attributes)
    for offset in offsets[1...2] { try checkTable(input, at: offset) }
    for (offset, count) in [(offsets[3], labels), (offsets[4], attributes)] {
      try checkReferences(input, at: offset, count: count)
    }
  }

  /// Features name a source and a label.
  private mutating func checkFeatures(
    _ input: Input, at offset: Int, _ labels: UInt64, _ attributes: UInt64
  ) throws(ParseError) {
    var stream = StreamReader(input, at: offset)
    try stream.skip(8, "table of features")
    let count = try stream.readInteger(width: 4, "number of features")
    for _ in 0..<count {
      let type = try stream.readInteger(width: 4, "feature")
      let source = try stream.readInteger(width: 4, "feature")
      let label = try stream.readInteger(width: 4, "feature")
      try stream.skip(Self.featureSize - 12, "feature")
      guard label < labels, source < (type == 0 ? attributes : labels) else {
        faults.append("a feature names what is not there")
        return
      }
    }
  }

  /// A table of texts: 256 hash tables, each inside the table.
  private mutating func checkTable(_ input: Input, at offset: Int) throws(ParseError) {
    var stream = StreamReader(input, at: offset)
    try stream.skip(4, "table of texts")
    let size = try stream.readInteger(width: 4, "size of a table of texts")
    guard size <= UInt64(input.count - offset) else {
      faults.append("a table of texts is longer than the file")
      return
    }
    try stream.skip(16, "table of texts")
    for _ in 0..<256 {
      let start = try stream.readInteger(width: 4, "hash table")
      let count = try stream.readInteger(width: 4, "hash table")
      guard count == 0 || start <= size && count <= (size - start) / 8 else {
        faults.append("a hash table is outside its table of texts")
        return
      }
    }
  }

  /// For each label or attribute the offset of its features.
  private mutating func checkReferences(_ input: Input, at offset: Int, count: UInt64) throws(ParseError) {
    var stream = StreamReader(input, at: offset)
    try stream.skip(8, "references to features")
    let present = try stream.readInteger(width: 4, "references to features")
    for _ in 0..<min(present, UInt64(input.count)) {
      guard try stream.readInteger(width: 4, "reference to features") < UInt64(input.count) else {
        faults.append("a reference leads out of the file")
        return
      }
    }
  }
}
