extension HDF5Builder {
  /// The file.
  package func build() -> [UInt8] {
    var writer = HDF5Writer(form: form)
    writer.put(Array(repeating: 0, count: 96))
    // The root's place has to be known by what leads back to it.
    writer.rootAddress = nil
    var first = writer
    writer.rootAddress = first.write(.group(root, attributes))
    let root = writer.write(.group(self.root, attributes))
    writer.finish(root, base: userBlock.count)
    return userBlock + writer.bytes + tail
  }
}

/// Puts the structures of a file one behind the other. Addresses count from the superblock.
private struct HDF5Writer {
  let form: HDF5Builder.Form
  var bytes: [UInt8] = []
  /// Where the root will be; nil as long as nobody knows.
  var rootAddress: Int?

  init(form: HDF5Builder.Form) { self.form = form }

  private func little(_ value: Int, _ width: Int = 8) -> [UInt8] { HDF5Type.little(value, width) }
  private let undefined = [UInt8](repeating: 0xFF, count: 8)

  /// Adds a structure, at a multiple of eight bytes.
  @discardableResult
  mutating func put(_ structure: [UInt8]) -> Int {
    bytes += Array(repeating: 0, count: (8 - bytes.count % 8) % 8)
    defer { bytes += structure }
    return bytes.count
  }

  mutating func finish(_ root: Int, base: Int) {
    var block: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
    let end = little(base + bytes.count)
    if form == .old {
      block +=
        [0, 0, 0, 0, 0, 8, 8, 0, 4, 0, 16, 0, 0, 0, 0, 0] + little(base) + undefined + end + undefined
      block += little(0) + little(root) + little(0, 24)
    } else {
      block += [3, 8, 8, 0] + little(base) + undefined + end + little(root) + little(0, 4)
    }
    bytes.replaceSubrange(0..<block.count, with: block)
  }

  // MARK: Objects

  /// - Returns: the address of the object's header.
  mutating func write(_ node: HDF5Builder.Node) -> Int {
    switch node {
    case .group(let members, let attributes):
      return writeHeader(links(members) + messages(attributes))
    case .dataset(let dataset, let attributes):
      return writeHeader(messages(dataset) + messages(attributes))
    case .raw(let messages): return writeHeader(messages)
    case .root: return rootAddress ?? 0
    case .soft, .external, .userDefined: return 0
    }
  }

  private mutating func writeHeader(_ messages: [HDF5Builder.Message]) -> Int {
    var block: [UInt8] = []
    for message in messages {
      if form == .old {
        let body = message.body + Array(repeating: 0, count: (8 - message.body.count % 8) % 8)
        block += little(Int(message.type), 2) + little(body.count, 2) + [message.flags, 0, 0, 0] + body
      } else {
        block += [message.type] + little(message.body.count, 2) + [message.flags] + message.body
      }
    }
    if form == .old {
      return put(
        [1, 0] + little(messages.count, 2) + little(1, 4) + little(block.count, 4) + little(0, 4) + block)
    }
    return put(Array("OHDR".utf8) + [2, 2] + little(block.count, 4) + block + little(0, 4))
  }

  // MARK: Links

  private mutating func links(_ members: [(String, HDF5Builder.Node)]) -> [HDF5Builder.Message] {
    var bodies: [[UInt8]] = []
    for (name, node) in members { bodies.append(link(name, node)) }
    let isPlain = members.allSatisfy { member in
      switch member.1 {
      case .external, .userDefined: false
      default: true
      }
    }
    switch form {
    case .old where isPlain: return [symbolTable(members.map(\.0), bodies, members.map(\.1))]
    case .old, .new: return bodies.map { HDF5Builder.Message(6, $0) }
    case .dense:
      let heap = FractalHeap(bodies, idLength: 7, &self)
      let records = heap.ids.map { little(0, 4) + $0 }
      let tree = writeTree(type: 5, records)
      return [HDF5Builder.Message(2, [0, 0] + little(heap.address) + little(tree))]
    }
  }

