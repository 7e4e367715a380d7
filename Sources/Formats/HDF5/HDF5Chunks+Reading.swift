package import ByteParsing

extension HDF5Storage {
  /// Calls `visit` with every chunk that was written, in the order of the index, until it returns false.
  package func forEachChunk(
    of dataset: HDF5Dataset, _ visit: (HDF5Chunk) throws(ParseError) -> Bool
  ) throws(ParseError) {
    guard case .chunked(let chunks) = dataset.layout, let address = chunks.address else { return }
    guard let size = chunks.byteCount, !chunks.lengths.isEmpty else {
      throw ParseError(.malformed, at: dataset.offset, "HDF5 chunk whose size overflows")
    }
    let reader = HDF5ChunkReader(
      storage: self, chunks: chunks, size: size, isFiltered: !dataset.filters.isEmpty)
    switch chunks.index {
    case .tree1: try reader.readTree1(at: address, visit)
    case .single(let count): _ = try visit(HDF5Chunk(address: address, count: count ?? size, mask: 0))
    case .implicit: try reader.readImplicit(at: address, dataset.space, visit)
    case .fixedArray: try reader.readFixedArray(at: address, visit)
    case .tree2: try reader.readTree2(at: address, visit)
    case .extensibleArray: try HDF5ExtensibleArray(at: address, reader).forEach(visit)
    }
  }
}

/// Reads the structures that list chunks.
struct HDF5ChunkReader {
  let storage: HDF5Storage
  let chunks: HDF5Chunks
  /// Bytes of a chunk that went through no filter.
  let size: Int
  let isFiltered: Bool

  typealias Visit = (HDF5Chunk) throws(ParseError) -> Bool

  private var offsetSize: Int { storage.superblock.offsetSize }

  func readTree1(at address: Int, _ visit: Visit) throws(ParseError) {
    var goesOn = true
    try HDF5BTree1(storage).forEachLeaf(at: address, type: 1, keySize: 8 + 8 * chunks.lengths.count) {
      (key, child) throws(ParseError) in
      guard goesOn else { return }
      let count = try key.int(4, "size of a chunk")
      goesOn = try visit(
        HDF5Chunk(address: child, count: count, mask: try key.unsigned(4, "filters of a chunk")))
    }
  }

  func readTree2(at address: Int, _ visit: Visit) throws(ParseError) {
    let tree = try HDF5BTree2(at: address, in: storage)
    let rank = chunks.lengths.count - 1
    let width = tree.recordSize - offsetSize - 4 - 8 * rank
    guard tree.type == 10 || tree.type == 11 && (1...8).contains(width) else {
      throw ParseError(.malformed, at: address, "HDF5 tree of chunks of type \(tree.type)")
    }
    var goesOn = true
    try tree.forEach { (record) throws(ParseError) in
      guard goesOn, let place = try record.offset("chunk") else { return }
      let count = tree.type == 11 ? try record.int(width, "size of a chunk") : size
      let mask = tree.type == 11 ? try record.unsigned(4, "filters of a chunk") : 0
      goesOn = try visit(HDF5Chunk(address: place, count: count, mask: mask))
    }
  }

  /// Chunks that follow each other.
  func readImplicit(at address: Int, _ space: HDF5Dataspace, _ visit: Visit) throws(ParseError) {
    var count = 1
    for (length, chunk) in zip(space.lengths, chunks.lengths) {
      guard chunk > 0 else { throw ParseError(.malformed, at: address, "HDF5 chunk of no length") }
      count = try Checked.product(
        count, length / chunk + (length % chunk > 0 ? 1 : 0), at: address, "chunks")
    }
    var place = address
    for _ in 0..<count {
      try storage.step(at: place)
      guard try visit(HDF5Chunk(address: place, count: size, mask: 0)) else { return }
      place = try Checked.sum(place, size, at: address, "chunks")
    }
  }

  /// Source: HDF5 File Format Specification 3.0, section VII.C.
  func readFixedArray(at address: Int, _ visit: Visit) throws(ParseError) {
    let lengthSize = storage.superblock.lengthSize
    var head = try storage.cursor(at: address, count: 8 + offsetSize + lengthSize, "fixed array")
    try head.signature("FAHD")
    let hasFilters = try head.byte("fixed array") == 1
    let elements = try HDF5ChunkElements(
      width: try head.int(1, "fixed array"), hasFilters: hasFilters, self, head)
    let pageBits = try head.int(1, "fixed array page")
    let count = try head.length("fixed array")
    guard pageBits < 31 else { throw head.malformed("page of a fixed array") }
    guard let block = try head.offset("fixed array data") else { return }
    var prefix = try storage.cursor(at: block, count: 6 + offsetSize, "fixed array data")
    try prefix.signature("FADB")
    let start = block + 6 + offsetSize
    let pageCount = 1 << pageBits
    guard count > pageCount else {
      _ = try elements.read(at: start, count: count, visit)
      return
    }
    // Pages have a map of those that were written, and a checksum each.
    let pages = (count - 1) / pageCount + 1
    guard pages <= storage.end else { throw head.malformed("length of a fixed array") }
    let map = try storage.bytes(at: start, count: (pages + 7) / 8, "map of pages")
    var place = start + map.count + 4
    for page in 0..<pages {
      let inPage = page == pages - 1 ? count - page * pageCount : pageCount
      if HDF5ChunkElements.isSet(page, in: map) {
        guard try elements.read(at: place, count: inPage, visit) else { return }
      }
      place = try Checked.sum(place, inPage * elements.width + 4, at: block, "fixed array page")
    }
  }
}
