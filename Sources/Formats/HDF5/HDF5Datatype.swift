import ByteParsing

/// The type of an element.
///
/// Source: HDF5 File Format Specification 3.0, section IV.A.2.d.
package indirect enum HDF5Datatype: Sendable {
  /// Numbers, enumerations of numbers, bits, times: bytes that mean nothing else.
  case number(size: Int)
  /// Text of a fixed size.
  case text(size: Int)
  case opaque(size: Int, tag: [UInt8])
  case compound(size: Int, members: [Member])
  /// Elements of variable length in a global heap.
  case sequence(HDF5Datatype, isText: Bool, size: Int)
  case array(HDF5Datatype, count: Int)
  /// A reference to an object or region; to one of another file where it is of the newer kind.
  case reference(size: Int, mayLeaveFile: Bool)

  package struct Member: Sendable {
    package let name: [UInt8]
    package let offset: Int
    package let type: HDF5Datatype
  }

  /// Types inside each other.
  private static let depthLimit = 16
  private static let memberLimit = 4096
  private static let sizeLimit = 1 << 31

  /// Bytes of one element; nil where that overflows.
  package var size: Int? {
    switch self {
    case .number(let size), .text(let size), .opaque(let size, _), .compound(let size, _),
      .sequence(_, _, let size), .reference(let size, _):
      return size
    case .array(let element, let count):
      guard let size = element.size else { return nil }
      let (product, overflow) = size.multipliedReportingOverflow(by: count)
      return overflow ? nil : product
    }
  }

  /// Whether an element can hold anything but numbers: text, bytes of any meaning, bytes kept elsewhere.
  package var carries: Bool {
    switch self {
    case .number(let size): size == 1
    case .text, .opaque, .sequence: true
    case .compound(_, let members): members.contains { $0.type.carries }
    case .array(let element, _): element.carries
    case .reference: false
    }
  }

  /// Whether every element is one byte of a number.
  package var isBytes: Bool {
    switch self {
    case .number(let size): size == 1
    case .array(let element, _): element.isBytes
    case .text, .opaque, .compound, .sequence, .reference: false
    }
  }

  /// Whether it, or a type inside it, is what `isTrue` says.
  package func contains(where isTrue: (HDF5Datatype) -> Bool) -> Bool {
    if isTrue(self) { return true }
    switch self {
    case .number, .text, .opaque, .reference: return false
    case .compound(_, let members): return members.contains { $0.type.contains(where: isTrue) }
    case .sequence(let element, _, _), .array(let element, _): return element.contains(where: isTrue)
    }
  }

  /// Reads a type and moves behind it.
  static func read(_ cursor: inout HDF5Cursor, depth: Int = 0) throws(ParseError) -> HDF5Datatype {
    guard depth < depthLimit else {
      throw ParseError(.limit, at: cursor.address, "HDF5 types inside each other: limit \(depthLimit)")
    }
    let head = try cursor.byte("datatype")
    let bits = try cursor.int(3, "datatype")
    let size = try cursor.int(4, "datatype size")
    let version = head >> 4
    guard (1...5).contains(version) else { throw cursor.unsupported("datatype of version \(version)") }
    guard size <= sizeLimit else { throw cursor.malformed("size of a datatype") }
    switch head & 0x0F {
    case 0: return try number(&cursor, size, properties: 4)
    case 1: return try number(&cursor, size, properties: 12)
    case 2: return try number(&cursor, size, properties: 2)
    case 3: return .text(size: size)
    case 4: return try number(&cursor, size, properties: 4)
    case 5: return .opaque(size: size, tag: try cursor.array(bits & 0xFF, "tag of an opaque type"))
    case 6: return try compound(&cursor, version, count: bits & 0xFFFF, size: size, depth: depth)
    case 7: return .reference(size: size, mayLeaveFile: bits & 0x0F > 1)
    case 8: return try enumeration(&cursor, version, count: bits & 0xFFFF, size: size, depth: depth)
    case 9:
      guard size == 8 + cursor.offsetSize else {
        throw cursor.malformed("size of a type of variable length")
      }
      let element = try read(&cursor, depth: depth + 1)
      return .sequence(element, isText: bits & 0x0F == 1, size: size)
    case 10: return try array(&cursor, version, depth: depth)
    case 11:
      _ = try read(&cursor, depth: depth + 1)
      return .number(size: size)
    default: throw cursor.unsupported("datatype of class \(head & 0x0F)")
    }
  }

  private static func number(
    _ cursor: inout HDF5Cursor, _ size: Int, properties: Int
  ) throws(ParseError) -> HDF5Datatype {
    try cursor.skip(properties, "properties of a datatype")
    guard size > 0 else { throw cursor.malformed("size of a datatype") }
    return .number(size: size)
  }

  /// A name, padded to eight bytes before version 3.
  private static func name(_ cursor: inout HDF5Cursor, _ version: UInt8) throws(ParseError) -> [UInt8] {
    let name = try cursor.text("name of a member")
    if version < 3 { try cursor.skip(7 - name.count % 8, "name of a member") }
    return name
  }

  private static func compound(
    _ cursor: inout HDF5Cursor, _ version: UInt8, count: Int, size: Int, depth: Int
  ) throws(ParseError) -> HDF5Datatype {
    guard count <= memberLimit else {
      throw ParseError(.limit, at: cursor.address, "HDF5 members of a type: limit \(memberLimit)")
    }
    var members: [Member] = []
    for _ in 0..<count {
      let name = try name(&cursor, version)
      let offset = try cursor.int(version < 3 ? 4 : HDF5Width.bytes(for: size), "offset of a member")
      var count = 1
      if version == 1 {
        let rank = try cursor.int(1, "rank of a member")
        try cursor.skip(11, "rank of a member")
        for index in 0..<4 {
          let length = try cursor.int(4, "length of a member")
          if index < rank { count = try Checked.product(count, length, at: cursor.address, "array length") }
        }
      }
      var type = try read(&cursor, depth: depth + 1)
      if count != 1 { type = .array(type, count: count) }
      guard let inner = type.size, offset <= size, inner <= size - offset else {
        throw cursor.malformed("member outside of its type")
      }
      members.append(Member(name: name, offset: offset, type: type))
    }
    return .compound(size: size, members: members)
  }

  private static func enumeration(
    _ cursor: inout HDF5Cursor, _ version: UInt8, count: Int, size: Int, depth: Int
  ) throws(ParseError) -> HDF5Datatype {
    let base = try read(&cursor, depth: depth + 1)
    guard let width = base.size else { throw cursor.malformed("type of an enumeration") }
    for _ in 0..<count { _ = try name(&cursor, version) }
    let values = try Checked.product(count, width, at: cursor.address, "values of an enumeration")
    try cursor.skip(values, "values of an enumeration")
    return .number(size: max(1, size))
  }

  private static func array(
    _ cursor: inout HDF5Cursor, _ version: UInt8, depth: Int
  ) throws(ParseError) -> HDF5Datatype {
    let rank = try cursor.int(1, "rank of an array type")
    if version < 3 { try cursor.skip(3, "array type") }
    var count = 1
    for _ in 0..<rank {
      count = try Checked.product(
        count, try cursor.int(4, "length of an array type"), at: cursor.address, "array length")
    }
    if version < 3 { try cursor.skip(4 * rank, "array type") }
    return .array(try read(&cursor, depth: depth + 1), count: count)
  }
}
