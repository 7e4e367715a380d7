import ByteParsing

/// A named value of an object.
package struct HDF5Attribute: Sendable {
  package let name: [UInt8]
  package let type: HDF5Datatype
  package let space: HDF5Dataspace
  /// The elements as they are stored.
  package let data: [UInt8]
  package let offset: Int

  /// Reads an attribute message.
  ///
  /// | version | fields |
  /// | --- | --- |
  /// | 1 | sizes of name, type and shape; each of them padded to 8 bytes; the data |
  /// | 2 | the same without padding, with flags: whether type and shape are shared |
  /// | 3 | the same with the charset of the name |
  ///
  /// Source: HDF5 File Format Specification 3.0, section IV.A.2.m.
  static func read(_ message: HDF5Cursor, in storage: HDF5Storage) throws(ParseError) -> HDF5Attribute {
    var cursor = message
    let version = try cursor.byte("attribute")
    guard (1...3).contains(version) else { throw cursor.unsupported("attribute of version \(version)") }
    let flags = try cursor.byte("attribute flags")
    let nameCount = try cursor.int(2, "attribute name")
    let typeCount = try cursor.int(2, "attribute type")
    let spaceCount = try cursor.int(2, "attribute shape")
    if version == 3 { try cursor.skip(1, "attribute charset") }
    let name = try part(&cursor, nameCount, version)
    var type = cursor.reader(of: try part(&cursor, typeCount, version), at: message.start)
    var space = cursor.reader(of: try part(&cursor, spaceCount, version), at: message.start)
    if version > 1 {
      if flags & 1 != 0 { type = try HDF5Shared.resolve(type, .datatype, in: storage) }
      if flags & 2 != 0 { space = try HDF5Shared.resolve(space, .dataspace, in: storage) }
    }
    let attribute = HDF5Attribute(
      name: Array(name.prefix { $0 != 0 }), type: try HDF5Datatype.read(&type),
      space: try HDF5Dataspace.read(&space), data: try cursor.array(cursor.remaining, "attribute data"),
      offset: message.start)
    let (bytes, overflow) = (attribute.space.count ?? .max).multipliedReportingOverflow(
      by: attribute.type.size ?? .max)
    guard !overflow, bytes <= attribute.data.count else {
      throw ParseError(.truncated, at: message.start, "HDF5 attribute data")
    }
    return attribute
  }

  private static func part(
    _ cursor: inout HDF5Cursor, _ count: Int, _ version: UInt8
  ) throws(ParseError) -> [UInt8] {
    let bytes = try cursor.array(count, "attribute")
    if version == 1 { try cursor.skip((8 - count % 8) % 8, "attribute") }
    return bytes
  }

  /// The attributes of an object: those in its header, and those in a heap.
  ///
  /// - Parameter visit: takes each; what cannot be read is given to `fail`, and the others are read all the same.
  static func forEach(
    of header: HDF5ObjectHeader, in storage: HDF5Storage, _ visit: (HDF5Attribute) -> Void,
    fail: (ParseError) -> Void
  ) {
    for message in header.messages {
      do throws(ParseError) {
        switch message.kind {
        case .attribute:
          let body =
            try message.isShared ? HDF5Shared.resolve(message.body, .attribute, in: storage) : message.body
          visit(try read(body, in: storage))
        case .attributeInfo: try readDense(message.body, in: storage, visit)
        default: break
        }
      } catch {
        fail(error)
      }
    }
  }

  private static func readDense(
    _ message: HDF5Cursor, in storage: HDF5Storage, _ visit: (HDF5Attribute) -> Void
  ) throws(ParseError) {
    var body = message
    try body.skip(1, "attribute info")
    let flags = try body.byte("attribute info")
    if flags & 1 != 0 { try body.skip(2, "attribute info") }
    guard let heapAddress = try body.offset("attribute heap") else { return }
    guard let treeAddress = try body.offset("attribute tree") else {
      throw body.malformed("attributes without a tree")
    }
    let heap = try HDF5FractalHeap(at: heapAddress, in: storage)
    let tree = try HDF5BTree2(at: treeAddress, in: storage)
    guard tree.type == 8 else { throw body.unsupported("tree of attributes of type \(tree.type)") }
    try tree.forEach { (record) throws(ParseError) in
      let id = try record.array(8, "attribute record")
      let flags = try record.byte("attribute record")
      let content =
        flags & 2 == 0
        ? record.reader(of: try heap.object(id), at: record.start)
        : try sharedAttribute(id, record, in: storage)
      visit(try read(content, in: storage))
    }
  }

  /// An attribute that several objects share: the record has its place in the file's own heap.
  private static func sharedAttribute(
    _ id: [UInt8], _ record: HDF5Cursor, in storage: HDF5Storage
  ) throws(ParseError) -> HDF5Cursor {
    let message = record.reader(of: [3, 1] + id, at: record.start)
    return try HDF5Shared.resolve(message, .attribute, in: storage)
  }
}
