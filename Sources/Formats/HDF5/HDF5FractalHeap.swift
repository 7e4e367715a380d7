import ByteParsing

/// A fractal heap: objects of any size by an identifier. Links and attributes that are too many for an object's header
/// are kept in one.
///
/// Blocks lie in a table of rows; those of the first two rows have the same size, those of each further row twice as
/// much. Source: HDF5 File Format Specification 3.0, section III.G; `H5HFdtable.c`, `H5HFhdr.c`.
struct HDF5FractalHeap {
  private let storage: HDF5Storage
  private let address: Int
  private let idLength: Int
  private let hugeTree: Int?
  private let width: Int
  private let startSize: Int
  private let maxDirect: Int
  private let offsetWidth: Int
  private let lengthWidth: Int
  private let root: Int?
  private let rootRows: Int

  init(at address: Int, in storage: HDF5Storage) throws(ParseError) {
    self.storage = storage
    self.address = address
    let widths = storage.superblock
    var head = try storage.cursor(
      at: address, count: 22 + 12 * widths.lengthSize + 3 * widths.offsetSize, "fractal heap")
    try head.signature("FRHP")
    idLength = try head.int(2, "fractal heap")
    let filterLength = try head.int(2, "fractal heap")
    guard filterLength == 0 else { throw head.unsupported("heap of attributes or links behind filters") }
    try head.skip(1, "fractal heap")
    let maxManaged = try head.int(4, "fractal heap")
    _ = try head.length("fractal heap")
    hugeTree = try head.offset("huge objects")
    _ = try head.length("fractal heap")
    _ = try head.offset("fractal heap")
    for _ in 0..<8 { _ = try head.length("fractal heap") }
    width = try head.int(2, "width of a fractal heap")
    startSize = try head.length("block size of a fractal heap")
    maxDirect = try head.length("block size of a fractal heap")
    let bits = try head.int(2, "size of a fractal heap")
    try head.skip(2, "fractal heap")
    root = try head.offset("root of a fractal heap")
    rootRows = try head.int(2, "rows of a fractal heap")
    guard Self.isPower(width), Self.isPower(startSize), Self.isPower(maxDirect), startSize <= maxDirect,
      (1...64).contains(bits), maxDirect <= 1 << 30, width <= 1 << 12, rootRows <= 64, startSize >= 16
    else { throw head.malformed("sizes of a fractal heap") }
    offsetWidth = (bits + 7) / 8
    lengthWidth = min((HDF5Width.log2(maxDirect) + 7) / 8, HDF5Width.bytes(for: maxManaged))
  }

  private static func isPower(_ value: Int) -> Bool { value > 0 && value & (value - 1) == 0 }

  /// The object of an identifier.
  func object(_ id: [UInt8]) throws(ParseError) -> [UInt8] {
    let widths = storage.superblock
    var cursor = HDF5Cursor(
      id, at: address, offsetSize: widths.offsetSize, lengthSize: widths.lengthSize)
    let flags = try cursor.byte("heap identifier")
    guard flags >> 6 == 0 else { throw cursor.unsupported("heap identifier of version \(flags >> 6)") }
    switch flags >> 4 & 3 {
    case 0:
      let offset = try cursor.int(offsetWidth, "heap identifier")
      return try managed(offset, count: try cursor.int(lengthWidth, "heap identifier"))
    case 1: return try huge(&cursor)
    case 2:
      if idLength > 17 { try cursor.skip(1, "heap identifier") }
      return try cursor.array(min(Int(flags & 0x0F) + 1, cursor.remaining), "tiny heap object")
    default: throw cursor.malformed("heap identifier")
    }
  }

  // MARK: Huge objects

  private static let hugeLimit = 256 << 20

  private func huge(_ cursor: inout HDF5Cursor) throws(ParseError) -> [UInt8] {
    let widths = storage.superblock
    if widths.offsetSize + widths.lengthSize <= idLength - 1 {
      let place = try cursor.definedOffset("huge heap object")
      return try huge(place, try cursor.length("huge heap object"))
    }
    let number = try cursor.unsigned(
      min(widths.lengthSize, idLength - 1, cursor.remaining), "huge heap object")
    guard let hugeTree else { throw cursor.malformed("huge heap object without a tree") }
    let tree = try HDF5BTree2(at: hugeTree, in: storage)
    guard tree.type == 1 else { throw cursor.unsupported("tree of huge heap objects of type \(tree.type)") }
    var found: (address: Int, count: Int)?
    try tree.forEach { (record) throws(ParseError) in
      let place = try record.definedOffset("huge heap object")
      let count = try record.length("huge heap object")
      if UInt64(try record.length("huge heap object")) == number { found = (place, count) }
    }
    guard let found else { throw cursor.malformed("huge heap object that is not there") }
    return try huge(found.address, found.count)
  }

  private func huge(_ address: Int, _ count: Int) throws(ParseError) -> [UInt8] {
    guard count <= Self.hugeLimit else {
      throw ParseError(.limit, at: address, "HDF5 heap object of \(count) bytes, limit \(Self.hugeLimit)")
    }
    return try storage.bytes(at: address, count: count, "huge heap object")
  }

  // MARK: Objects in blocks

  private func rowSize(_ row: Int) -> Int { row < 2 ? startSize : startSize << (row - 1) }

  /// The row and column of the block that holds an offset, and where that block begins in the table.
  private func place(of offset: Int) -> (row: Int, column: Int, start: Int) {
    let firstBits = HDF5Width.log2(startSize) + HDF5Width.log2(width)
    let highBit = HDF5Width.log2(offset)
    guard offset >= startSize * width, highBit >= firstBits else {
      return (0, offset / startSize, offset / startSize * startSize)
    }
    let row = highBit - firstBits + 1
    guard row < 48 else { return (row, 0, 0) }
    let begin = 1 << highBit
    let size = rowSize(row)
    let column = (offset - begin) / size
    return (row, column, begin + column * size)
  }

  private func managed(_ offset: Int, count: Int) throws(ParseError) -> [UInt8] {
    guard var block = root else {
      throw ParseError(.malformed, at: address, "HDF5 heap object in an empty heap")
    }
    let directRows = HDF5Width.log2(maxDirect) - HDF5Width.log2(startSize) + 2
    let frame = 5 + storage.superblock.offsetSize + offsetWidth
    var rows = rootRows
    var rest = offset
    var size = startSize
    while rows > 0 {
      let (row, column, start) = place(of: rest)
      guard row < rows, column < width, row < 48 else {
        throw ParseError(.malformed, at: block, "HDF5 heap object behind the heap")
      }
      let entry = (row * width + column) * storage.superblock.offsetSize
      var head = try storage.cursor(at: block, count: 5, "heap block")
      try head.signature("FHIB")
      var cursor = try storage.cursor(
        at: try Checked.sum(block, frame + entry, at: block, "heap block"),
        count: storage.superblock.offsetSize, "heap block")
      block = try cursor.definedOffset("heap block")
      rest -= start
      size = rowSize(row)
      let firstBits = HDF5Width.log2(startSize) + HDF5Width.log2(width)
      rows = row < directRows ? 0 : HDF5Width.log2(size) - firstBits + 1
    }
    var head = try storage.cursor(at: block, count: 5, "heap block")
    try head.signature("FHDB")
    guard rest <= size, count <= size - rest else {
      throw ParseError(.malformed, at: block, "HDF5 heap object behind its block")
    }
    return try storage.bytes(
      at: try Checked.sum(block, rest, at: block, "heap object"), count: count, "heap object")
  }
}
