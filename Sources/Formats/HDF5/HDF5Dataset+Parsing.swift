import ByteParsing

extension HDF5Dataset {
  /// Reads what an object's header says of its elements; nil where the object is no dataset.
  init?(_ header: HDF5ObjectHeader, at address: Int, in storage: HDF5Storage) throws(ParseError) {
    guard let layoutMessage = header.first(.layout) else { return nil }
    guard var typeMessage = try header.content(.datatype), var spaceMessage = try header.content(.dataspace)
    else { throw layoutMessage.body.malformed("dataset without a type or a shape") }
    type = try HDF5Datatype.read(&typeMessage)
    space = try HDF5Dataspace.read(&spaceMessage)
    filters =
      try header.content(.filters).map { (message) throws(ParseError) in
        try HDF5Filter.read(message)
      } ?? []
    externalFiles =
      try header.content(.externalFiles).map { (message) throws(ParseError) in
        try Self.readFiles(message, in: storage)
      } ?? []
    layout = try Self.readLayout(layoutMessage.body)
    offset = address
  }

  /// Source: HDF5 File Format Specification 3.0, section IV.A.2.h.
  private static func readFiles(
    _ message: HDF5Cursor, in storage: HDF5Storage
  ) throws(ParseError) -> [[UInt8]] {
    var cursor = message
    try cursor.skip(6, "external files")
    let count = try cursor.int(2, "external files")
    let heap = try HDF5LocalHeap(at: try cursor.definedOffset("external files"), in: storage)
    var files: [[UInt8]] = []
    for _ in 0..<count {
      files.append(try heap.text(at: try cursor.length("external file")))
      _ = try cursor.length("external file")
      _ = try cursor.unsigned(cursor.lengthSize, "external file")
    }
    return files
  }

  /// Source: HDF5 File Format Specification 3.0, section IV.A.2.i.
  private static func readLayout(_ message: HDF5Cursor) throws(ParseError) -> Layout {
    var cursor = message
    let version = try cursor.byte("layout")
    switch version {
    case 1, 2: return try readOldLayout(&cursor)
    case 3, 4, 5: break
    default: throw cursor.unsupported("layout of version \(version)")
    }
    switch try cursor.byte("layout class") {
    case 0:
      let count = try cursor.int(2, "compact data")
      return .compact(try cursor.array(count, "compact data"))
    case 1:
      let address = try cursor.offset("data address")
      return .contiguous(address: address, count: try cursor.length("data size"))
    case 2: return .chunked(version == 3 ? try readChunks(&cursor) : try readNewChunks(&cursor))
    case 3:
      guard let address = try cursor.offset("virtual dataset") else { return .virtual(nil) }
      return .virtual(HDF5HeapReference(address: address, index: try cursor.int(4, "virtual dataset")))
    default: throw cursor.unsupported("layout of a class that is not known")
    }
  }

  private static func readOldLayout(_ cursor: inout HDF5Cursor) throws(ParseError) -> Layout {
    let rank = try cursor.int(1, "rank of a layout")
    let kind = try cursor.byte("layout class")
    try cursor.skip(5, "layout")
    let address = kind == 0 ? nil : try cursor.offset("data address")
    var lengths: [Int] = []
    for _ in 0..<rank { lengths.append(try cursor.int(4, "length of a layout")) }
    switch kind {
    case 0:
      let count = try cursor.int(4, "compact data")
      return .compact(try cursor.array(count, "compact data"))
    case 1: return .contiguous(address: address, count: nil)
    case 2: return .chunked(HDF5Chunks(lengths: lengths, index: .tree1, address: address))
    default: throw cursor.unsupported("layout of a class that is not known")
    }
  }

  private static func readChunks(_ cursor: inout HDF5Cursor) throws(ParseError) -> HDF5Chunks {
    let rank = try cursor.int(1, "rank of chunks")
    let address = try cursor.offset("chunk tree")
    var lengths: [Int] = []
    for _ in 0..<rank { lengths.append(try cursor.int(4, "length of a chunk")) }
    return HDF5Chunks(lengths: lengths, index: .tree1, address: address)
  }

  private static func readNewChunks(_ cursor: inout HDF5Cursor) throws(ParseError) -> HDF5Chunks {
    let flags = try cursor.byte("chunk flags")
    let rank = try cursor.int(1, "rank of chunks")
    let width = try cursor.int(1, "length of a chunk")
    guard (1...8).contains(width) else { throw cursor.malformed("width of a chunk's lengths") }
    var lengths: [Int] = []
    for _ in 0..<rank { lengths.append(try cursor.int(width, "length of a chunk")) }
    let index: HDF5Chunks.Index
    switch try cursor.byte("chunk index") {
    case 1:
      var count: Int?
      if flags & 2 != 0 {
        count = try cursor.length("size of a chunk")
        try cursor.skip(4, "filters of a chunk")
      }
      index = .single(count: count)
    case 2: index = .implicit
    case 3:
      try cursor.skip(1, "chunk index")
      index = .fixedArray
    case 4:
      try cursor.skip(5, "chunk index")
      index = .extensibleArray
    case 5:
      try cursor.skip(6, "chunk index")
      index = .tree2
    default: throw cursor.unsupported("chunk index that is not known")
    }
    return HDF5Chunks(lengths: lengths, index: index, address: try cursor.offset("chunk index"))
  }
}
