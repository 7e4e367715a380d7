import ByteParsing

/// An index of messages that objects share, as the superblock's extension names it.
///
/// Source: HDF5 File Format Specification 3.0, section III.H.
struct HDF5SharedIndex {
  /// Bits of the message types that are kept there.
  let types: Int
  let heap: Int
}

/// Messages that stand elsewhere: in a committed datatype, or in a heap of the file.
enum HDF5Shared {
  /// The message that a shared one of the kind stands for.
  static func resolve(
    _ message: HDF5Cursor, _ kind: HDF5Message.Kind, in storage: HDF5Storage
  ) throws(ParseError) -> HDF5Cursor {
    var cursor = message
    let version = try cursor.byte("shared message")
    let type = try cursor.byte("shared message")
    switch version {
    case 1: try cursor.skip(6, "shared message")
    case 2: break
    case 3 where type == 1: return try find(&cursor, kind, in: storage)
    case 3: break
    default: throw cursor.unsupported("shared message of version \(version)")
    }
    let address = try cursor.definedOffset("address of a shared message")
    let header = try HDF5ObjectHeader(at: address, in: storage)
    guard let found = header.first(kind), !found.isShared else {
      throw cursor.malformed("shared message that is not there")
    }
    return found.body
  }

  private static func find(
    _ cursor: inout HDF5Cursor, _ kind: HDF5Message.Kind, in storage: HDF5Storage
  ) throws(ParseError) -> HDF5Cursor {
    let id = try cursor.array(8, "place of a shared message")
    guard let index = storage.sharedMessages.first(where: { $0.types >> kind.rawValue & 1 == 1 }) else {
      throw cursor.malformed("shared message without a table")
    }
    let heap = try HDF5FractalHeap(at: index.heap, in: storage)
    return cursor.reader(of: try heap.object(id), at: cursor.start)
  }

  /// The indexes of the table that the superblock's extension names.
  static func indexes(
    _ message: HDF5Message, in storage: HDF5Storage
  ) throws(ParseError) -> [HDF5SharedIndex] {
    var body = message.body
    try body.skip(1, "shared message table")
    let address = try body.definedOffset("shared message table")
    let count = try body.int(1, "shared message table")
    let widths = storage.superblock
    var table = try storage.cursor(
      at: address, count: 4 + count * (14 + 2 * widths.offsetSize), "shared message table")
    let found = try table.array(4, "shared message table")
    guard found.elementsEqual("SMTB".utf8) else { throw table.malformed("shared message table") }
    var indexes: [HDF5SharedIndex] = []
    for _ in 0..<count {
      try table.skip(2, "shared message index")
      let types = try table.int(2, "shared message index")
      try table.skip(10, "shared message index")
      _ = try table.offset("shared message index")
      if let heap = try table.offset("shared message heap") {
        indexes.append(HDF5SharedIndex(types: types, heap: heap))
      }
    }
    return indexes
  }
}
