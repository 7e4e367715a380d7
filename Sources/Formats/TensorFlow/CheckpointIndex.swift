package import ByteParsing

/// The index of a checkpoint: where the tensors stand in the files of data beside it.
///
/// Source: TensorFlow, `core/protobuf/tensor_bundle.proto`, `core/util/tensor_bundle/tensor_bundle.cc`.
package struct CheckpointIndex {
  package private(set) var tensors = 0
  /// What is odd about entries, by their key.
  package private(set) var faults: [(key: [UInt8], fault: String)] = []

  private var shards: UInt64 = 0
  private var places: [(range: Range<UInt64>, shard: UInt64)] = []
  private var objectShard: UInt64?
  /// Files of data that have more than numbers.
  private var mixedShards: Set<UInt64> = []

  private static let faultLimit = 64
  private static let shardLimit: UInt64 = 1 << 20
  private static let dimensionLimit = 255

  /// - Throws: what reading the table throws; `.malformed` for an entry that is none, `.unsupported` for numbers with their
  ///   highest byte first and for tables that are no checkpoint.
  package init(parsing input: Input) throws(ParseError) {
    var index = CheckpointIndex()
    var isFirst = true
    try SortedTable.read(input) { key, value throws(ParseError) in
      if isFirst {
        guard key.isEmpty else {
          throw ParseError(.unsupported, at: 0, "table that is no index of a checkpoint")
        }
        try index.readHeader(value)
        isFirst = false
      } else {
        try index.readEntry(value, key)
      }
    }
    guard !isFirst else { throw ParseError(.malformed, at: 0, "index of a checkpoint without a header") }
    index.checkPlaces()
    self = index
  }

  private init() {}

  private mutating func note(_ fault: String, of key: [UInt8]) {
    if faults.count < Self.faultLimit { faults.append((key, fault)) }
  }

  /// The next field that the message has; another field is a fault.
  private mutating func next(
    _ reader: inout ProtobufReader, of message: String, until end: Int, _ key: [UInt8]
  ) throws(ParseError) -> (name: String, field: ProtobufField)? {
    let schema = TensorFlowSchema.table
    guard let number = schema.number(of: message) else { return nil }
    while let field = try reader.next(until: end) {
      if let known = schema.messages[number].field(field.number), known.accepts(field) {
        return (known.name, field)
      }
      note("a field \(field.number) that no version writes", of: key)
      try reader.skip(field)
    }
    return nil
  }

  private mutating func readHeader(_ bytes: [UInt8]) throws(ParseError) {
    var reader = ProtobufReader(Input(bytes))
    while let (name, field) = try next(&reader, of: "BundleHeaderProto", until: bytes.count, []) {
      switch name {
      case "num_shards": shards = field.integer ?? 0
      case "endianness" where field.integer != 0:
        throw ParseError(.unsupported, at: 0, "checkpoint with the highest byte first")
      default: try reader.skip(field)
      }
    }
    guard shards >= 1, shards <= Self.shardLimit else {
      throw ParseError(.malformed, at: 0, "checkpoint of \(shards) shards")
    }
  }

  private static let text: UInt64 = 7
  private static let objectGraph = Array("_CHECKPOINTABLE_OBJECT_GRAPH".utf8)
  private static let resource: UInt64 = 20
  private static let variant: UInt64 = 21

  private mutating func readEntry(_ bytes: [UInt8], _ key: [UInt8]) throws(ParseError) {
    tensors += 1
    var reader = ProtobufReader(Input(bytes))
    var type: UInt64 = 0
    var shard: UInt64 = 0
    var offset: UInt64 = 0
    var size: UInt64 = 0
    var hasSlices = false
    var count: UInt64? = 1
    while let (name, field) = try next(&reader, of: "BundleEntryProto", until: bytes.count, key) {
      switch name {
      case "dtype": type = field.integer ?? 0
      case "shard_id": shard = field.integer ?? 0
      case "offset": offset = field.integer ?? 0
      case "size": size = field.integer ?? 0
      case "shape": count = try readShape(field, &reader, key)
      case "slices":
        hasSlices = true
        try reader.skip(field)
      default: try reader.skip(field)
      }
    }
    if type == Self.resource || type == Self.variant {
      note("a type that only a library can decode", of: key)
    }
    guard shard < shards, offset <= 1 << 48, size <= 1 << 48 else {
      return note("a place that no file has", of: key)
    }
    if let width = Self.widths[type], !hasSlices {
      guard let count, count.multipliedReportingOverflow(by: width) == (size, false) else {
        return note("a shape that does not fit its \(size) bytes", of: key)
      }
    }
    guard size > 0 else { return }
    places.append((offset..<offset + size, shard))
    if Self.widths[type] != nil { return }
    if type == Self.text, key == Self.objectGraph, objectShard == nil {
      objectShard = shard
    } else {
      mixedShards.insert(shard)
    }
  }

  /// Bytes of an element by type; text and what is decoded have none.
  private static let widths: [UInt64: UInt64] = [
    1: 4, 2: 8, 3: 4, 4: 1, 5: 2, 6: 1, 8: 8, 9: 8, 10: 1, 11: 1, 12: 1, 13: 4, 14: 2, 15: 2, 16: 2, 17: 2,
    18: 16,
    19: 2, 22: 4, 23: 8, 24: 1, 25: 1,
  ]

  private mutating func readShape(
    _ shape: ProtobufField, _ reader: inout ProtobufReader, _ key: [UInt8]
  ) throws(ParseError) -> UInt64? {
    var count: UInt64? = 1
    var dimensions = 0
    let end = shape.range?.upperBound ?? reader.offset
    while let (name, field) = try next(&reader, of: "TensorShapeProto", until: end, key) {
      guard name == "dim", let range = field.range, dimensions < Self.dimensionLimit else {
        try reader.skip(field)
        count = nil
        continue
      }
      dimensions += 1
      var size: UInt64 = 0
      while let (name, field) = try next(&reader, of: "Dim", until: range.upperBound, key) {
        if name == "size" { size = field.integer ?? 0 }
        try reader.skip(field)
      }
      let product = count?.multipliedReportingOverflow(by: size)
      count = product.flatMap { $0.overflow ? nil : $0.partialValue }
    }
    return count
  }

  /// No two tensors share bytes.
  private mutating func checkPlaces() {
    places.sort { ($0.shard, $0.range.lowerBound) < ($1.shard, $1.range.lowerBound) }
    for (one, other) in zip(places, places.dropFirst())
    where one.shard == other.shard && one.range.upperBound > other.range.lowerBound {
      return note("bytes that another tensor has too", of: [])
    }
  }

  /// Files of data beside the index: at most ``describedLimit`` of them, the first.
  package var data: [Shard] {
    let inOrder = Dictionary(grouping: places, by: \.shard)
    return (0..<min(shards, Self.describedLimit)).map { number in
      var end: UInt64 = 0
      var isWhole = true
      for place in inOrder[number] ?? [] {
        if place.range.lowerBound != end { isWhole = false }
        end = max(end, place.range.upperBound)
      }
      let hasTexts = mixedShards.contains(number)
      return Shard(
        number: Int(number), count: Int(shards), size: Int(end),
        isNumbers: isWhole && !hasTexts && objectShard != number,
        isNumbersAndObjects: isWhole && !hasTexts && objectShard == number)
    }
  }

  /// What is said of one file of data.
  package struct Shard: Equatable, Sendable {
    package let number: Int
    package let count: Int
    /// Where the last tensor ends.
    package let size: Int
    /// Whether tensors of numbers follow each other without a gap.
    package let isNumbers: Bool
    /// The same with the graph of objects, which is a text.
    package let isNumbersAndObjects: Bool
  }

  private static let describedLimit: UInt64 = 1024
}
