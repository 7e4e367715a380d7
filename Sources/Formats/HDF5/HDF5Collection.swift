import ByteParsing

/// Where a value of variable length is kept.
package struct HDF5HeapReference: Hashable, Sendable {
  let address: Int
  let index: Int
}

/// A collection of a global heap: objects by their number.
///
/// Source: HDF5 File Format Specification 3.0, section III.E.
struct HDF5Collection {
  let address: Int
  private let cursor: HDF5Cursor
  /// Where the objects stand in the collection.
  private var objects: [Int: Range<Int>] = [:]

  private static let byteLimit = 256 << 20

  init(at address: Int, in storage: HDF5Storage) throws(ParseError) {
    self.address = address
    let lengthSize = storage.superblock.lengthSize
    var head = try storage.cursor(at: address, count: 8 + lengthSize, "global heap")
    try head.signature("GCOL", version: 1)
    try head.skip(3, "global heap")
    let size = try head.length("size of a global heap")
    guard size <= Self.byteLimit else {
      throw ParseError(.limit, at: address, "HDF5 global heap of \(size) bytes, limit \(Self.byteLimit)")
    }
    var cursor = try storage.cursor(at: address, count: size, "global heap")
    self.cursor = cursor
    try cursor.skip(8 + lengthSize, "global heap")
    let headCount = 8 + lengthSize
    while cursor.remaining >= headCount {
      let index = try cursor.int(2, "global heap object")
      if index == 0 { break }
      try cursor.skip(6, "global heap object")
      let count = try cursor.length("size of a global heap object")
      let first = cursor.position
      try cursor.skip(count, "global heap object")
      objects[index] = first..<first + count
      let padding = (8 - count % 8) % 8
      try cursor.skip(min(padding, cursor.remaining), "global heap object")
    }
  }

  func object(_ index: Int) throws(ParseError) -> [UInt8] {
    guard let range = objects[index] else {
      throw ParseError(.malformed, at: address, "HDF5 global heap has no object \(index)")
    }
    var reader = cursor.rewound
    try reader.skip(range.lowerBound, "global heap object")
    return try reader.array(range.count, "global heap object")
  }
}
