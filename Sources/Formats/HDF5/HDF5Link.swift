import ByteParsing

/// A name in a group.
package struct HDF5Link: Sendable {
  /// What the name stands for.
  package enum Target: Sendable {
    case object(Int)
    /// A path in the same file, looked up when it is opened.
    case soft([UInt8])
    /// A path in another file.
    case external(file: [UInt8], path: [UInt8])
    /// What a program that registered the class makes of it.
    case userDefined(Int)
  }

  package let name: [UInt8]
  package let target: Target
  /// The address of the entry.
  package let offset: Int

  /// Reads a link message: version, flags, kind, order, charset, name, and what the kind has.
  ///
  /// Source: HDF5 File Format Specification 3.0, section IV.A.2.g.
  static func read(_ cursor: inout HDF5Cursor) throws(ParseError) -> HDF5Link {
    let start = cursor.address
    let version = try cursor.byte("link")
    guard version == 1 else { throw cursor.unsupported("link of version \(version)") }
    let flags = try cursor.byte("link flags")
    let kind = flags & 0x08 == 0 ? 0 : try cursor.int(1, "link kind")
    if flags & 0x04 != 0 { try cursor.skip(8, "link order") }
    if flags & 0x10 != 0 { try cursor.skip(1, "link charset") }
    let count = try cursor.int(1 << Int(flags & 3), "link name")
    let name = try cursor.array(count, "link name")
    switch kind {
    case 0:
      return HDF5Link(name: name, target: .object(try cursor.definedOffset("link")), offset: start)
    case 1:
      let count = try cursor.int(2, "soft link")
      return HDF5Link(name: name, target: .soft(try cursor.array(count, "soft link")), offset: start)
    case 64:
      let count = try cursor.int(2, "external link")
      var value = cursor.reader(of: try cursor.array(count, "external link"), at: start)
      try value.skip(1, "external link")
      let file = try value.text("file of an external link")
      let path = try value.text("path of an external link")
      return HDF5Link(name: name, target: .external(file: file, path: path), offset: start)
    default: return HDF5Link(name: name, target: .userDefined(kind), offset: start)
    }
  }
}

/// Finds the links of a group, in each of the ways that groups keep them.
struct HDF5Group {
  private let storage: HDF5Storage
  private(set) var links: [HDF5Link] = []

  private static let linkLimit = 1 << 20

  init(_ storage: HDF5Storage) { self.storage = storage }

  private mutating func add(_ link: HDF5Link) throws(ParseError) {
    guard links.count < Self.linkLimit else {
      throw ParseError(.limit, at: link.offset, "HDF5 links of a group: limit \(Self.linkLimit)")
    }
    links.append(link)
  }

  /// Reads the links of an object. Those read before something breaks are kept.
  mutating func read(_ header: HDF5ObjectHeader) throws(ParseError) {
    for message in header.messages where message.kind == .link {
      var body = message.isShared ? try HDF5Shared.resolve(message.body, .link, in: storage) : message.body
      try add(try HDF5Link.read(&body))
    }
    for message in header.messages where message.kind == .linkInfo { try readDense(message.body) }
    for message in header.messages where message.kind == .symbolTable {
      var body = message.body
      let tree = try body.definedOffset("symbol table")
      try readTable(tree: tree, heap: try body.definedOffset("symbol table"))
    }
  }

  /// Links in a fractal heap.
  private mutating func readDense(_ message: HDF5Cursor) throws(ParseError) {
    var body = message
    try body.skip(1, "link info")
    let flags = try body.byte("link info")
    if flags & 0x01 != 0 { try body.skip(8, "link info") }
    guard let heapAddress = try body.offset("link heap") else { return }
    guard let treeAddress = try body.offset("link tree") else {
      throw body.malformed("links without a tree")
    }
    let heap = try HDF5FractalHeap(at: heapAddress, in: storage)
    let tree = try HDF5BTree2(at: treeAddress, in: storage)
    guard tree.type == 5 else { throw body.unsupported("tree of links of type \(tree.type)") }
    var found: [HDF5Link] = []
    try tree.forEach { (record) throws(ParseError) in
      try record.skip(4, "link record")
      var link = record.reader(of: try heap.object(try record.array(7, "link record")), at: record.start)
      found.append(try HDF5Link.read(&link))
    }
    for link in found { try add(link) }
  }

  // MARK: Symbol tables

