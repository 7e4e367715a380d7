import ByteParsing

/// The shape of a dataset or an attribute.
package struct HDF5Dataspace: Sendable {
  package let lengths: [Int]
  /// Whether there are no elements at all.
  package let isNull: Bool

  private static let rankLimit = 32

  /// Elements; nil where the product overflows.
  package var count: Int? {
    if isNull { return 0 }
    var count = 1
    for length in lengths {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      guard !overflow else { return nil }
      count = product
    }
    return count
  }

  /// Source: HDF5 File Format Specification 3.0, section IV.A.2.b.
  static func read(_ cursor: inout HDF5Cursor) throws(ParseError) -> HDF5Dataspace {
    let version = try cursor.byte("dataspace")
    let rank = try cursor.int(1, "rank of a dataspace")
    let flags = try cursor.byte("dataspace flags")
    var isNull = false
    switch version {
    case 1: try cursor.skip(5, "dataspace")
    case 2: isNull = try cursor.byte("dataspace type") == 2
    default: throw cursor.unsupported("dataspace of version \(version)")
    }
    guard rank <= rankLimit else { throw cursor.malformed("rank of a dataspace") }
    var lengths: [Int] = []
    for _ in 0..<rank {
      let length = try cursor.unsigned(cursor.lengthSize, "length of a dataspace")
      lengths.append(Int(clamping: length))
    }
    if flags & 1 != 0 { try cursor.skip(rank * cursor.lengthSize, "largest lengths of a dataspace") }
    return HDF5Dataspace(lengths: lengths, isNull: isNull)
  }
}

/// A filter that chunks went through.
package struct HDF5Filter: Sendable {
  package let id: Int
  package let name: [UInt8]
  package let values: [Int]

  private static let limit = 32

  /// Source: HDF5 File Format Specification 3.0, section IV.A.2.l.
  static func read(_ message: HDF5Cursor) throws(ParseError) -> [HDF5Filter] {
    var cursor = message
    let version = try cursor.byte("filters")
    let count = try cursor.int(1, "filters")
    guard version == 1 || version == 2 else { throw cursor.unsupported("filters of version \(version)") }
    guard count <= limit else { throw cursor.malformed("number of filters") }
    if version == 1 { try cursor.skip(6, "filters") }
    var filters: [HDF5Filter] = []
    for _ in 0..<count {
      let id = try cursor.int(2, "filter")
      let nameCount = version == 1 || id >= 256 ? try cursor.int(2, "filter name") : 0
      try cursor.skip(2, "filter flags")
      let valueCount = try cursor.int(2, "filter values")
      let padding = version == 1 ? (8 - nameCount % 8) % 8 : 0
      let name = try cursor.array(nameCount, "filter name").prefix { $0 != 0 }
      try cursor.skip(padding, "filter name")
      var values: [Int] = []
      for _ in 0..<valueCount { values.append(try cursor.int(4, "filter value")) }
      if version == 1, valueCount % 2 == 1 { try cursor.skip(min(4, cursor.remaining), "filter values") }
      filters.append(HDF5Filter(id: id, name: Array(name), values: values))
    }
    return filters
  }
}

/// An array of a file.
package struct HDF5Dataset: Sendable {
  /// Where the elements are.
  package enum Layout: Sendable {
    case compact([UInt8])
    /// `address` is nil where nothing was written yet.
    case contiguous(address: Int?, count: Int?)
    case chunked(HDF5Chunks)
    /// Put together from other datasets, of other files too.
    case virtual(HDF5HeapReference?)
  }

  package let type: HDF5Datatype
  package let space: HDF5Dataspace
  package let layout: Layout
  package let filters: [HDF5Filter]
  /// Files beside this one that have the elements.
  package let externalFiles: [[UInt8]]
  package let offset: Int

  /// Bytes of all elements; nil where that overflows.
  package var byteCount: Int? {
    guard let count = space.count, let size = type.size else { return nil }
    let (product, overflow) = count.multipliedReportingOverflow(by: size)
    return overflow ? nil : product
  }
}

/// How a dataset is cut into chunks, and where they are found.
package struct HDF5Chunks: Sendable {
  /// The structures that list chunks.
  enum Index: Sendable {
    case tree1
    case single(count: Int?)
    case implicit
    case fixedArray
    case extensibleArray
    case tree2
  }

  /// Elements of a chunk in each dimension, then the bytes of an element.
  let lengths: [Int]
  let index: Index
  /// Nil where no chunk was written yet.
  let address: Int?

  /// Bytes of a chunk before filters; nil where that overflows.
  package var byteCount: Int? {
    var count = 1
    for length in lengths {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      guard !overflow else { return nil }
      count = product
    }
    return count
  }
}

/// A chunk as it is stored.
package struct HDF5Chunk: Sendable {
  package let address: Int
  package let count: Int
  /// Bits of the filters that it did not go through.
  package let mask: UInt64
}
