import ByteParsing

/// A version 2 B-tree: records of one size in the order of their keys.
///
/// Source: HDF5 File Format Specification 3.0, section III.A.2.
struct HDF5BTree2 {
  let type: Int
  let recordSize: Int
  private let storage: HDF5Storage
  private let nodeSize: Int
  private let depth: Int
  private let root: Int?
  private let rootCount: Int
  /// For each level: how many records a node has at most, and how wide the count of a whole subtree is.
  private var levels: [(records: Int, total: Int, width: Int)] = []
  private var countWidth = 1

  /// Bytes of a node besides its records: signature, version, type, checksum.
  private static let frame = 10
  private static let depthLimit = 32
  private static let nodeBytes = 16 << 20

  init(at address: Int, in storage: HDF5Storage) throws(ParseError) {
    self.storage = storage
    let widths = storage.superblock
    var head = try storage.cursor(
      at: address, count: 22 + widths.offsetSize + widths.lengthSize, "B-tree")
    try head.signature("BTHD")
    type = try head.int(1, "B-tree type")
    nodeSize = try head.int(4, "B-tree node size")
    recordSize = try head.int(2, "B-tree record size")
    depth = try head.int(2, "B-tree depth")
    try head.skip(2, "B-tree")
    root = try head.offset("B-tree root")
    rootCount = try head.int(2, "B-tree record count")
    guard depth <= Self.depthLimit, nodeSize <= Self.nodeBytes, recordSize > 0, nodeSize > Self.frame else {
      throw head.malformed("B-tree")
    }
    try measure(head)
  }

  private mutating func measure(_ head: HDF5Cursor) throws(ParseError) {
    let leaf = (nodeSize - Self.frame) / recordSize
    countWidth = HDF5Width.bytes(for: leaf)
    levels = [(leaf, leaf, 0)]
    for level in 0..<depth {
      let pointer = storage.superblock.offsetSize + countWidth + levels[level].width
      let records = (nodeSize - Self.frame - pointer) / (recordSize + pointer)
      guard records > 0 else { throw head.malformed("B-tree node size") }
      let below = try Checked.product(records + 1, levels[level].total, at: head.start, "B-tree records")
      let total = try Checked.sum(below, records, at: head.start, "B-tree records")
      levels.append((records, total, HDF5Width.bytes(for: total)))
    }
  }

  /// Calls `visit` with every record.
  func forEach(_ visit: (inout HDF5Cursor) throws(ParseError) -> Void) throws(ParseError) {
    guard let root else { return }
    var open: [(address: Int, count: Int, level: Int)] = [(root, rootCount, depth)]
    while let node = open.popLast() {
      guard node.count <= levels[node.level].records else {
        throw ParseError(.malformed, at: node.address, "HDF5 B-tree node with too many records")
      }
      let isLeaf = node.level == 0
      let pointer = isLeaf ? 0 : storage.superblock.offsetSize + countWidth + levels[node.level - 1].width
      let count = 6 + node.count * recordSize + (isLeaf ? 0 : (node.count + 1) * pointer)
      var cursor = try storage.cursor(at: node.address, count: count, "B-tree node")
      try cursor.signature(isLeaf ? "BTLF" : "BTIN")
      guard try cursor.int(1, "B-tree type") == type else {
        throw cursor.malformed("type of a B-tree node")
      }
      for _ in 0..<node.count {
        try storage.step(at: cursor.address)
        let at = cursor.address
        var record = cursor.reader(of: try cursor.array(recordSize, "B-tree record"), at: at)
        try visit(&record)
      }
      guard !isLeaf else { continue }
      for _ in 0...node.count {
        let child = try cursor.definedOffset("B-tree child")
        let records = try cursor.int(countWidth, "B-tree child")
        _ = try cursor.unsigned(levels[node.level - 1].width, "B-tree child")
        open.append((child, records, node.level - 1))
      }
    }
  }
}
