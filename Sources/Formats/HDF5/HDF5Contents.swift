package import ByteParsing

/// Something inside elements that is more than numbers.
package enum HDF5Content: Sendable {
  /// Characters, without the padding of a fixed size.
  case text([UInt8])
  /// Bytes that can mean anything.
  case bytes([UInt8])
  /// Numbers of one byte each: mostly what they seem to be.
  case numbers([UInt8])
}

extension HDF5Storage {
  /// Calls `visit` with every text and every run of bytes in elements of a type, those kept in heaps too.
  ///
  /// - Parameter data: whole elements; what is left over at the end is not looked at.
  package func forEachContent(
    of type: HDF5Datatype, in data: [UInt8], _ visit: (HDF5Content) throws(ParseError) -> Void
  ) throws(ParseError) {
    guard type.carries, let size = type.size, size > 0 else { return }
    if type.isBytes { return try visit(.numbers(data)) }
    var cursor = HDF5Cursor(
      data, at: 0, offsetSize: superblock.offsetSize, lengthSize: superblock.lengthSize)
    while cursor.remaining >= size {
      try step(at: cursor.address)
      try visitElement(type, try cursor.array(size, "element"), visit)
    }
  }

  /// Recurses no deeper than types do.
  private func visitElement(
    _ type: HDF5Datatype, _ bytes: [UInt8], _ visit: (HDF5Content) throws(ParseError) -> Void
  ) throws(ParseError) {
    switch type {
    case .number, .reference: return
    case .text:
      let text = bytes.prefix { $0 != 0 }
      try visit(.text(Array(text.reversed().drop { $0 == 0x20 }.reversed())))
      // Readers that take the whole field see what others do not.
      let rest = bytes[text.endIndex...].drop { $0 == 0 }
      if !rest.isEmpty { try visit(.bytes(Array(rest))) }
    case .opaque: try visit(.bytes(bytes))
    case .compound(_, let members):
      for member in members where member.type.carries {
        let size = member.type.size ?? 0
        let part = Array(bytes[member.offset..<member.offset + size])
        if member.type.isBytes {
          try visit(.numbers(part))
        } else {
          try visitElement(member.type, part, visit)
        }
      }
    case .array(let element, _): try forEachContent(of: element, in: bytes, visit)
    case .sequence(let element, let isText, _): try visitSequence(element, isText, bytes, visit)
    }
  }

  private func visitSequence(
    _ element: HDF5Datatype, _ isText: Bool, _ bytes: [UInt8],
    _ visit: (HDF5Content) throws(ParseError) -> Void
  ) throws(ParseError) {
    var cursor = HDF5Cursor(
      bytes, at: 0, offsetSize: superblock.offsetSize, lengthSize: superblock.lengthSize)
    let count = try cursor.int(4, "length of a value")
    guard let address = try cursor.offset("place of a value"), address > 0, count > 0 else { return }
    let object = try heapObject(
      HDF5HeapReference(address: address, index: try cursor.int(4, "place of a value")))
    if isText { return try visit(.text(Array(object.prefix(count)))) }
    let size = try Checked.product(count, element.size ?? .max, at: address, "size of a value")
    try forEachContent(of: element, in: Array(object.prefix(size)), visit)
  }
}

/// Filters that need no library.
package enum HDF5Decoding {
  /// Undoes `shuffle`: the first bytes of all elements, then the second ones, and so on; what is left over as it is.
  package static func unshuffle(_ bytes: [UInt8], elementSize: Int) -> [UInt8] {
    let count = elementSize > 1 ? bytes.count / elementSize : 0
    guard count > 1 else { return bytes }
    var result = bytes
    for index in 0..<count {
      for place in 0..<elementSize { result[index * elementSize + place] = bytes[place * count + index] }
    }
    return result
  }

  /// Unpacks LZF, which h5py brings along: literals, and copies of what came before.
  ///
  /// - Throws: `.malformed` where a copy reaches before the beginning or more than `limit` bytes come out.
  package static func unpackLZF(_ bytes: [UInt8], limit: Int) throws(ParseError) -> [UInt8] {
    var result: [UInt8] = []
    var rest = bytes[...]
    while let control = rest.popFirst() {
      if control < 32 {
        let count = Int(control) + 1
        guard rest.count >= count else { throw ParseError(.truncated, at: rest.startIndex, "LZF data") }
        result += rest.prefix(count)
        rest = rest.dropFirst(count)
      } else {
        var count = Int(control >> 5) + 2
        if count == 9 { count += Int(rest.popFirst() ?? 0) }
        let distance = Int(control & 0x1F) << 8 + Int(rest.popFirst() ?? 0) + 1
        guard distance <= result.count else {
          throw ParseError(.malformed, at: rest.startIndex, "LZF data")
        }
        for _ in 0..<count { result.append(result[result.count - distance]) }
      }
      guard result.count <= limit else { throw ParseError(.malformed, at: rest.startIndex, "LZF data") }
    }
    return result
  }
}