  private mutating func link(_ name: String, _ node: HDF5Builder.Node) -> [UInt8] {
    let head: (UInt8) -> [UInt8] = { [1, 8, $0, UInt8(name.utf8.count)] + Array(name.utf8) }
    switch node {
    case .soft(let path): return head(1) + little(path.utf8.count, 2) + Array(path.utf8)
    case .external(let file, let path):
      let value = [0] + Array(file.utf8) + [0] + Array(path.utf8) + [0]
      return head(64) + little(value.count, 2) + value
    case .userDefined: return head(70) + little(0, 2)
    default: return head(0) + little(write(node))
    }
  }

  /// A version 1 tree with one leaf of symbols, whose names are in a heap.
  private mutating func symbolTable(
    _ names: [String], _ links: [[UInt8]], _ nodes: [HDF5Builder.Node]
  ) -> HDF5Builder.Message {
    var heap = [UInt8](repeating: 0, count: 8)
    var symbols: [UInt8] = []
    for (index, name) in names.enumerated() {
      let place = heap.count
      heap += Array(name.utf8) + [0]
      if case .soft(let path) = nodes[index] {
        symbols +=
          little(place) + undefined + little(2, 4) + little(0, 4) + little(heap.count, 4) + little(0, 12)
        heap += Array(path.utf8) + [0]
      } else {
        symbols += little(place) + links[index].suffix(8) + little(0, 24)
      }
    }
    let data = put(heap)
    let names = put(Array("HEAP".utf8) + little(0, 4) + little(heap.count) + undefined + little(data))
    let leaf = put(Array("SNOD".utf8) + [1, 0] + little(nodes.count, 2) + symbols)
    let tree = put(
      Array("TREE".utf8) + [0, 0] + little(1, 2) + undefined + undefined + little(0) + little(leaf)
        + little(8))
    return HDF5Builder.Message(0x11, little(tree) + little(names))
  }

  // MARK: Tables

  /// A version 2 tree of one leaf.
  private mutating func writeTree(type: UInt8, _ records: [[UInt8]]) -> Int {
    let leaf = put(Array("BTLF".utf8) + [0, type] + records.flatMap { $0 } + little(0, 4))
    return put(
      Array("BTHD".utf8) + [0, type] + little(4096, 4) + little(records.first?.count ?? 1, 2) + little(0, 2)
        + [100, 40] + little(leaf) + little(records.count, 2) + little(records.count) + little(0, 4))
  }

  /// A fractal heap of one block.
  private struct FractalHeap {
    let address: Int
    private(set) var ids: [[UInt8]] = []

    init(_ objects: [[UInt8]], idLength: Int, _ writer: inout HDF5Writer) {
      var block = Array("FHDB".utf8) + [UInt8](repeating: 0, count: 1 + 8 + 4)
      for object in objects {
        ids.append(
          [0] + writer.little(block.count, 4) + writer.little(object.count, 2)
            + Array(repeating: 0, count: idLength - 7))
        block += object
      }
      let root = writer.put(block + Array(repeating: 0, count: max(0, 512 - block.count)))
      var head = Array("FRHP".utf8) + [0] + writer.little(idLength, 2) + writer.little(0, 2) + [0]
      head += writer.little(65_000, 4) + writer.little(0) + writer.undefined + writer.little(0)
      head += writer.undefined + writer.little(0, 64)
      head += writer.little(4, 2) + writer.little(512) + writer.little(65536) + writer.little(32, 2)
      head += writer.little(1, 2) + writer.little(root) + writer.little(0, 2) + writer.little(0, 4)
      address = writer.put(head)
    }
  }

  // MARK: Values

  private func space(_ lengths: [UInt64]) -> [UInt8] {
    [1, UInt8(lengths.count), 0] + little(0, 5) + lengths.flatMap { little(Int(bitPattern: UInt($0))) }
  }

  /// Puts values into a global heap; the elements that refer to them.
  private mutating func store(_ values: [[UInt8]]) -> [UInt8] {
    var objects: [UInt8] = []
    for (index, value) in values.enumerated() {
      objects += little(index + 1, 2) + little(1, 2) + little(0, 4) + little(value.count)
      objects += value + Array(repeating: 0, count: (8 - value.count % 8) % 8)
    }
    let size = 16 + objects.count + 16
    let place = put(Array("GCOL".utf8) + [1, 0, 0, 0] + little(size) + objects + little(0, 16))
    return values.enumerated().flatMap { (index, value) in
      little(value.count, 4) + little(place) + little(index + 1, 4)
    }
  }