  /// Links in a version 1 B-tree whose leaves are symbol tables.
  private mutating func readTable(tree: Int, heap: Int) throws(ParseError) {
    let names = try HDF5LocalHeap(at: heap, in: storage)
    var nodes: [Int] = []
    try HDF5BTree1(storage).forEachLeaf(at: tree, type: 0, keySize: storage.superblock.lengthSize) {
      (_, child) throws(ParseError) in nodes.append(child)
    }
    for node in nodes { try readNode(node, names) }
  }

  private mutating func readNode(_ address: Int, _ names: HDF5LocalHeap) throws(ParseError) {
    var head = try storage.cursor(at: address, count: 8, "symbol table")
    try head.signature("SNOD", version: 1)
    try head.skip(1, "symbol table")
    let count = try head.int(2, "symbol table")
    let widths = storage.superblock
    var cursor = try storage.cursor(
      at: address + 8, count: count * (24 + 2 * widths.offsetSize), "symbol table")
    for _ in 0..<count {
      let start = cursor.address
      let name = try names.text(at: try cursor.definedOffset("name of a symbol"))
      let object = try cursor.offset("address of a symbol")
      let cache = try cursor.int(4, "symbol")
      try cursor.skip(4, "symbol")
      let scratch = try cursor.int(4, "symbol")
      try cursor.skip(12, "symbol")
      if cache == 2 {
        try add(HDF5Link(name: name, target: .soft(try names.text(at: scratch)), offset: start))
      } else {
        guard let object else { throw cursor.malformed("symbol without an address") }
        try add(HDF5Link(name: name, target: .object(object), offset: start))
      }
    }
  }
}

/// The names of an old group.
struct HDF5LocalHeap {
  private let data: HDF5Cursor

  private static let byteLimit = 64 << 20

  init(at address: Int, in storage: HDF5Storage) throws(ParseError) {
    let widths = storage.superblock
    var head = try storage.cursor(
      at: address, count: 8 + 2 * widths.lengthSize + widths.offsetSize, "local heap")
    try head.signature("HEAP")
    try head.skip(3, "local heap")
    let count = try head.length("size of a local heap")
    // Where the first hole is, or that there is none.
    _ = try head.unsigned(widths.lengthSize, "local heap")
    let place = try head.definedOffset("data of a local heap")
    guard count <= Self.byteLimit else {
      throw ParseError(.limit, at: address, "HDF5 local heap of \(count) bytes, limit \(Self.byteLimit)")
    }
    data = try storage.cursor(at: place, count: count, "data of a local heap")
  }

  func text(at offset: Int) throws(ParseError) -> [UInt8] {
    var cursor = data
    try cursor.skip(offset, "name in a local heap")
    return try cursor.text("name in a local heap")
  }
}

/// Version 1 B-trees: of groups, and of chunks.
struct HDF5BTree1 {
  private let storage: HDF5Storage

  init(_ storage: HDF5Storage) { self.storage = storage }

  /// Calls `visit` with every leaf's child and the key before it.
  ///
  /// A child has to be one level below its parent, so no tree leads back to itself.
  func forEachLeaf(
    at root: Int, type: UInt8, keySize: Int, _ visit: (inout HDF5Cursor, Int) throws(ParseError) -> Void
  ) throws(ParseError) {
    let offsetSize = storage.superblock.offsetSize
    var open: [(address: Int, level: Int?)] = [(root, nil)]
    while let node = open.popLast() {
      var head = try storage.cursor(at: node.address, count: 8 + 2 * offsetSize, "B-tree node")
      let letters = try head.array(4, "B-tree node")
      guard letters.elementsEqual("TREE".utf8), try head.byte("B-tree node") == type else {
        throw head.malformed("B-tree node")
      }
      let level = try head.int(1, "level of a B-tree node")
      guard node.level.map({ $0 == level }) ?? true else { throw head.malformed("level of a B-tree node") }
      let count = try head.int(2, "entries of a B-tree node")
      var cursor = try storage.cursor(
        at: head.start + 8 + 2 * offsetSize, count: count * (keySize + offsetSize), "B-tree node")
      for _ in 0..<count {
        try storage.step(at: cursor.address)
        let at = cursor.address
        var key = cursor.reader(of: try cursor.array(keySize, "B-tree key"), at: at)
        let child = try cursor.definedOffset("B-tree child")
        if level == 0 { try visit(&key, child) } else { open.append((child, level - 1)) }
      }
    }
  }
}
