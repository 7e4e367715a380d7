import ByteParsing

/// An array of chunks that grows: its first elements are in its index block, the others in data blocks, which the index block
/// lists itself or by super blocks.
///
/// Super block `u` has 2^(u/2) data blocks of 2^((u+1)/2) times the smallest number of elements. Source: HDF5 File Format
/// Specification 3.0, section VII.D; `H5EAhdr.c`, `H5EAiblock.c`.
struct HDF5ExtensibleArray {
  private let reader: HDF5ChunkReader
  private let elements: HDF5ChunkElements
  private let indexBlock: Int?
  private let indexCount: Int
  private let smallest: Int
  private let pointers: Int
  private let pageCount: Int
  private let offsetWidth: Int
  private let superBlocks: Int

  private var storage: HDF5Storage { reader.storage }
  private var offsetSize: Int { storage.superblock.offsetSize }
  /// Bytes of a block before what it holds: letters, version, client, the header's address.
  private var frame: Int { 6 + offsetSize }

  init(at address: Int, _ reader: HDF5ChunkReader) throws(ParseError) {
    self.reader = reader
    let widths = reader.storage.superblock
    var head = try reader.storage.cursor(
      at: address, count: 12 + 6 * widths.lengthSize + widths.offsetSize, "extensible array")
    try head.signature("EAHD")
    let hasFilters = try head.byte("extensible array") == 1
    elements = try HDF5ChunkElements(
      width: try head.int(1, "extensible array"), hasFilters: hasFilters, reader, head)
    let bits = try head.int(1, "extensible array")
    indexCount = try head.int(1, "extensible array")
    smallest = try head.int(1, "extensible array")
    pointers = try head.int(1, "extensible array")
    let pageBits = try head.int(1, "extensible array")
    guard bits <= 62, pageBits < 31, smallest > 0, smallest & (smallest - 1) == 0, pointers > 1,
      pointers & (pointers - 1) == 0, bits >= HDF5Width.log2(smallest)
    else { throw head.malformed("sizes of an extensible array") }
    pageCount = 1 << pageBits
    offsetWidth = (bits + 7) / 8
    superBlocks = 1 + bits - HDF5Width.log2(smallest)
    for _ in 0..<6 { _ = try head.length("extensible array") }
    indexBlock = try head.offset("index block")
  }

  func forEach(_ visit: HDF5ChunkReader.Visit) throws(ParseError) {
    guard let indexBlock else { return }
    let listed = 2 * HDF5Width.log2(pointers)
    let direct = 2 * (pointers - 1)
    let later = max(0, superBlocks - listed)
    let count = frame + indexCount * elements.width + (direct + later) * offsetSize
    var block = try storage.cursor(at: indexBlock, count: count, "index block")
    try block.signature("EAIB")
    try block.skip(1 + offsetSize, "index block")
    guard try elements.read(&block, count: indexCount, visit) else { return }
    for number in 0..<min(listed, superBlocks) {
      for _ in 0..<blockCount(number) {
        guard let data = try block.offset("data block") else { continue }
        guard try readData(data, number, pages: nil, visit) else { return }
      }
    }
    for number in listed..<max(listed, superBlocks) {
      guard let place = try block.offset("super block") else { continue }
      guard try readSuper(place, number, visit) else { return }
    }
  }

  private func blockCount(_ number: Int) -> Int { 1 << (number / 2) }

  private func elementCount(_ number: Int) -> Int { smallest << ((number + 1) / 2) }

  private func pages(_ number: Int) -> Int {
    let count = elementCount(number)
    return count > pageCount ? count / pageCount : 0
  }

  /// - Returns: whether `visit` wants more.
  private func readSuper(
    _ address: Int, _ number: Int, _ visit: HDF5ChunkReader.Visit
  ) throws(ParseError) -> Bool {
    let mapSize = (pages(number) + 7) / 8
    let count = try Checked.product(blockCount(number), mapSize + offsetSize, at: address, "super block")
    var block = try storage.cursor(
      at: address, count: try Checked.sum(count, frame + offsetWidth, at: address, "super block"),
      "super block")
    try block.signature("EASB")
    try block.skip(1 + offsetSize + offsetWidth, "super block")
    var maps: [[UInt8]] = []
    for _ in 0..<blockCount(number) { maps.append(try block.array(mapSize, "map of pages")) }
    for map in maps {
      guard let data = try block.offset("data block") else { continue }
      guard try readData(data, number, pages: map, visit) else { return false }
    }
    return true
  }

  private func readData(
    _ address: Int, _ number: Int, pages map: [UInt8]?, _ visit: HDF5ChunkReader.Visit
  ) throws(ParseError) -> Bool {
    var head = try storage.cursor(at: address, count: 5, "data block")
    try head.signature("EADB")
    let start = address + frame + offsetWidth
    let pages = pages(number)
    guard pages > 0, let map else {
      return try elements.read(at: start, count: elementCount(number), visit)
    }
    for page in 0..<pages where HDF5ChunkElements.isSet(page, in: map) {
      let place = try Checked.product(page, pageCount * elements.width + 4, at: address, "page")
      guard
        try elements.read(
          at: try Checked.sum(start + 4, place, at: address, "page"), count: pageCount, visit)
      else { return false }
    }
    return true
  }
}

/// Elements of an array of chunks: the address; behind filters also the size and which filters were left out.
struct HDF5ChunkElements {
  let width: Int
  private let hasFilters: Bool
  private let reader: HDF5ChunkReader

  /// - Parameter head: the structure that says how wide they are.
  init(width: Int, hasFilters: Bool, _ reader: HDF5ChunkReader, _ head: HDF5Cursor) throws(ParseError) {
    self.width = width
    self.hasFilters = hasFilters
    self.reader = reader
    let offsetSize = reader.storage.superblock.offsetSize
    guard hasFilters ? (1...8).contains(width - offsetSize - 4) : width == offsetSize else {
      throw head.malformed("element of an array of chunks")
    }
  }

  /// Whether a page was written, by the map of those that were: the highest bit first.
  static func isSet(_ page: Int, in map: [UInt8]) -> Bool {
    page / 8 < map.count && map[page / 8] & (0x80 >> UInt8(page % 8)) != 0
  }

  /// - Returns: whether `visit` wants more.
  func read(at address: Int, count: Int, _ visit: HDF5ChunkReader.Visit) throws(ParseError) -> Bool {
    guard count <= reader.storage.end else {
      throw ParseError(.malformed, at: address, "HDF5 array of chunks longer than the file")
    }
    let bytes = try Checked.product(count, width, at: address, "array of chunks")
    var cursor = try reader.storage.cursor(at: address, count: bytes, "array of chunks")
    return try read(&cursor, count: count, visit)
  }

  func read(
    _ cursor: inout HDF5Cursor, count: Int, _ visit: HDF5ChunkReader.Visit
  ) throws(ParseError) -> Bool {
    let sizeWidth = width - cursor.offsetSize - 4
    for _ in 0..<count {
      try reader.storage.step(at: cursor.address)
      let chunk = try cursor.offset("chunk")
      let stored = hasFilters ? try cursor.int(sizeWidth, "size of a chunk") : reader.size
      let mask = hasFilters ? try cursor.unsigned(4, "filters of a chunk") : 0
      guard let chunk else { continue }
      guard try visit(HDF5Chunk(address: chunk, count: stored, mask: mask)) else { return false }
    }
    return true
  }
}