  private mutating func messages(_ attributes: [HDF5Builder.Attribute]) -> [HDF5Builder.Message] {
    var bodies: [[UInt8]] = []
    for attribute in attributes {
      let data = attribute.heap.isEmpty ? attribute.data : store(attribute.heap)
      let parts = [Array(attribute.name.utf8) + [0], attribute.type, space(attribute.lengths)]
      let sizes = parts.flatMap { little($0.count, 2) }
      if form == .old {
        let padded = parts.flatMap { $0 + Array(repeating: 0, count: (8 - $0.count % 8) % 8) }
        bodies.append([1, 0] + sizes + padded + data)
      } else {
        bodies.append([3, 0] + sizes + [0] + parts.flatMap { $0 } + data)
      }
    }
    guard form == .dense else { return bodies.map { HDF5Builder.Message(0x0C, $0) } }
    let heap = FractalHeap(bodies, idLength: 8, &self)
    let tree = writeTree(type: 8, heap.ids.map { $0 + [0] + little(0, 8) })
    return [HDF5Builder.Message(0x15, [0, 0] + little(heap.address) + little(tree))]
  }

  private mutating func messages(_ dataset: HDF5Builder.Dataset) -> [HDF5Builder.Message] {
    let data = dataset.heap.isEmpty ? dataset.data : store(dataset.heap)
    var result = [HDF5Builder.Message(1, space(dataset.lengths)), HDF5Builder.Message(3, dataset.type)]
    switch dataset.layout {
    case .compact: result.append(HDF5Builder.Message(8, [3, 0] + little(data.count, 2) + data))
    case .contiguous:
      result.append(HDF5Builder.Message(8, [3, 1] + little(put(data)) + little(data.count)))
    case .missing:
      result.append(HDF5Builder.Message(8, [3, 1] + undefined + little(0)))
    case .external(let file):
      let names = put(little(0) + Array(file.utf8) + [0])
      let local = put(
        Array("HEAP".utf8) + little(0, 4) + little(9 + file.utf8.count) + undefined + little(names))
      result.append(HDF5Builder.Message(8, [3, 1] + undefined + little(data.count)))
      result.append(
        HDF5Builder.Message(
          7,
          [1, 0, 0, 0] + little(1, 2) + little(1, 2) + little(local) + little(8) + little(0)
            + little(data.count)))
    case .virtual(let mapping):
      let reference = store([mapping + little(0, 4)])
      result.append(HDF5Builder.Message(8, [4, 3] + reference[4...]))
    case .chunked(let filters, let packed):
      result += chunked(dataset, filters, packed)
    }
    return result
  }

  private mutating func chunked(
    _ dataset: HDF5Builder.Dataset, _ filters: [(id: UInt16, values: [UInt32])], _ packed: [UInt8]
  ) -> [HDF5Builder.Message] {
    let size = Int(dataset.type[4])
    let lengths = dataset.lengths.map { Int($0) } + [size]
    let chunk = put(packed)
    let tree = put(
      Array("TREE".utf8) + [1, 0] + little(1, 2) + undefined + undefined + little(packed.count, 4)
        + little(0, 4)
        + little(0, 8 * lengths.count) + little(chunk) + little(0, 8 + 8 * lengths.count))
    let layout = [3, 2, UInt8(lengths.count)] + little(tree) + lengths.flatMap { little($0, 4) }
    guard !filters.isEmpty else { return [HDF5Builder.Message(8, layout)] }
    var pipeline: [UInt8] = [2, UInt8(filters.count)]
    for filter in filters {
      pipeline += little(Int(filter.id), 2) + (filter.id >= 256 ? little(0, 2) : [])
      pipeline +=
        little(0, 2) + little(filter.values.count, 2) + filter.values.flatMap { little(Int($0), 4) }
    }
    return [HDF5Builder.Message(8, layout), HDF5Builder.Message(0x0B, pipeline)]
  }
}
